"""What a workspace writes for respondents in languages that we do not speak. It reads and writes the table `wording`.

Words are kept as they were typed, also of a message that is not whole yet; respondents are told what is whole.
"""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database, edits, i18n
from survey_service.core.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from survey_service.core.i18n import Message, Messages, names, writing
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import many_lines
from survey_service.forms import queries
from survey_service.forms.actions import FormAction
from survey_service.forms.schemas import LanguageShown, WordsShown
from survey_service.forms.tables import Wording
from survey_service.questions.texts import LANGUAGE_PATTERN

MAX_LANGUAGES = 30
"""Of one workspace; each has some 20 kB of words."""

Decide = Callable[[Messages], Messages]


async def languages(workspace: UUID) -> list[LanguageShown]:
    """Every language in which respondents can be told everything, and those that the workspace writes itself."""
    ours = [LanguageShown(one.code, one.english_name, one.own_name, []) for one in i18n.LANGUAGES.values()]
    return [*ours, *(_shown(one.language, one.words) for one in await queries.wordings(workspace))]


def _shown(tag: str, words: str) -> LanguageShown:
    return LanguageShown(tag, names.name_of(tag), i18n.own_name(tag), writing.missing(tag, i18n.decoded(words)))


async def words(workspace: UUID, tag: str) -> WordsShown:
    """What the workspace wrote in a language that it began; NotFound for another."""
    return await _read(workspace, tag)


async def _read(workspace: UUID, tag: str, *, locked: bool = False) -> WordsShown:
    row = await queries.wording(workspace, tag, locked=locked) if re.fullmatch(LANGUAGE_PATTERN, tag) else None
    if row is None:
        raise NotFound(_("Nobody began to write this language."))
    known = dict(i18n.decoded(row.words))
    return WordsShown(tag, known, writing.missing(tag, known))


async def begin(workspace: UUID, tag: str, now: datetime) -> None:
    """Begins to write a language, as yet without words; nothing if that was begun. Invalid for one that we speak, or
    that nobody knows; Conflict where there are too many."""
    if not names.is_tag(tag):
        raise Invalid.field("language", "unknown", _("Write the name of a language, such as Welsh."))
    if i18n.spoken(tag):
        raise Invalid.field("language", "spoken", _("Respondents are told everything in this language already."))
    async with database.transaction():
        known = [one.language for one in await queries.wordings(workspace)]
        if tag in known:
            return
        if len(known) >= MAX_LANGUAGES:
            raise Conflict(_("There are %(count)s languages already.", count=MAX_LANGUAGES))
        row = Wording(workspace=workspace, language=tag, words="{}", created_at=now, updated_at=now)
        key = (Wording.workspace, Wording.language)
        await database.execute(Wording.insert(row).on_conflict(key, "DO NOTHING"))
    queries.forget()


async def write(workspace: UUID, tag: str, decide: Decide, now: datetime, if_match: str | None = None) -> WordsShown:
    """Puts what `decide` wants, of the messages as they stand while nobody else can change them, in their place; an
    empty message is taken back. Gives what stands afterwards.

    Invalid names each message that does not fit, PreconditionFailed says that it is not any more as `if_match` says.
    """
    async with database.transaction():
        before = await _read(workspace, tag, locked=True)
        if if_match is not None and not edits.is_wanted(if_match, edits.version_of(before)):
            raise PreconditionFailed(_("Somebody else wrote meanwhile. Read it again."))
        wanted = {key: _cleaned(message) for key, message in decide(before.words).items()}
        _refuse_unfit(tag, wanted)
        kept = {key: message for key, message in {**before.words, **wanted}.items() if message}
        if kept == before.words:
            return before
        stored = msgspec.json.encode(kept).decode()
        written = Wording.update({Wording.words: stored, Wording.updated_at: now})
        await database.execute(written.where(Wording.workspace == workspace, Wording.language == tag))
    queries.forget()
    return WordsShown(tag, kept, writing.missing(tag, kept))


async def write_for(caller: Caller, tag: str, decide: Decide, now: datetime, if_match: str | None = None) -> WordsShown:
    """`write`, with its line in the audit trail where something changed."""
    async with database.transaction():
        before = await _read(caller.workspace, tag, locked=True)
        after = await write(caller.workspace, tag, decide, now, if_match)
        if after.words != before.words:
            await audit.record(caller, FormAction.WORDS_WRITTEN, tag)
    return after


def _refuse_unfit(tag: str, wanted: Messages) -> None:
    wrong = [(key, writing.fault(tag, key, message)) for key, message in wanted.items() if message]
    errors = [FieldError(key, "malformed", sentence) for key, sentence in wrong if sentence]
    if errors:
        raise Invalid(_("Nothing was saved yet."), errors=errors)


def _cleaned(message: Message) -> Message:
    """As typed, but for what no page can show; a plural form without words is none."""
    if isinstance(message, str):
        return many_lines(message).strip()
    return {form: said for form, wording in message.items() if (said := many_lines(wording).strip())}
