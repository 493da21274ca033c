"""What staff read, in their language: English as the source, other languages from `catalogues/<language>.po`.

`_("Add a colleague")` says a message in the language of whoever is answered, `ngettext` one with a number in it; both
fill named places, `_("%(name)s can sign in again.", name=…)`, so that every language can order them. A percent sign is
written `%%`. What a module holds as a constant is marked with `N_` and said with `_` where it is shown. A sentence is
one message, never put together from pieces. Respondents' words are in `respondents`.

The language belongs to the request (or whatever else runs): the application sets it from what the browser wishes, the
guard of staff pages to the one that the person has chosen. Beyond that, as on the command line, it is English.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from markupsafe import Markup

from survey_service.core.i18n import languages, tags

SOURCE = "en"
CATALOGUES = Path(__file__).parent / "catalogues"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_MINUS = "−"

_language: ContextVar[str] = ContextVar("staff_language", default=SOURCE)


# The language ----------------------------------------------------------------------------------------------------


def language() -> str:
    """The language that is spoken now."""
    return _language.get()


def direction() -> str:
    """`ltr` or `rtl` of it."""
    return languages.direction(language())


@lru_cache
def available() -> tuple[str, ...]:
    """The languages that staff can read: English and those with a catalogue."""
    return (SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


def wished(accept_language: str) -> str:
    """The one of them that an Accept-Language header likes best; English if it likes none."""
    return tags.negotiate(accept_language, available(), SOURCE)


def speak(chosen: str) -> None:
    """From now on, in this request or task, the language that a person has chosen; if they chose none, or one that is
    no more, it stays."""
    if chosen in available():
        _language.set(chosen)


@contextmanager
def spoken(chosen: str) -> Iterator[None]:
    """The same until the end of the block."""
    before = _language.set(chosen if chosen in available() else language())
    try:
        yield
    finally:
        _language.reset(before)


def name_of(code: str) -> str:
    """What a language is called in the one that is spoken."""
    return languages.language_name(code, language())


def every_language() -> str:
    """The languages that respondents are spoken to in, for a sentence."""
    if language() == SOURCE:
        return languages.names_in_words()
    return listed([f"{name_of(code)} ({code})" for code in languages.LANGUAGES])


def own_name(code: str) -> str:
    """A language's name in itself."""
    return languages.OWN_NAMES.get(code) or languages.language_name(code, code)


# Messages --------------------------------------------------------------------------------------------------------


class _InContext(str):
    """A marked message of several meanings."""

    context = ""


def N_(message: str) -> str:  # noqa: N802  (as every catalogue's tools know it)
    """Marks a message that is said later: `_(STATES[state])`."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802  (as its sister)
    """The same for a word of several meanings; `_` says it in its context."""
    marked = _InContext(message)
    marked.context = context
    return marked


def gettext(message: str, /, **values: Any) -> str:
    """The message in the language that is spoken, its places filled. What is empty stays so."""
    return _filled(plain(message), values)


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """The same for a word of several meanings; `context` tells translators which."""
    return _filled(str(_catalogue(language()).pgettext(context, message)), values)


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The same for one with a number in it: languages have one to six forms. The places are filled from `values`, also
    that of the number itself: it comes as it is to be read."""
    return _filled(plain_plural(one, many, number), values)


def plain(message: str) -> str:
    """The message with its places, as templates fill them."""
    if isinstance(message, _InContext):
        return str(_catalogue(language()).pgettext(message.context, message))
    return _catalogue(language()).gettext(message) if message else ""


def plain_plural(one: str, many: str, number: int) -> str:
    """The form for this number with its places."""
    return _catalogue(language()).ngettext(one, many, number)


def _filled(message: str, values: dict[str, Any]) -> str:
    """Names and numbers from elsewhere must not tear a right-to-left sentence apart (Unicode UAX 9, isolates), nor
    turn it around where a name begins it and the browser guesses its direction."""
    if not values:
        return message % values
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup.escape(message) % values
    if direction() == "rtl":
        values = {name: isolated(value) for name, value in values.items()}
        message = _RIGHT_TO_LEFT + message if message.startswith("%(") else message
    return message % values


def isolated(value: object) -> str:
    """What somebody typed, or a number, inside a sentence that may run from right to left."""
    return f"{_ISOLATE}{value}{_END_ISOLATE}" if direction() == "rtl" else str(value)


@lru_cache
def _catalogue(code: str) -> NullTranslations:
    """A language's catalogue, read when somebody first needs it."""
    path = CATALOGUES / f"{code}.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=_locale(code))
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def retold(said: str, templates: Sequence[str]) -> str:
    """What was noted in English, in the language that is spoken: by itself, or as one of these messages with its
    places filled. What is none of them, such as a server's own words, stays as it is."""
    if language() == SOURCE or not said:
        return said
    for template in templates:
        if found := _pattern(template).fullmatch(said):
            return gettext(template, **{name: retold(value, templates) for name, value in found.groupdict().items()})
    return plain(said)


@lru_cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\(([a-z]+)\\\)s|%\(([a-z]+)\)s", r"(?P<\1\2>.+)", re.escape(template)), re.DOTALL)


def listed(names: Sequence[str]) -> str:
    """`Satisfaction and ease`"""
    if language() == SOURCE:
        return " and ".join(names)
    return format_list(names, "standard", locale=_locale(language()))


def in_a_row(parts: Iterable[str]) -> str:
    """`Riga, Harbour Street`"""
    # Translators: stands between names in a row, and between a day and an hour
    return _joined(gettext(", "), parts)


def one_after_another(sentences: Iterable[str]) -> str:
    """`How was it: 4 of 5; What did you buy: Roses`"""
    # Translators: stands between short sentences in a row
    return _joined(gettext("; "), sentences)


def _joined(sign: str, parts: Iterable[str]) -> str:
    """The parts in the order of the language, wherever they are shown: by itself a row of numbers, or one that begins
    with a name in Latin letters, would run from left to right."""
    said = [*map(_apart, parts)]
    row = sign.join(said)
    is_turned = len(said) > 1 and direction() == "rtl" and _first_way(row) not in ("R", "AL")
    return _RIGHT_TO_LEFT + row if is_turned else row


def _apart(part: str) -> str:
    """Letters from left to right would change places with those of a neighbour, were they not kept apart."""
    return isolated(part) if any(bidirectional(letter) == "L" for letter in part) else part


def _first_way(text: str) -> str:
    """The class of the first letter that has a direction (UAX 9: `L`, `R` or `AL`), by which browsers guess; empty
    where there are only numbers and signs."""
    return next((way for way in map(bidirectional, text) if way in ("L", "R", "AL")), "")


class Completeness(NamedTuple):
    """How many messages a language has of those that there are."""

    code: str
    said: int
    all: int

    @property
    def percent(self) -> int:
        """Whole and rounded down: 100 is complete."""
        return 100 * self.said // self.all if self.all else 0


@lru_cache
def completeness() -> tuple[Completeness, ...]:
    """Of every language but English."""
    with (CATALOGUES / "staff.pot").open("rb") as file:
        every = [(message.id, message.context) for message in read_po(file) if message.id]
    return tuple(Completeness(code, _said(code, every), len(every)) for code in available() if code != SOURCE)


def _said(code: str, every: Sequence[tuple[Any, str | None]]) -> int:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        theirs = read_po(file, locale=_locale(code))
    found = (theirs.get(message, context) for message, context in every)
    return sum(bool(message and message.string and not message.fuzzy and all(message.string)) for message in found)


# Numbers and days ------------------------------------------------------------------------------------------------


def number(value: float, digits: int = 0) -> str:
    """A number with so many digits after the point, in Western digits: `1,204`, `5.6`."""
    if language() == SOURCE:
        return f"{value:,.{digits}f}"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(value, format=pattern, locale=_locale(language()), numbering_system="latn")


def minus() -> str:
    """A true minus that stays before its number, also from right to left."""
    return _LEFT_TO_RIGHT + _MINUS if direction() == "rtl" else _MINUS


def percent(whole: int | str) -> str:
    """`84 %`; read from right to left the sign follows the number as well, wherever it stands."""
    return f"{_RIGHT_TO_LEFT if direction() == 'rtl' else ''}{whole} %"


def day(moment: date) -> str:
    """`5 Oct 2026`"""
    if language() == SOURCE:
        return f"{moment.day} {moment:%b} {moment.year}"
    return _western(format_date(moment, "medium", locale=_locale(language())))


def long_day(moment: date) -> str:
    """`5 October 2026`"""
    if language() == SOURCE:
        return f"{moment.day} {moment:%B} {moment.year}"
    return _western(format_date(moment, "long", locale=_locale(language())))


def day_of_year(moment: date, *, long: bool = False) -> str:
    """`5 Oct`, `5 October`"""
    if language() == SOURCE:
        return f"{moment.day} {moment:%B}" if long else f"{moment.day} {moment:%b}"
    return _by_skeleton("MMMMd" if long else "MMMd", moment)


def month(moment: date) -> str:
    """`October 2026`"""
    return f"{moment:%B %Y}" if language() == SOURCE else _by_skeleton("yMMMM", moment)


def span(first: date, last: date, *, months: bool = False, year: bool = True) -> str:
    """Days, or whole months, from one to another, as a language other than English writes them."""
    if months and (first.year, first.month) == (last.year, last.month):
        # Babel has no skeleton for a month alone that is not cut short.
        alone = format_date(first, "LLLL", locale=_locale(language()))
        return _by_skeleton("yMMMM", first) if year else _western(alone)
    if first == last:
        return _by_skeleton("yMMMMd" if year else "MMMMd", first)
    skeleton = ("yMMMM" if months else "yMMMMd") if year else ("MMMM" if months else "MMMMd")
    return _western(format_interval(first, last, skeleton, locale=_locale(language())))


def bucket(first: date, *, month: bool, year: bool) -> str:
    """A month or a day as an axis calls it, in a language other than English."""
    skeleton = ("yMMM" if month else "yMMMd") if year else ("MMM" if month else "MMMd")
    return _by_skeleton(skeleton, first)


def _by_skeleton(skeleton: str, moment: date) -> str:
    return _western(format_skeleton(skeleton, moment, locale=_locale(language())))


def _western(text: str) -> str:
    return text.translate(_WESTERN)


_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@lru_cache
def _locale(code: str) -> Locale:
    return languages.locale(code) or Locale(SOURCE)
