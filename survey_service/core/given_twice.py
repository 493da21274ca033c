"""A parameter of an address that has one value comes once: what is meant by two, nobody can say. Pure."""

from collections import Counter
from collections.abc import Iterable

from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext as _


def repeated(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names that come more than once among names with a value, in their order. A mapping of an address has every
    one among its items; whoever runs through the mapping itself sees each once."""
    return tuple(name for name, times in Counter(name for name, _value in pairs).items() if times > 1)


def twice(name: str, called: str = "") -> Invalid:
    """The error of a parameter that comes more than once; `called` is what the page calls it, which a program does
    not."""
    return Invalid.field(name, "repeated", _("“%(name)s” is given more than once. Give it once.", name=called or name))
