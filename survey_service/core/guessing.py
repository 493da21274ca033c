"""How many guesses a password takes whoever knows the common ones, and whose it is. Pure, and offline.

Common are the 30,000 that the `zxcvbn` wheel carries, in the order in which they are tried; the way of counting is
that of the same authors (Wheeler, zxcvbn, USENIX Security 2016), cut down to what costs the same for every text: a
password is put together from common ones, from words that are known of the person, from dates, years, runs and single
signs, in the way that takes the fewest guesses. Guesses are told as powers of ten.
"""

import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from unicodedata import category, normalize

from survey_service.core.guessable import COMMON, FOR_LETTING_IN, ROWS, TIMES

ENOUGH = 8.0
"""10⁸ guesses: what can be tried from outside under the limits of signing in takes centuries."""

OUR_WORDS = ("survey", "service", "feedback", "answers", "customer", "customers", "staff", "owner", "manager", "admin")
"""Words of the product, which come to mind while a password is chosen here."""
CALENDAR = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "spring", "summer",
    "autumn", "fall", "winter",
)  # fmt: skip
"""The first that comes to mind where a password has to be another one every month."""
SHORTEST_WORD = 3
KNOWN_WORD = 4
"""Shorter ones of what is known of a person are in everything."""
LONGEST_WORD = 64
"""Longer ones nobody types; their parts are words by themselves."""
LOOKED_AT = 512
"""Signs of a password, in the form in which it is compared: one that is typed may stand for eighteen."""
SIGN, SAME, SPACE, YEAR, DAY, WORD = 1.0, 0.2, 0.5, 2.0, 1.0, 2.5
DATE = 3.8
"""A day of some twenty years: people type their children's birthdays, and those of their youth."""
SIGNS_FOR_LETTERS = str.maketrans("@4031!$57", "aaoeiisst")
OTHER_SIGNS = 0.3
"""A word with signs for letters takes twice the guesses."""
YEARS = re.compile(r"(?:19|20)\d\d")
_DAY, _MONTH, _BETWEEN = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"[-./ ]"
DATES = re.compile(
    rf"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}(?:(?:19|20)?\d\d)|{_MONTH}{_BETWEEN}{_DAY}{_BETWEEN}(?:(?:19|20)?\d\d)"
    rf"|(?:19|20)\d\d{_BETWEEN}{_MONTH}{_BETWEEN}{_DAY}"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)?\d\d)"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
DATE_LENGTHS = range(6, 11)
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@functools.cache
def common() -> Mapping[str, float]:
    """The common passwords, in small letters, with the guesses that each takes. Only the list is read: the package
    itself would keep five times the memory, and its own estimate takes seconds for some texts."""
    package = find_spec("zxcvbn")
    assert package is not None, "it is installed with the product"
    assert package.origin is not None, "it is a package of files"
    spec = spec_from_file_location("common_passwords", Path(package.origin).with_name("frequency_lists.py"))
    assert spec is not None, "a file of Python is a module"
    assert spec.loader is not None, "a file of Python is a module"
    lists = module_from_spec(spec)
    spec.loader.exec_module(lists)
    ranked: list[str] = lists.FREQUENCY_LISTS["passwords"]
    return {_plain(word): math.log10(rank + 1) for rank, word in reversed([*enumerate(ranked, start=1)])}


@functools.cache
def _longest() -> int:
    return max(map(len, common()))


def _plain(text: str) -> str:
    return normalize("NFKC", text).lower()


def _spellings(word: str) -> set[str]:
    """A word as it is written, without its accents, and as where there is no key for them: müller, muller, mueller."""
    bare = "".join(sign for sign in normalize("NFD", word) if category(sign) != "Mn")
    return {word, normalize("NFC", bare), word.translate(GERMAN)}


@functools.cache
def _ours() -> Mapping[str, float]:
    """Words that come to mind here and elsewhere, with the guesses that each takes."""
    words = dict[str, float]()
    first = (*CALENDAR, *TIMES.split(), *FOR_LETTING_IN.split())
    for each, cost in ((COMMON.split(), WORD), (first, DAY), (OUR_WORDS, 0.0)):
        spelled = (spelling for word in each for spelling in _spellings(_plain(word)))
        words |= dict.fromkeys((word for word in spelled if len(word) >= SHORTEST_WORD), cost)
    return words


@functools.cache
def _neighbours() -> Mapping[str, frozenset[tuple[str, int]]]:
    """Two keys that lie beside one another → the rows in which they do, and in which direction."""
    found = dict[str, set[tuple[str, int]]]()
    for row in ROWS:
        for first, second in pairwise(row):
            found.setdefault(first + second, set()).add((row, 1))
            found.setdefault(second + first, set()).add((row, -1))
    return {pair: frozenset(steps) for pair, steps in found.items()}


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """What an attacker tries who knows these texts: each as a whole, without its spaces, and each word of it, also
    without accents."""
    known = set[str]()
    for text in map(_plain, texts):
        parts = [part for part in re.split(r"[\W_]+", text) if part]
        known |= {spelling for word in (text, "".join(parts), *parts) for spelling in _spellings(word)}
    return frozenset(word for word in known if KNOWN_WORD <= len(word) <= LONGEST_WORD)


def guesses(password: str, known: frozenset[str] = frozenset()) -> float:
    """The power of ten of the guesses that it takes; `known` as `words_of` gives them."""
    text = _plain(password)[:LOOKED_AT]
    letters = text.translate(SIGNS_FOR_LETTERS)
    words = {**_ours(), **dict.fromkeys(known, 0.0)}
    longest = max(_longest(), *map(len, words))
    fewest = [0.0]
    for end in range(1, len(text) + 1):
        best = fewest[end - 1] + _sign(text, end - 1)
        if YEARS.fullmatch(text, max(0, end - 4), end):
            best = min(best, fewest[end - 4] + YEAR)
        for length in DATE_LENGTHS:
            if length <= end and DATES.fullmatch(text, end - length, end):
                best = min(
                    best, fewest[end - length] + (SAME if text[end - length : end] in text[: end - length] else DATE)
                )
        for start in range(max(0, end - longest), end - SHORTEST_WORD + 1):
            word, read = text[start:end], letters[start:end]
            costs = (*_of_word(word, words), *(cost + OTHER_SIGNS for cost in _of_word(read, words)))
            if costs:
                best = min(best, fewest[start] + min(costs) + _again(text, start, end))
        fewest.append(best)
    return fewest[-1]


def _of_word(word: str, words: Mapping[str, float]) -> Iterator[float]:
    for each in (word, word[::-1]):
        if each in words:
            yield words[each]
        if each in common():
            yield common()[each]


def _again(text: str, start: int, end: int) -> float:
    """What a word costs for being there at all; nothing where it only repeats the one before."""
    return 0.0 if text[max(0, 2 * start - end) : start] == text[start:end] else SAME


def _sign(text: str, at: int) -> float:
    """One sign by itself: less where it goes on with a run, such as aaa, 789, cba or tzu."""
    if text[at].isspace():
        return SPACE
    return SAME if at > 1 and _steps(text, at - 1) & _steps(text, at) else SIGN


def _steps(text: str, at: int) -> frozenset[tuple[str, int]]:
    """How one comes to a sign from the one before: the same, the next in the alphabet, a key beside it."""
    step = ord(text[at]) - ord(text[at - 1])
    beside = _neighbours().get(text[at - 1 : at + 1], frozenset())
    return beside | {("", step)} if abs(step) <= 1 else beside
