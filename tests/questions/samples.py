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
GIVEN: dict[str, tuple[Any, str]] = {
    "nps": (9, "Score 9"),
    "csat": (4, "4 of 5"),
    "ces": (7, "7 of 7"),
    "single_choice": ("b", "B"),
    "multiple_choice": (["a", "b"], "A, B"),
    "short_text": ("Ana", "Ana"),
    "long_text": ("Lovely roses", "Lovely roses"),
    "email": ("ana@example.org", "ana@example.org"),
    "date": ("2026-11-27", "27 November 2026"),
}
"""Kind → an answer as JSON, and in the words that staff read."""


def sample(name: str, **fields: Any) -> Kind:
    """A question of a kind, in English and Amharic."""
    shared = {"kind": name, "key": "asked", "text": {"en": "What do you say?", "am": "ምን ይላሉ?"}}
    question: Kind = msgspec.convert(shared | OWN.get(name, {}) | fields, Question)
    return question
