"""How what is stored of something is read: names, labels, days and languages in the reader's language. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from survey_service.core.i18n.staff import day, in_a_row, name_of
from survey_service.core.i18n.staff import gettext as _

DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

Told = Callable[[str], str]
"""From what is stored of a subject to what is read."""


def plainly(subject: str) -> str:
    """The subject as it is stored: a name, an address."""
    return subject


def message(subject: str) -> str:
    """A message in the reader's language."""
    return _(subject)


def labels(names: Mapping[str, str], *, after: str = "") -> Told:
    """For a subject that lists labels, in English as the rooms declare them: each is said in the reader's language.
    `after` ends what stands before the list, which stays."""
    known = {str(label): label for label in names.values()}

    def told(subject: str) -> str:
        before, found, listed = subject.rpartition(after) if after else ("", "", subject)
        return before + found + in_a_row(_(known.get(one, one)) for one in listed.split(", "))

    return told


def keyed(names: Mapping[str, str], between: str, after: str, join: Callable[[Iterable[str]], str]) -> Told:
    """The same for short names of what `names` has labels for, with `between` between them; `join` puts the labels
    together."""

    def told(subject: str) -> str:
        before, found, listed = subject.rpartition(after)
        if not found:
            return _(subject)
        return before + found + join(_(names.get(one, one)) for one in listed.split(between))

    return told


def with_days(subject: str) -> str:
    """A subject with days in it, which are said as everywhere."""
    return DAY.sub(_day_in_words, subject)


def _day_in_words(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def language(subject: str) -> str:
    """A language by its name, for its tag."""
    return name_of(subject) if subject else _("As my browser says")
