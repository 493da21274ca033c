"""Without script a form whose questions depend on each other goes in steps. What a step asks is decided by the steps
before it, whose answers travel along as hidden fields. Pure.

A page that is opened has the first step and, out of sight, all other questions: a script shows each as soon as it is to
be asked, and does without steps.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from survey_service.conditions.evaluate import Values
from survey_service.conditions.syntax import names
from survey_service.core.form_encoding import Fields
from survey_service.forms.definition import Definition
from survey_service.forms.rules import is_asked
from survey_service.questions import Question

STEP, BACK = "_step", "_back"
"""Fields of such a page: which step it is, and the button that leads to the one before."""
HIDDEN = "_hidden_"
"""How the names of declared values begin."""
MAX_CARRIED = 200
"""So many fields travel along that no question has."""


class Step(msgspec.Struct, frozen=True):
    """One step of a form, counted from 0: the keys of what it asks, whether another one may follow and whether one was
    before. On a page that was just opened the other questions are there, too."""

    number: int
    keys: frozenset[str]
    leads_on: bool
    leads_back: bool
    is_opened: bool = False


def runs_of(definition: Definition) -> list[list[Question]]:
    """The questions of each step: as many as can be judged before the first of them is answered."""
    runs: list[list[Question]] = [[]]
    for question in definition.questions:
        read = names(question.show_if) if question.show_if is not None else ()
        if any(earlier.key in read for earlier in runs[-1]):
            runs.append([])
        runs[-1].append(question)
    return runs


def number_in(fields: Fields) -> int | None:
    """The step whose page was sent; None for a page with script, and for one without steps."""
    (text,) = fields.get(STEP, [""])[:1] or [""]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


def opened(definition: Definition, around: Values) -> Step | None:
    """The first step of a page that is opened; None where everybody is asked everything."""
    if all(question.show_if is None for question in definition.questions):
        return None
    found = _first(definition, around, range(len(runs_of(definition))))
    return msgspec.structs.replace(found, is_opened=True) if found else None


def after(definition: Definition, values: Values, number: int) -> Step | None:
    """The next step in which something is asked."""
    return _first(definition, values, range(number + 1, len(runs_of(definition))))


def before(definition: Definition, values: Values, number: int) -> Step | None:
    """The last step before it in which something is asked."""
    return _first(definition, values, range(number - 1, -1, -1))


def at(definition: Definition, values: Values, number: int) -> Step | None:
    """The step of this number; None if nothing is asked in it."""
    return _first(definition, values, range(number, number + 1))


def _first(definition: Definition, values: Values, numbers: range) -> Step | None:
    runs = runs_of(definition)
    asked = [frozenset(question.key for question in run if is_asked(question, values)) for run in runs]
    found = next((number for number in numbers if number < len(runs) and asked[number]), None)
    return None if found is None else Step(found, asked[found], found + 1 < len(runs), any(asked[:found]))


def carried(definition: Definition, fields: Fields, step: Step | None) -> list[tuple[str, str]]:
    """The fields that a page does not show and takes along: answers of other steps, and what came with the answer."""
    questions = {question.key for question in definition.questions}
    shown = step.keys if step else questions
    found = [
        (name, value)
        for name, given in fields.items()
        if name not in shown and (name.startswith(HIDDEN) or not name.startswith("_"))
        for value in given
    ]
    return found[:MAX_CARRIED]


def as_fields(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Answers as their pages would send them."""
    several = {key: value if isinstance(value, list) else [value] for key, value in values.items()}
    return {key: [str(one) for one in value] for key, value in several.items()}
