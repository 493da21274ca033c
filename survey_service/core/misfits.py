"""What does not fit its type, in plain words of the reader: msgspec says it in English and in notation. Pure."""

import re

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

_WHERE = re.compile(r" - at (?:`key` in )?`\$\.?(?P<path>[^`]*)`$")
_BOUND = re.compile(r"Expected `(?P<kind>\w+)`(?: of length)? (?P<sign>[<>]=?) (?P<n>-?[0-9.]+)$")
_KIND = re.compile(r"Expected `(?P<kinds>[^`]*)`")
_DAY, _MOMENT = N_("Write the day as 2026-10-31."), N_("Write the moment as 2026-10-31T12:00:00Z.")
_ID = N_("An id looks like 0192f0c1-2345-7abc-8def-0123456789ab.")
_NONE_OF_THEM = N_("This is none of the values that can be chosen.")
_BEYOND = N_("This number is too large or too small.")
KINDS = {
    "int": N_("A whole number belongs here."),
    "float": N_("A number belongs here."),
    "str": N_("A text belongs here."),
    "bool": N_("Only true or false belongs here."),
    "array": N_("A list belongs here."),
    "object": N_("An object with members belongs here."),
    "date": _DAY,
    "datetime": _MOMENT,
    "uuid": _ID,
}
"""A type, as msgspec calls it → what belongs there."""
BOUNDS = {
    ("int", ">="): N_("The number is at least %(n)s."),
    ("int", "<="): N_("The number is at most %(n)s."),
    ("str", ">="): N_("This is too short. Characters at least: %(n)s."),
    ("str", "<="): N_("This is too long. Characters at most: %(n)s."),
    ("array", ">="): N_("These are too few. At least: %(n)s."),
    ("array", "<="): N_("These are too many. At most: %(n)s."),
    ("int", ">"): _BEYOND,
    ("int", "<"): _BEYOND,
}
"""A type and which end of its range → what is asked for there. An end that does not belong to the range itself is not
named: no struct of ours has one."""
ALIKE = {"float": "int", "object": "array"}
"""Types that are bounded in the words of another one."""
BEGINNINGS = {
    "Invalid RFC3339 encoded datetime": _MOMENT,
    "Invalid RFC3339 encoded date": _DAY,
    "Invalid UUID": _ID,
    "Invalid enum value": _NONE_OF_THEM,
    "Invalid value": _NONE_OF_THEM,
    "Integer value out of range": _BEYOND,
    "Number out of range": _BEYOND,
}
"""What else it says → the same in plain words; the first that fits."""


def parted(message: str) -> tuple[str, str]:
    """The path of what does not fit, empty for the whole, and what msgspec says of it."""
    found = _WHERE.search(message)
    return (found["path"], message[: found.start()]) if found else ("", message)


def said(message: str) -> str:
    """What msgspec says of a value, without its place, in plain words."""
    for beginning, words in BEGINNINGS.items():
        if message.startswith(beginning):
            return _(words)
    if bound := _BOUND.match(message):
        kind = ALIKE.get(bound["kind"], bound["kind"])
        if (kind, bound["sign"]) in BOUNDS:
            return _(BOUNDS[kind, bound["sign"]], n=bound["n"])
    if "matching regex" in message:
        return _("This is not written as it has to be.")
    named = _KIND.match(message)
    kinds = [kind for kind in named["kinds"].split(" | ") if kind != "null"] if named else []
    return _(KINDS[kinds[0]]) if len(kinds) == 1 and kinds[0] in KINDS else _("Something else belongs here.")
