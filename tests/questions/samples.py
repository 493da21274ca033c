"""One question of each kind."""

from typing import Any

import msgspec

from survey_service.questions import Question
from survey_service.questions.base import Kind

OWN: dict[str, dict[str, Any]] = {
    name: {"choices": [{"key": key, "text": {"en": key.upper(), "am": "ሀ"}} for key in ("a", "b")]}
    for name in ("single_choice", "multiple_choice")
}
"""What a kind needs beyond what every question has."""


def sample(name: str, **fields: Any) -> Kind:
    """A question of a kind, in English and Amharic."""
    shared = {"kind": name, "key": "asked", "text": {"en": "What do you say?", "am": "ምን ይላሉ?"}}
    question: Kind = msgspec.convert(shared | OWN.get(name, {}) | fields, Question)
    return question
