"""When a question is asked is said in the author's words."""

from typing import Any

import msgspec
import pytest

from survey_service.builder import draft_parts
from survey_service.builder.rule_words import LEAVES, sentence
from survey_service.conditions.check import OPERATORS
from survey_service.conditions.syntax import Condition
from survey_service.core.i18n.staff import spoken
from tests.forms.test_rules import LOW, form

SAID = [
    (LOW, "question 1 is at most 6"),
    ({"of": "comment"}, "question 4 is answered"),
    ({"of": "reason", "is": "is", "to": "a"}, "question 2 is “A”"),
    ({"of": "reason", "is": "any_of", "to": ["a", "b"]}, "question 2 is any of: “A”, “B”"),
    ({"of": "recommend", "is": "between", "to": [7, 8]}, "question 1 is from 7 to 8"),
    ({"of": "parts", "is": "count", "to": {"ge": 1, "lt": 3}},
     "the number of choices in question 3 is at least 1 and less than 3"),
    ({"of": "comment", "is": "length", "to": {"gt": 20}}, "the length of question 4 is more than 20"),
    ({"of": "channel", "is": "is", "to": "qr"}, "the channel is “QR in the shop”"),
    ({"of": "language", "is": "is", "to": "am"}, "the language is “Amharic”"),
    ({"of": "place", "is": "is", "to": "piassa"}, "the place is “piassa”"),
    ({"of": "hidden.source", "is": "begins", "to": "news"}, "“source” begins with “news”"),
    ({"of": "gone", "is": "is", "to": 2}, "“gone” is 2"),
    ({"not": {"any": [LOW, {"of": "parts"}]}}, "not (question 1 is at most 6 or question 3 is answered)"),
    ({"all": [{"any": [LOW, {"of": "parts"}]}, {"of": "comment"}]},
     "(question 1 is at most 6 or question 3 is answered) and question 4 is answered"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "wanted"), SAID)
def test_a_condition_is_a_sentence(condition: Any, wanted: str) -> None:
    assert sentence(msgspec.convert(condition, Condition), form()) == wanted


def test_every_comparison_has_words() -> None:
    assert {operator for operators in OPERATORS.values() for operator in operators} <= LEAVES.keys()


def test_the_sentence_is_in_the_readers_language() -> None:
    with spoken("de"):
        assert "Amharisch" in sentence(msgspec.convert({"of": "language", "is": "is", "to": "am"}, Condition), form())


def test_whoever_changes_a_rule_beside_somebody_else_reads_both_as_sentences() -> None:
    assert draft_parts.words("questions.comment.show_if", LOW, form()) == "question 1 is at most 6"
    assert draft_parts.words("questions.comment.show_if", None, form()) == ""
