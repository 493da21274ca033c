"""What others read of forms. A published form is remembered for a second: every answer needs it."""

import contextlib
import re
import time
from collections.abc import Iterable
from uuid import UUID

import msgspec

from survey_service.accounts import queries as accounts
from survey_service.core import database, i18n
from survey_service.core.database import paging
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n import Written, writing
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms.definition import Definition, asks_about_person, complete_languages
from survey_service.forms.schemas import SLUG_PATTERN, FormDetail, FormRow, FormSummary, PublishedForm, VersionSummary
from survey_service.forms.tables import Form, FormVersion, Wording
from survey_service.questions import Question

REMEMBERED_SECONDS = 1.0
"""For so long another machine's closing or publishing of a form may go unnoticed."""
MAX_REMEMBERED = 2000


class PublishedRow(msgspec.Struct, frozen=True):
    """What answering needs of a form's own row."""

    id: UUID
    workspace: UUID
    slug: str
    name: str
    state: str
    version: int
    accepts_json: bool
    allowed_origins: str
    promise: str


class WordingRow(msgspec.Struct, frozen=True):
    """What a workspace wrote in a language: messages by key, as JSON."""

    language: str
    words: str


PUBLISHED_COLUMNS = database.selected(PublishedRow)
SUMMARY_COLUMNS = database.selected(FormSummary)

_slug = re.compile(SLUG_PATTERN)
_definition_decoder = msgspec.json.Decoder(Definition)


class Remembered:
    """What this process remembers of a database's forms: those published by public name, each with when it is due, and
    definitions by form and version."""

    def __init__(self) -> None:
        self.published_forms: dict[str, tuple[float, PublishedForm]] = {}
        self.definitions: dict[tuple[UUID, int], Definition] = {}


def _remembered() -> Remembered:
    return database.current().remembered(Remembered)


def decode(text: str) -> Definition:
    """A stored definition."""
    return _definition_decoder.decode(text)


def forget(slug: str | None = None) -> None:
    """Drops what is remembered of one form, or of all."""
    known = _remembered()
    if slug is None:
        known.published_forms.clear()
        known.definitions.clear()
    else:
        known.published_forms.pop(slug, None)


def _possible(slug: str) -> str:
    """`slug` if a form may have it; NotFound otherwise, before a NUL or the like reaches the database."""
    if not _slug.fullmatch(slug):
        raise NotFound(_("There is no form with this name."))
    return slug


async def published(slug: str) -> PublishedForm:
    """A published form by its public name; NotFound if there is none or only a draft.

    When the remembered one is due, one caller reads it again and the others go on with what they have.
    """
    published_forms = _remembered().published_forms
    remembered = published_forms.get(slug)
    now = time.monotonic()
    if remembered and remembered[0] > now:
        return remembered[1]
    if remembered:
        published_forms[slug] = (now + REMEMBERED_SECONDS, remembered[1])
    try:
        found = await _read_published(slug)
    except Exception:
        published_forms.pop(slug, None)
        raise
    if len(published_forms) >= MAX_REMEMBERED:
        published_forms.clear()
    published_forms[slug] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found


def remembered(slug: str) -> PublishedForm | None:
    """The form as it was last read, however long ago; None if it was not. No question to the database."""
    found = _remembered().published_forms.get(slug)
    return found[1] if found else None


async def _read_published(slug: str) -> PublishedForm:
    row = await database.read_one(
        PublishedRow, f"SELECT {PUBLISHED_COLUMNS} FROM form WHERE slug = {{}} AND version > 0", _possible(slug)
    )
    if row is None:
        raise NotFound(_("There is no form with this name."))
    return await _whole(row)


async def _whole(row: PublishedRow, home: accounts.WorkspaceRow | None = None) -> PublishedForm:
    definition = await definition_of(row.workspace, row.id, row.version)
    return await _with_definition(row, definition, complete_languages(definition), home)


async def as_if_published(row: FormRow, definition: Definition) -> PublishedForm:
    """The form as if a draft or an older version were in force, also in the languages that are not whole yet."""
    return await _with_definition(row, definition, dict.fromkeys(definition.languages))


async def _with_definition(
    row: PublishedRow | FormRow,
    definition: Definition,
    languages: Iterable[str],
    home: accounts.WorkspaceRow | None = None,
) -> PublishedForm:
    workspace = home or await accounts.workspace(row.workspace)
    return PublishedForm(
        **{name: getattr(row, name) for name in PublishedRow.__struct_fields__},
        workspace_name=workspace.name,
        time_zone=workspace.time_zone,
        definition=definition,
        languages=tuple(languages),
        workspace_privacy_url=workspace.privacy_url,
        written=await written(row.workspace, definition.languages),
    )


async def written(workspace: UUID, tags: Iterable[str]) -> Written:
    """What the workspace wrote in those of the languages that we do not speak, as far as it is whole."""
    if all(i18n.spoken(tag) for tag in tags):
        return ()
    rows = await wordings(workspace)
    whole = [(row.language, writing.whole(row.language, i18n.decoded(row.words))) for row in rows]
    return tuple((tag, msgspec.json.encode(messages).decode()) for tag, messages in whole if messages)


async def wordings(workspace: UUID) -> list[WordingRow]:
    """What the workspace wrote for respondents, by language."""
    return await database.read(
        WordingRow, "SELECT language, words FROM wording WHERE workspace = {} ORDER BY language", workspace
    )


async def wording(workspace: UUID, tag: str, *, locked: bool = False) -> WordingRow | None:
    """What it wrote in one language, None if nobody began. `locked`: others wait to change it."""
    ours = database.select(WordingRow, Wording).where(Wording.workspace == workspace, Wording.language == tag)
    return await database.read_one(WordingRow, database.kept(ours) if locked else ours)


async def chosen_for(workspace: UUID, place: UUID) -> UUID | None:
    """The form that was chosen for the poster of this very place."""
    row = await database.fetch_one("SELECT form FROM poster WHERE workspace = {} AND place = {}", workspace, place)
    return row["form"] if row else None


async def definition_of(workspace: UUID, form: UUID, number: int) -> Definition:
    """A published definition; versions never change, so it is remembered."""
    key, definitions = (form, number), _remembered().definitions
    if key not in definitions:
        row = await database.fetch_one(
            "SELECT definition FROM form_version WHERE form = {} AND number = {} AND workspace = {}",
            form, number, workspace,
        )  # fmt: skip
        if row is None:
            raise NotFound(_("There is no such version of the form."))
        if len(definitions) >= MAX_REMEMBERED:
            definitions.clear()
        definitions[key] = decode(row["definition"])
    return definitions[key]


async def at_version(published: PublishedForm, number: int) -> PublishedForm:
    """The form as it was when that version was in force, but open or closed as it is now. NotFound for a number
    that it never had."""
    if number == published.version:
        return published
    definition = await definition_of(published.workspace, published.id, number)
    languages = tuple(complete_languages(definition))
    words = await written(published.workspace, languages)
    return msgspec.structs.replace(published, version=number, definition=definition, languages=languages, written=words)


async def hidden_names(workspace: UUID, form: UUID) -> list[str]:
    """The names of hidden values that any version declared, the newest version's first."""
    every = FormVersion.select(FormVersion.number).order_by(FormVersion.number, ascending=False)
    rows = await database.fetch(every.where(FormVersion.workspace == workspace, FormVersion.form == form))
    versions = [await definition_of(workspace, form, row["number"]) for row in rows]
    return list(dict.fromkeys(name for definition in versions for name in definition.hidden))


async def lacks_privacy_page(workspace: UUID, definition: Definition) -> bool:
    """Whether people are asked for personal details, and no page says what happens with them."""
    if definition.privacy_url or not asks_about_person(definition):
        return False
    return not (await accounts.workspace(workspace)).privacy_url


async def row_of(workspace: UUID, slug: str, *, locked: bool = False) -> FormRow:
    """A form's row with its draft; NotFound for another workspace's too. `locked`: others wait to change it."""
    ours = database.select(FormRow, Form).where(Form.slug == _possible(slug), Form.workspace == workspace)
    row = await database.read_one(FormRow, database.kept(ours) if locked else ours)
    if row is None:
        raise NotFound(_("There is no form with this name."))
    return row


async def name_if_known(workspace: UUID, slug: str) -> str:
    """What a form is called; empty if the workspace has none with this public name, or no form can have it."""
    if not _slug.fullmatch(slug):
        return ""
    rows = await database.fetch(Form.select(Form.name).where(Form.slug == slug, Form.workspace == workspace))
    return str(rows[0]["name"]) if rows else ""


async def detail(workspace: UUID, slug: str) -> FormDetail:
    """A form with its draft and its definition in force."""
    return await detail_of(await row_of(workspace, slug))


async def detail_of(row: FormRow) -> FormDetail:
    """The same of a form's row."""
    in_force = await definition_of(row.workspace, row.id, row.version) if row.version else None
    return FormDetail(**msgspec.structs.asdict(row.summary), draft=row.draft, published=in_force)


async def form_list(
    workspace: UUID, limit: int, cursor: str | None, archived: bool | None = None
) -> paging.Page[FormSummary]:
    """Forms, newest first: all of them, only the archived ones, or only the others."""
    after, values = {None: "", True: " AND state = 'archived'", False: " AND state <> 'archived'"}[archived], []
    if cursor:
        moment, identity = paging.decode_cursor(cursor)
        after, values = after + " AND (created_at, id) < ({}, {})", [moment, identity]
    rows = await database.fetch(
        f"SELECT id, {SUMMARY_COLUMNS} FROM form WHERE workspace = {{}}{after} "
        "ORDER BY created_at DESC, id DESC LIMIT {}",
        workspace, *values, limit + 1,
    )  # fmt: skip
    return paging.page_of(FormSummary, rows, limit, "created_at")


async def published_forms_of(workspace: UUID, *, archived: bool = False) -> list[PublishedForm]:
    """Every published form of the workspace, first published first: what dashboards and posters choose from.
    Those that are archived only where all answers are meant. All of them, however many: files have a column for each
    question of each form."""
    hidden = "" if archived else " AND state <> 'archived'"
    rows = await database.read(
        PublishedRow,
        f"SELECT {PUBLISHED_COLUMNS} FROM form WHERE workspace = {{}} AND version > 0{hidden} ORDER BY created_at, id",
        workspace,
    )
    home = await accounts.workspace(workspace) if rows else None
    return [await _whole(row, home) for row in rows]


async def published_by_slug(workspace: UUID, slug: str) -> PublishedForm:
    """A published form of the workspace by its public name. Raises NotFound, for another workspace's too."""
    found = await published(slug)
    if found.workspace != workspace:
        raise NotFound(_("There is no form with this name."))
    return found


async def published_in_field(workspace: UUID, slug: str) -> PublishedForm:
    """The same for a name in the field `form` of what was sent. Raises Invalid, which says that it is this field."""
    try:
        return await published_by_slug(workspace, slug)
    except NotFound as error:
        raise Invalid.field("form", "unknown", _("There is no published form with this name.")) from error


async def published_by_id(workspace: UUID, form: UUID) -> PublishedForm:
    """A published form of the workspace by its id."""
    row = await database.fetch_one("SELECT slug FROM form WHERE id = {} AND workspace = {}", form, workspace)
    if row is None:
        raise NotFound(_("There is no such form."))
    return await published(row["slug"])


async def known(workspace: UUID, forms: Iterable[UUID]) -> dict[UUID, PublishedForm]:
    """Those of the forms that there are: an answer may outlive its form by moments."""
    ids = sorted(set(forms))
    if not ids:
        return {}
    rows = await database.fetch(
        f"SELECT id, slug FROM form WHERE workspace = {{}} AND version > 0 AND id IN ({database.in_list(ids)})",
        workspace, *ids,
    )  # fmt: skip
    found = {}
    for row in rows:
        with contextlib.suppress(NotFound):
            found[row["id"]] = await published(row["slug"])
    return found


async def version_list(workspace: UUID, form: UUID, limit: int, cursor: str | None) -> paging.Page[VersionSummary]:
    """Published versions, newest first."""
    after, values = "", []
    if cursor:
        moment, identity = paging.decode_cursor(cursor)
        after, values = " AND (published_at, id) < ({}, {})", [moment, identity]
    rows = await database.fetch(
        "SELECT id, number, published_at FROM form_version WHERE workspace = {} AND form = {}"
        f"{after} ORDER BY published_at DESC, id DESC LIMIT {{}}",
        workspace, form, *values, limit + 1,
    )  # fmt: skip
    return paging.page_of(VersionSummary, rows, limit, "published_at")


async def versions(workspace: UUID, form: UUID) -> list[VersionSummary]:
    """Every published version, newest first: a figure or a filter over them leaves none out."""
    every = database.select(VersionSummary, FormVersion)
    newest_first = every.order_by(FormVersion.published_at, FormVersion.id, ascending=False)
    theirs = newest_first.where(FormVersion.workspace == workspace, FormVersion.form == form)
    return await database.read(VersionSummary, theirs)


async def last_questions(workspace: UUID, form: UUID) -> dict[str, Question]:
    """The question last published under each key, also of those that the newest version left out."""
    every = FormVersion.select(FormVersion.definition).order_by(FormVersion.number)
    rows = await database.fetch(every.where(FormVersion.workspace == workspace, FormVersion.form == form))
    return {question.key: question for row in rows for question in decode(row["definition"]).questions}


async def versions_asking(workspace: UUID, form: UUID, question: str) -> list[tuple[int, int]]:
    """The versions that ask a question, each with the question's revision in it."""
    found = []
    for version in await versions(workspace, form):
        definition = await definition_of(workspace, form, version.number)
        found += [(version.number, asked.revision) for asked in definition.questions if asked.key == question]
    return found
