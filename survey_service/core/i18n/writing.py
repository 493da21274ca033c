"""What somebody writes for respondents in a language that we do not speak: what is asked for, what fits, what is still
missing. Pure.
"""

import string
from collections.abc import Mapping, Sequence
from functools import lru_cache

from survey_service.core.i18n import tags
from survey_service.core.i18n.respondents import (
    Message,
    Messages,
    Written,
    decoded,
    messages,
    plural_form,
    spoken,
)

MAX_LENGTH = 600
"""Characters of one text; our longest has 130."""
EXAMPLES = 4
_NUMBERS = range(1_000)
_ORDER = ("zero", "one", "two", "few", "many", "other")

Blank = tuple[str, str]
"""A placeholder: the value that it shows, and the message that words it, or nothing."""


@lru_cache(maxsize=64)
def plural_examples(tag: str) -> Mapping[str, Sequence[int]]:
    """The plural forms that whole numbers have in a language, each with the first numbers that take it."""
    found: dict[str, list[int]] = {}
    for number in _NUMBERS:
        numbers = found.setdefault(plural_form(tag, number), [])
        if len(numbers) < EXAMPLES:
            numbers.append(number)
    return {form: found[form] for form in _ORDER if form in found}


def asked_for() -> Messages:
    """Every message that there is to be written, in English."""
    return messages("en")


def missing(tag: str, written: Messages) -> list[str]:
    """The keys of the messages that are not whole yet: one with plural forms has all those of its language."""
    return [key for key, english in asked_for().items() if not _is_whole(tag, english, written.get(key))]


def unsaid(language: str, written: Written) -> list[str]:
    """The keys of the messages that a reader of a language is told in English."""
    if spoken(language):
        return []
    own = tags.lookup(language, tuple(tag for tag, _ in written))
    return missing(own or language, decoded(dict(written).get(own, "{}")))


def whole(tag: str, written: Messages) -> dict[str, Message]:
    """What respondents can be told."""
    lacking = set(missing(tag, written))
    return {key: message for key, message in written.items() if key in asked_for() and key not in lacking}


def _is_whole(tag: str, english: Message, message: Message | None) -> bool:
    if isinstance(english, str):
        return isinstance(message, str) and bool(message)
    return isinstance(message, dict) and all(message.get(form) for form in plural_examples(tag))


def fault(tag: str, key: str, message: Message) -> str:
    """What is wrong with a message, as a sentence; empty if nothing is."""
    english = asked_for().get(key)
    if english is None:
        return "There is no such message."
    if isinstance(english, str) != isinstance(message, str):
        return "One text is needed." if isinstance(english, str) else "A text for each plural form is needed."
    if isinstance(message, str):
        return _fault(message, blanks(english), all_needed=True)
    foreign = message.keys() - plural_examples(tag).keys()
    if foreign:
        return f"The language has no such form: {', '.join(sorted(foreign))}."
    found = (_plural_fault(tag, form, wording, english) for form, wording in message.items())
    return next((sentence for sentence in found if sentence), "")


def _plural_fault(tag: str, form: str, wording: str, english: Message) -> str:
    """A form that is for one number only may say it in words; none and one share a form in French."""
    return _fault(wording, blanks(english), all_needed=len(plural_examples(tag)[form]) > 2)


def _fault(wording: str, allowed: set[Blank], *, all_needed: bool) -> str:
    if len(wording) > MAX_LENGTH:
        return f"{MAX_LENGTH} characters fit here."
    try:
        given = blanks(wording)
    except ValueError:
        return "A bracket is opened and not closed, or closed and not opened."
    if foreign := given - allowed:
        return f"Nothing is filled in for {_listed(foreign)}."
    if all_needed and (lacking := allowed - given):
        return f"This must be in it, as it is: {_listed(lacking)}."
    return ""


def blanks(message: Message) -> set[Blank]:
    """The placeholders of a message. Raises ValueError for one that cannot be read."""
    wordings = [message] if isinstance(message, str) else message.values()
    found = set()
    for wording in wordings:
        for _, name, spec, conversion in string.Formatter().parse(wording):
            if name is not None:
                if conversion or "{" in (spec or ""):
                    raise ValueError(wording)
                found.add((name, spec or ""))
    return found


def _listed(found: set[Blank]) -> str:
    return ", ".join(sorted(f"{{{name}:{spec}}}" if spec else f"{{{name}}}" for name, spec in found))


BLANKS: Mapping[Blank, str] = {
    ("n", ""): "number",
    ("n", "question_count"): "questions",
    ("n", "second_count"): "seconds",
    ("n", "minute_count"): "minutes",
    ("seconds", "second_count"): "seconds",
    ("minutes", "minute_count"): "minutes",
    ("done", ""): "answered",
    ("question", ""): "question",
    ("low", ""): "lowest",
    ("high", ""): "highest",
    ("max", ""): "most",
    ("email", ""): "e-mail address",
    ("receipt", ""): "answer number",
    ("value", ""): "chosen number",
    ("label", ""): "words",
    ("number", ""): "number",
    ("name", ""): "name",
    ("brand", ""): "shop",
    ("date", ""): "date",
    ("example", ""): "example",
}
"""What is filled in, as people call it; on the page it stands in square brackets."""


def in_brackets(wording: str, key: str) -> str:
    """A message's text, or a sentence about it, as people read and type it: `{brand}` is `[shop]`."""
    for blank in blanks(asked_for()[key]):
        wording = wording.replace(_listed({blank}), f"[{BLANKS[blank]}]")
    return wording


def from_brackets(wording: str, key: str) -> str:
    """A text as typed, as it is kept."""
    for blank in blanks(asked_for()[key]):
        wording = wording.replace(f"[{BLANKS[blank]}]", _listed({blank}))
    return wording
