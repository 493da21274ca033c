"""Staff pages of answers: the list that every figure opens into, one answer whole, and the spam box."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.core import form_encoding, panels
from survey_service.core.addresses import with_query
from survey_service.core.database.paging import PAGE_SIZE, encode_cursor
from survey_service.core.errors import Invalid
from survey_service.core.http import AnyRequest, form_fields, see, settings_of, state_of
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.panels import OfRooms
from survey_service.core.rail import RailSection, Tab
from survey_service.core.templates import staff_page
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.inbox import filter_options, view
from survey_service.inbox.export import FORMATS
from survey_service.inbox.view import ANSWERS
from survey_service.responses import known_count, queries, service
from survey_service.responses.filters import Filter, query, typed
from survey_service.responses.labels import answers, spam_kept_for, taken_for_machines
from survey_service.responses.meaning import NO_FORM, OTHER_FORM, resolve
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.schemas import StoredResponse
from survey_service.responses.spam_box import SpamBox

SPAM = "/app/spam"
RAIL_SECTION = RailSection(key="answers", label=N_("Answers"), href=ANSWERS, icon="answers", position=20)
TABS = (
    Tab(section="answers", key="list", label=N_("Answers"), href=ANSWERS, position=10),
    Tab(section="answers", key="spam", label=N_("Spam"), href=SPAM, position=20),
)
ACTS = {"release": ("released", service.release), "discard": ("discarded", service.discard)}

Html = Response[bytes]


class Stretch(msgspec.Struct, frozen=True):
    """Some rows of a list, newest first, and the addresses of the pages beside it; empty where there is none."""

    rows: list[StoredResponse]
    newer: str = ""
    older: str = ""


async def stretch(wanted: AnswerFilter, path: str, kept: str, older_than: str, newer_than: str) -> Stretch:
    """The rows older or newer than a cursor, or the newest. `kept` is the query string that stays."""

    def address(name: str, row: StoredResponse) -> str:
        cursor = encode_cursor(row.received_at, row.id)
        return with_query(_keeping(path, kept), **{name: cursor})

    if newer_than:
        rows, more = await queries.newer_responses(wanted, PAGE_SIZE, newer_than)
        if more:
            return Stretch(rows, address("newer", rows[0]), address("cursor", rows[-1]))
        older_than = ""
    page = await queries.responses(wanted, PAGE_SIZE, older_than)
    newer = address("newer", page.items[0]) if older_than and page.items else ""
    return Stretch(page.items, newer, address("cursor", page.items[-1]) if page.next else "")


@get(ANSWERS, opt={"role": "viewer"}, include_in_schema=False)
async def answers_page(
    request: AnyRequest, caller: NamedDependency[Caller], cursor: FromQuery[str] = "", newer: FromQuery[str] = ""
) -> Html:
    """The list, newest first, with what is set, how many there are and what is left out."""
    asked = typed(request.query_params)
    try:
        asked, wanted, published, left_out = await _meant(request, caller, asked)
        listed = await stretch(wanted, ANSWERS, query(asked), cursor, newer)
    except Invalid as error:
        return await _unclear(caller, asked, error)
    in_use = await forms.published_forms_of(caller.workspace)
    names = await filter_options.names_for(caller.workspace, [published] if published else in_use)
    uncounted = await queries.uncounted(wanted)
    count = uncounted[asked.state] if asked.state in uncounted else await known_count.known_count(wanted)
    return staff_page(
        caller,
        "inbox/answers.html",
        current="answers",
        tabs=caller.rail.tabs_of("answers", "list", query(asked, state="")),
        answers=await view.rows(caller, listed.rows, query(asked), names),
        stretch=listed,
        count=said_count(listed, count),
        exclusions=filter_options.exclusions(asked, uncounted),
        suspects=suspects(asked, 0 if asked.state or listed.rows else uncounted["spam"]),
        chips=filter_options.chips(names, asked, published),
        choices=filter_options.choices(names, asked, published, in_use),
        asked=asked,
        exports=[(_(made.button), _keeping(f"{ANSWERS}.{made.name}", query(asked))) for made in FORMATS.values()],
        fault="",
        left_out=left_out,
    )


async def _meant(
    request: AnyRequest, caller: Caller, asked: Filter
) -> tuple[Filter, AnswerFilter, PublishedForm | None, str]:
    """The filters in force, what they leave, the form, and a word about one that was taken off. Raises Invalid."""
    try:
        return asked, *await resolve(caller.workspace, asked), ""
    except Invalid as error:
        if "form" not in request.query_params:
            raise
        asked, left_out = _of_another_form(asked, error)
        return asked, *await resolve(caller.workspace, asked), left_out


def _of_another_form(asked: Filter, error: Invalid) -> tuple[Filter, str]:
    """The filters without the score, and a word about it, when somebody changed the form and not the score of
    the one before. Raises the error if something else is wrong."""
    if [fault.code for fault in error.errors] not in ([NO_FORM], [OTHER_FORM]):
        raise error
    return msgspec.structs.replace(asked, score=""), _("The score was one of another form, so it is not a filter now.")


async def _unclear(caller: Caller, asked: Filter, error: Invalid) -> Html:
    """The list without rows: what was typed stays, beside what is wrong with it."""
    safe = Filter(form=asked.form) if error.errors and error.errors[0].field != "score" else Filter()
    in_use = await forms.published_forms_of(caller.workspace)
    names = await filter_options.names_for(caller.workspace, in_use)
    return staff_page(
        caller,
        "inbox/answers.html",
        current="answers",
        tabs=caller.rail.tabs_of("answers", "list"),
        status_code=error.status,
        answers=[],
        stretch=Stretch([]),
        count="",
        exclusions=[],
        suspects=suspects(asked, 0),
        chips=filter_options.chips(names, asked, None),
        choices=filter_options.choices(names, safe, None, in_use),
        asked=asked,
        exports=[],
        fault=error.message,
        left_out="",
    )


def suspects(asked: Filter, n: int) -> tuple[str, str]:
    """(words, address) of what lies in the spam box under the filters of an empty list; no words if nothing does."""
    return taken_for_machines(n), _keeping(SPAM, query(asked, state=""))


def _keeping(path: str, kept: str) -> str:
    """A path with the query string that stays."""
    return f"{path}?{kept}" if kept else path


def said_count(listed: Stretch, count: int | None) -> str:
    """How many answers the filter means: exactly if that is known, else whether it is more than are shown."""
    if count is not None:
        return answers(count)
    if not listed.newer and not listed.older:
        return answers(len(listed.rows))
    return _("Many answers")


@get(ANSWERS + "/{response_id:uuid}", opt={"role": "viewer"}, include_in_schema=False)
async def answer_page(
    request: AnyRequest, caller: NamedDependency[Caller], response_id: FromPath[UUID], why: FromQuery[str] = ""
) -> Html:
    """One answer whole, between its neighbours in the list that it was opened from."""
    row = await queries.one(caller.workspace, response_id)
    asked = typed(request.query_params)
    kept = query(asked)
    try:
        wanted, _ = await resolve(caller.workspace, asked)
    except Invalid:
        wanted, kept = AnswerFilter(caller.workspace, row.form), ""
    if row.state not in wanted.states:
        wanted = msgspec.structs.replace(wanted, states=(row.state,))
    newer, older = await queries.neighbours(wanted, row)
    return staff_page(
        caller,
        "inbox/answer.html",
        current="answers",
        answer=await view.answer(caller, row, explained=bool(why)),
        newer=_keeping(f"{ANSWERS}/{newer}", kept) if newer else "",
        older=_keeping(f"{ANSWERS}/{older}", kept) if older else "",
        back=_keeping(ANSWERS, kept),
        kept=kept,
        why=_keeping(f"{ANSWERS}/{response_id}", query(asked, why="1")) + "#reading",
        may_settle=row.state == "spam" and caller.role != "viewer",
        panels=await panels.shown(state_of(request).part(OfRooms).panels["answer"], caller, row.id),
    )


@get(SPAM, opt={"role": "viewer"}, include_in_schema=False)
async def spam_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    cursor: FromQuery[str] = "",
    newer: FromQuery[str] = "",
    released: FromQuery[int] = 0,
    discarded: FromQuery[int] = 0,
    missed: FromQuery[int] = 0,
) -> Html:
    """What was taken for a machine's, newest first, with the reason. Nothing in it is counted, nothing is lost.

    An empty list leads here with its own filters."""
    asked = msgspec.structs.replace(typed(request.query_params), state="")
    return await _box(request, caller, asked, (cursor, newer), view.settled(released, discarded, missed))


async def _box(
    request: AnyRequest,
    caller: Caller,
    asked: Filter,
    beside: tuple[str, str] = ("", ""),
    done: str = "",
    refusal: Invalid | None = None,
) -> Html:
    """The spam box under these filters, older or newer than a cursor, `beside`; with what was done or not."""
    published, left_out, fault, status_code = None, "", "", refusal.status if refusal else 200
    try:
        asked, wanted, published, left_out = await _meant(request, caller, asked)
        wanted = msgspec.structs.replace(wanted, states=("spam",))
        listed = await stretch(wanted, SPAM, query(asked), *beside)
    except Invalid as error:
        listed, fault, status_code = Stretch([]), error.message, error.status
    answered = [published] if published else await forms.published_forms_of(caller.workspace)
    names = await filter_options.names_for(caller.workspace, answered)
    return staff_page(
        caller,
        "inbox/spam.html",
        current="answers",
        kept_for=spam_kept_for(settings_of(request).spam_days),
        full=await state_of(request).part(SpamBox).is_full(caller.workspace),
        tabs=caller.rail.tabs_of("answers", "spam", "" if fault else query(asked)),
        status_code=status_code,
        answers=await view.rows(caller, listed.rows, query(asked, state="spam"), names),
        stretch=listed,
        chips=filter_options.chips(names, asked, published, SPAM),
        kept=query(asked),
        done=done,
        refusal=refusal.message if refusal else "",
        may_settle=caller.role != "viewer",
        fault=fault,
        left_out=left_out,
    )


@post(SPAM, opt={"role": "manager"}, include_in_schema=False)
async def settle_spam(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Releases the chosen answers, or deletes them for good, and leads back to the box under its filters, `kept`;
    shows the box again where nothing can be done."""
    fields = await form_fields(request)
    filters = form_encoding.decode(fields.get("kept", [""])[0].encode(), form_encoding.URL_ENCODED)
    kept = msgspec.structs.replace(typed({each: values[0] for each, values in filters.items()}), state="")
    try:
        act, chosen = _act(fields.get("act", [""])[0]), _ids(fields.get("id", []))
    except Invalid as error:
        return await _box(request, caller, kept, refusal=error)
    name, settle = ACTS[act]
    done = await settle(caller, chosen)
    missed = {"missed": str(len(chosen) - done)} if done < len(chosen) else {}
    return see(f"{SPAM}?{query(kept, **{name: str(done)}, **missed)}")


def _act(text: str) -> str:
    if text not in ACTS:
        raise Invalid.field("act", "unknown", _("Choose whether to release the answers or to delete them."))
    return text


def _ids(texts: Sequence[str]) -> list[UUID]:
    """The ids among the fields, each once; at least one and at most a page of them."""
    if not texts:
        raise Invalid.field("id", "none", _("Choose at least one answer."))
    try:
        return list(dict.fromkeys(UUID(text) for text in texts[:PAGE_SIZE]))
    except ValueError as error:
        raise Invalid.field("id", "malformed", _("Choose the answers from the list.")) from error


ROUTES = [answers_page, answer_page, spam_page, settle_spam]
