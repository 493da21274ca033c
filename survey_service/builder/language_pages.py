"""The staff's pages of the languages that respondents are spoken to in, and of the words that a workspace writes
itself for one that we do not speak."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts import audit
from survey_service.accounts.guards import Caller
from survey_service.builder.frame import EDIT, MANAGE, VIEW, Html, may_write
from survey_service.core import clock, database, edits, i18n
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Conflict, Invalid, ServiceError
from survey_service.core.http import DRAFT_BYTES, AnyRequest, errors_of, fields_of, see
from survey_service.core.i18n import Message, Messages, names, staff, writing
from survey_service.core.i18n.staff import N_
from survey_service.core.templates import staff_page
from survey_service.forms import wording
from survey_service.forms.actions import FormAction

LANGUAGES = "/app/languages"
PARTS = {
    "send": N_("On the survey"),
    "error_scale_required": N_("When an answer needs another look"),
    "thanks_title": N_("Afterwards"),
    "invitation_chosen": N_("After a tap in a mail"),
    "unsubscribe_title": N_("Leaving the mails"),
    "busy_title": N_("When something is wrong"),
    "privacy": N_("Below the survey"),
    "scale_end": N_("At the ends of scales, and below faces"),
    "mail_dear": N_("In mails"),
    "poster_title": N_("On posters"),
}
"""The headings of the page, by the first message below each."""


class Field(msgspec.Struct, frozen=True):
    """One text to be written: its name on the page, the English, and the numbers that a plural form is for."""

    name: str
    english: str
    numbers: str
    long: bool


class Part(msgspec.Struct, frozen=True):
    """Some texts below one heading, and how many of their messages are missing."""

    heading: str
    fields: list[Field]
    missing: int


@get(LANGUAGES, opt=VIEW, include_in_schema=False)
async def languages_page(caller: NamedDependency[Caller], name: FromQuery[str] = "") -> Html:
    """Which languages respondents are told everything in, and those that the workspace writes."""
    return await _list(caller, name[:100])


async def _list(caller: Caller, typed: str, error: ServiceError | None = None) -> Html:
    known = await wording.languages(caller.workspace)
    return staff_page(
        caller,
        "builder/languages.html",
        current="forms",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=typed,
        ours=[language for language in known if language.language in i18n.LANGUAGES],
        own=[language for language in known if language.language not in i18n.LANGUAGES],
        total=len(writing.asked_for()),
        spoken=_spoken,
        may_write=may_write(caller),
    )


def _spoken(tag: str) -> str:
    """The name of a language for whoever reads the page."""
    return i18n.language_name(tag, staff.language())


@post(LANGUAGES, opt=MANAGE, include_in_schema=False)
async def begin_language(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Begins to write a language, by its name, and leads to its words."""
    typed = (await fields_of(request)).get("language", "")
    tag = names.tag_of(typed) or ""
    try:
        async with database.transaction():
            await wording.begin(caller.workspace, tag, clock.now())
            await audit.record(caller, FormAction.LANGUAGE_BEGUN, tag)
    except (Invalid, Conflict) as error:
        return await _list(caller, typed, error)
    return see(f"{LANGUAGES}/{tag}")


@get(LANGUAGES + "/{language:str}", opt=VIEW, include_in_schema=False)
async def words_page(caller: NamedDependency[Caller], language: FromPath[str], done: FromQuery[str] = "") -> Html:
    """Every message in English, and beside it what is written."""
    written = await wording.words(caller.workspace, language)
    return _words(caller, language, written.words, edits.shown(_flat(language, written.words)), done=done)


def _words(
    caller: Caller, tag: str, known: Messages, shown: Shown, error: ServiceError | None = None, done: str = ""
) -> Html:
    lacking = writing.missing(tag, known)
    return staff_page(
        caller,
        "builder/words.html",
        current="forms",
        status_code=error.status if error else 200,
        errors=_errors(error, tag) if error else {},
        tag=tag,
        named=_spoken(tag),
        direction=i18n.direction(tag),
        parts=list(_parts(tag, lacking)),
        missing=len(lacking),
        total=len(writing.asked_for()),
        shown=shown,
        typed=shown.values,
        done=done,
        may_write=may_write(caller),
    )


def _errors(error: ServiceError, tag: str) -> dict[str, str]:
    """Sentences by field; one about a message with plural forms stands at its first form."""
    english = writing.asked_for()
    return {
        next(iter(_names(tag, key))): writing.in_brackets(sentence, key) if key in english else sentence
        for key, sentence in errors_of(error).items()
        if key in english
    }


def _names(tag: str, key: str) -> list[str]:
    """The fields of a message."""
    if isinstance(writing.asked_for()[key], str):
        return [key]
    return [f"{key}.{form}" for form in writing.plural_examples(tag)]


def _parts(tag: str, lacking: list[str]) -> Iterator[Part]:
    parts: dict[str, list[str]] = {}
    heading = ""
    for key in writing.asked_for():
        heading = PARTS.get(key, heading)
        parts.setdefault(heading, []).append(key)
    for heading, keys in parts.items():
        fields = [field for key in keys for field in _fields(tag, key)]
        yield Part(heading, fields, sum(key in lacking for key in keys))


def _fields(tag: str, key: str) -> Iterator[Field]:
    english = writing.asked_for()[key]
    if isinstance(english, str):
        yield Field(key, writing.in_brackets(english, key), "", len(english) > 60)
        return
    for form, numbers in writing.plural_examples(tag).items():
        said = english["one"] if numbers == [1] else english["other"]
        yield Field(f"{key}.{form}", writing.in_brackets(said, key), ", ".join(map(str, numbers)), False)


@post(LANGUAGES + "/{language:str}", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def save_words(request: AnyRequest, caller: NamedDependency[Caller], language: FromPath[str]) -> Html:
    """Keeps what was written, some or all; respondents are told it at once."""
    fields = await fields_of(request)
    typed = {name: fields.get(name, "").strip() for key in writing.asked_for() for name in _names(language, key)}

    def wanted(known: Messages) -> Messages:
        changed = edits.reconciled(fields, typed, _flat(language, known))
        return _messages(language, changed, _flat(language, known))

    try:
        await wording.write_for(caller, language, wanted, clock.now())
    except (Invalid, Differs) as error:
        known = (await wording.words(caller.workspace, language)).words
        again = edits.shown_again(fields, typed, error, _label)
        return _words(caller, language, known, again, error)
    return see(f"{LANGUAGES}/{language}?done=saved")


def _label(name: str) -> str:
    """A field as the page calls it: by the English."""
    key = name.partition(".")[0]
    english = writing.asked_for()[key]
    return writing.in_brackets(english if isinstance(english, str) else english["other"], key)


def _flat(tag: str, known: Messages) -> dict[str, Any]:
    """Every field of the page with what stands in it."""
    values = {}
    for key in writing.asked_for():
        message = known.get(key, "")
        for name in _names(tag, key):
            form = name.partition(".")[2]
            said = message if isinstance(message, str) else message.get(form, "")
            values[name] = writing.in_brackets(said, key)
    return values


def _messages(tag: str, changed: Mapping[str, str], stands: Mapping[str, str]) -> dict[str, Message]:
    """The messages that the changed fields belong to."""
    found: dict[str, Message] = {}
    for key in dict.fromkeys(name.partition(".")[0] for name in changed):
        said = {name: writing.from_brackets(changed.get(name, stands[name]), key) for name in _names(tag, key)}
        found[key] = said[key] if key in said else {name.partition(".")[2]: words for name, words in said.items()}
    return found


ROUTES = [languages_page, begin_language, words_page, save_words]
