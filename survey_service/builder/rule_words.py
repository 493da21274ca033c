"""When a question is asked, as a sentence for its author. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from survey_service.conditions.evaluate import is_number
from survey_service.conditions.syntax import Condition
from survey_service.core import channels
from survey_service.core.i18n.staff import N_, name_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms.definition import Definition
from survey_service.questions import Question

LEAVES = {
    "answered": N_("%(what)s is answered"),
    "is": N_("%(what)s is %(value)s"),
    "lt": N_("%(what)s is less than %(value)s"),
    "le": N_("%(what)s is at most %(value)s"),
    "gt": N_("%(what)s is more than %(value)s"),
    "ge": N_("%(what)s is at least %(value)s"),
    "between": N_("%(what)s is from %(low)s to %(high)s"),
    "any_of": N_("%(what)s is any of: %(values)s"),
    "all_of": N_("%(what)s has all of: %(values)s"),
    "none_of": N_("%(what)s has none of: %(values)s"),
    "exactly": N_("%(what)s is exactly: %(values)s"),
    "contains": N_("%(what)s contains %(value)s"),
    "begins": N_("%(what)s begins with %(value)s"),
    "on": N_("%(what)s is %(value)s"),
    "before": N_("%(what)s is before %(value)s"),
    "after": N_("%(what)s is after %(value)s"),
    "count": N_("the number of choices in %(what)s is %(range)s"),
    "length": N_("the length of %(what)s is %(range)s"),
}
RANGES = {
    "is": N_("%(value)s"),
    "lt": N_("less than %(value)s"),
    "le": N_("at most %(value)s"),
    "gt": N_("more than %(value)s"),
    "ge": N_("at least %(value)s"),
}
BOTH, EITHER = N_("%(one)s and %(other)s"), N_("%(one)s or %(other)s")
AROUND = {"language": N_("the language"), "channel": N_("the channel"), "place": N_("the place")}


def sentence(condition: Condition, definition: Definition) -> str:
    """The condition in the reader's language: “question 1 is at most 6 and the channel is any of: QR code”."""
    return _Saying(definition).of(condition)


class _Saying:
    """Says conditions of one definition, whose questions are called by their places, and choices by their words."""

    def __init__(self, definition: Definition) -> None:
        self.first = definition.languages[0]
        self.questions: Mapping[str, tuple[int, Question]] = {
            question.key: (number, question) for number, question in enumerate(definition.questions, 1)
        }

    def of(self, condition: Condition, *, inside: bool = False) -> str:
        """A condition in words; in brackets where it is a group `inside` another one."""
        if condition.of is not None:
            return self._leaf(condition)
        if condition.not_ is not None:
            return _("not (%(condition)s)", condition=self.of(condition.not_))
        parts = [self.of(part, inside=True) for part in condition.parts]
        joined = self._joined(parts, BOTH if condition.all is not None else EITHER)
        return f"({joined})" if inside and len(parts) > 1 else joined

    def _joined(self, parts: Sequence[str], message: str) -> str:
        joined, *others = parts or [""]
        for other in others:
            joined = _(message, one=joined, other=other)
        return joined

    def _leaf(self, leaf: Condition) -> str:
        to, name = leaf.to, str(leaf.of)
        values = to if isinstance(to, list) else []
        bounds = (
            [_(RANGES[how], value=self._value(name, bound)) for how, bound in to.items()]
            if isinstance(to, dict)
            else []
        )
        return _(
            LEAVES[leaf.operator],
            what=self._what(name),
            value="" if isinstance(to, list | dict) else self._value(name, to),
            values=self._joined([self._value(name, value) for value in values], N_("%(one)s, %(other)s")),
            low=self._value(name, values[0]) if values else "",
            high=self._value(name, values[-1]) if values else "",
            range=self._joined(bounds, BOTH),
        )

    def _what(self, name: str) -> str:
        if name in self.questions:
            return _("question %(n)s", n=self.questions[name][0])
        if name in AROUND:
            return _(AROUND[name])
        return _("“%(name)s”", name=name.removeprefix("hidden."))

    def _value(self, name: str, value: Any) -> str:
        """A choice by its words, a number as it is, anything else in quotation marks."""
        if is_number(value):
            return f"{value:g}"
        if name in self.questions:
            said = self.questions[name][1].say(value, self.first, self.first)
        elif name == "channel":
            said = _(channels.CHANNELS[value][0]) if value in channels.CHANNELS else str(value)
        else:
            said = name_of(str(value)) if name == "language" else str(value)
        return _("“%(name)s”", name=said)
