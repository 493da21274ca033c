"""The staff's list of forms, and the page that makes a new one."""

import re
import unicodedata
from collections.abc import Mapping

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder import draft_fields
from survey_service.builder.frame import FORMS, MANAGE, STATE_WORDS, VIEW, Html, may_write, when
from survey_service.builder.starters import STARTERS
from survey_service.builder.starters import definition_of as starting_definition
from survey_service.core import clock, i18n
from survey_service.core.addresses import older
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.errors import FieldError, Invalid, ServiceError, Unavailable
from survey_service.core.http import AnyRequest, errors_of, fields_of, form_fields, public_url, see
from survey_service.core.i18n import names
from survey_service.core.i18n.staff import N_, every_language
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import random_code
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.forms import queries, service
from survey_service.forms.actions import FormAction
from survey_service.forms.schemas import SLUG_PATTERN, NewForm

RAIL_SECTION = RailSection(key="forms", label=N_("Forms"), href=FORMS, icon="forms", position=50)


@get(FORMS, opt=VIEW, include_in_schema=False)
async def list_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    cursor: FromQuery[str | None] = None,
    archived: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Html:
    """The workspace's forms, the newest first; those that are archived apart."""
    page = await queries.form_list(caller.workspace, PAGE_SIZE, cursor, archived=archived == "1")
    path = f"{FORMS}?archived=1" if archived == "1" else FORMS
    return staff_page(
        caller,
        "builder/list.html",
        current="forms",
        forms=[(form, when(form.updated_at, caller)) for form in page.items],
        base=public_url(request),
        state_words=STATE_WORDS,
        may_write=may_write(caller),
        archived=archived == "1",
        spoken=len(i18n.LANGUAGES),
        deleted=done == "deleted",
        newer=path if cursor else "",
        older=older(path, page.next),
    )


SHORTEST = 3
"""Characters of a public name, as SLUG_PATTERN asks."""
GENERATED = 8
"""Characters of a code that nobody chose; 40 bits, so that no two forms get the same."""
NEW_FIELDS = {"name": "", "slug": "", "starter": "visit", "language": "en", "others": ""}


@get(f"{FORMS}/new", opt=MANAGE, include_in_schema=False)
async def new_page(caller: NamedDependency[Caller]) -> Html:
    """What to begin a form with: in the first language of the form made last, and in no other until it is ticked."""
    published_forms = await queries.published_forms_of(caller.workspace)
    tag = i18n.chrome_language(published_forms[-1].definition.languages[0]) if published_forms else "en"
    return _new_page(caller, NEW_FIELDS | {"language": tag}, set())


def _new_page(caller: Caller, typed: Mapping[str, str], also: set[str], error: ServiceError | None = None) -> Html:
    return staff_page(
        caller,
        "builder/new.html",
        current="forms",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=typed,
        also=also,
        starters=STARTERS,
        languages=i18n.LANGUAGES.values(),
    )


@post(FORMS, opt=MANAGE, include_in_schema=False)
async def make_form(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Makes the form and opens its builder, or shows the page again with what was typed."""
    typed = NEW_FIELDS | await fields_of(request)
    also = set((await form_fields(request)).get("also", []))
    try:
        new = _new_form(typed, also)
        async with service.on_behalf_of(caller, FormAction.MADE, new.slug):
            await service.create(caller.workspace, new, clock.now())
    except Unavailable:
        raise
    except ServiceError as error:
        return _new_page(caller, typed, also, error)
    return see(f"{FORMS}/{new.slug}")


def _new_form(typed: Mapping[str, str], also: set[str]) -> NewForm:
    """The form that the fields ask for; Invalid names each field that is wrong."""
    name, slug = service.checked_name(typed["name"]), typed["slug"].strip() or slug_from(typed["name"])
    first, others = typed["language"], draft_fields.tags_of(typed["others"])
    wrong = []
    if not re.fullmatch(SLUG_PATTERN, slug):
        wrong.append(FieldError("slug", "malformed", _("3 to 64 of a–z, 0–9 and hyphens, such as after-visit.")))
    if typed["starter"] not in STARTERS:
        wrong.append(FieldError("starter", "unknown", _("Choose what to begin with.")))
    for field, chosen in (("language", {first}), ("also", also)):
        if chosen - i18n.LANGUAGES.keys():
            wrong.append(FieldError(field, "unknown", _("Choose among %(languages)s.", languages=every_language())))
    if not all(names.is_tag(tag) for tag in others):
        wrong.append(FieldError("others", "malformed", _(draft_fields.SENTENCES["languages"])))
    if wrong:
        raise Invalid(_("The form was not made yet."), errors=wrong)
    starter = STARTERS[typed["starter"]]
    tags = dict.fromkeys([first, *(tag for tag in i18n.LANGUAGES if tag in also), *others])
    definition = starting_definition(starter, list(tags), name)
    return NewForm(slug, name, definition, promise=starter.promise)


def slug_from(name: str) -> str:
    """A public name made of the Latin letters and digits of a form's name, as long as one has to be: where they are too
    few, as in a name in another script, a random code makes up for them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
    return made if len(made) >= SHORTEST else f"{made}-{random_code(GENERATED)}".strip("-")


ROUTES = [list_page, new_page, make_form]
