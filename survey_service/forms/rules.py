"""What decides whether a question is asked: the conditions of a definition, and what they may read. Pure."""

from collections.abc import Mapping
from typing import Any

from survey_service.conditions.check import DIGITS, Domain
from survey_service.conditions.check import faults as faults_in
from survey_service.conditions.evaluate import Value, Values, holds, is_number
from survey_service.conditions.reach import expanded, is_overseen, outlook
from survey_service.conditions.syntax import Condition, names
from survey_service.core import channels
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import many_lines
from survey_service.forms.definition import Definition
from survey_service.questions.base import Kind
from survey_service.questions.texts import Fault


def has_rules(definition: Definition) -> bool:
    """Whether any question is asked under a condition only."""
    return any(question.show_if is not None for question in definition.questions)


def is_asked(question: Kind, values: Values) -> bool:
    """Whether it is asked, where `values` is what is around and was answered before."""
    return question.show_if is None or holds(question.show_if, values)


def told(definition: Definition) -> list[tuple[str, str, Condition | None]]:
    """What the script of a page judges: the key of each question that has a condition or is read by one, how its
    answers compare (empty for what has none), and the condition."""
    read = {name for question in definition.questions if question.show_if for name in names(question.show_if)}
    return [
        (question.key, question.domain.sort if question.domain else "", question.show_if)
        for question in definition.questions
        if question.show_if or question.key in read
    ]


def surroundings(language: str, channel: str, place: str, hidden: Mapping[str, Any] | None = None) -> dict[str, Value]:
    """What conditions may read beside answers, for one respondent: `place` is a code or empty, `hidden` what came along
    under the names that the form declares. Numbers among these are taken as texts, as an address has them."""
    around: dict[str, Value] = {"language": language, "channel": channel}
    if place:
        around["place"] = place
    for name, value in (hidden or {}).items():
        text = f"{value:.{DIGITS}g}" if is_number(value) else many_lines(value) if isinstance(value, str) else ""
        if text:
            around[f"hidden.{name}"] = text
    return around


def domains(definition: Definition) -> dict[str, Domain]:
    """What conditions may read beside answers, and what it can be."""
    return {
        "language": Domain("one", tuple(definition.languages)),
        "channel": Domain("one", tuple(channels.CHANNELS)),
        "place": Domain("one"),
        **{f"hidden.{name}": Domain("text") for name in definition.hidden},
    }


def faults(definition: Definition) -> list[Fault]:
    """Conditions that cannot be used: they read what is not there or comes later, compare what cannot be compared, or
    can never hold."""
    known, later = domains(definition), {question.key for question in definition.questions}
    gates: dict[str, Condition] = {}
    found: list[Fault] = []
    for number, question in enumerate(definition.questions):
        if question.show_if is not None:
            path = f"questions[{number}].show_if"
            wrong = faults_in(question.show_if, known, later)
            found += [(f"{path}.{fault.path}".removesuffix("."), fault.code, fault.message) for fault in wrong]
            whole = expanded(question.show_if, gates)
            if not wrong and outlook(whole, known) == "never":
                found.append(
                    (path, "unreachable", _("Nobody can ever be asked this: its conditions exclude each other."))
                )
            if not wrong and is_overseen(whole):
                gates[question.key] = whole
        later.discard(question.key)
        if question.domain is not None:
            known[question.key] = question.domain
    return found
