"""What decides whether a question is asked is judged at publication, and while an answer is read."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.conditions.syntax import Condition
from survey_service.forms import rules
from survey_service.forms.definition import Definition
from survey_service.forms.validation import check, from_fields
from tests.questions.samples import sample


def read(condition: Any) -> Condition:
    return msgspec.convert(condition, Condition)


LOW = {"of": "recommend", "is": "le", "to": 6}
BY_QR = {"of": "channel", "is": "is", "to": "qr"}


def form(*conditions: Any, hidden: tuple[str, ...] = ("source",)) -> Definition:
    """A recommendation, a choice, several, a comment, an address: each with its condition, or none."""
    kinds = {
        "recommend": "nps",
        "reason": "single_choice",
        "parts": "multiple_choice",
        "comment": "long_text",
        "email": "email",
    }
    questions = [
        sample(kind, key=key, required=True, show_if=read(condition) if condition else None)
        for (key, kind), condition in zip(kinds.items(), [*conditions, *[None] * 5], strict=False)
    ]
    return Definition(title={"en": "Form"}, languages=["en", "am"], questions=questions, hidden=list(hidden))


def found(*conditions: Any) -> list[tuple[str, str]]:
    return [(path, code) for path, code, _sentence in rules.faults(form(*conditions))]


GONE = {"of": "reason", "is": "is", "to": "gone"}
FAULTS = [
    ((None, LOW), []),
    ((None, {"any": [BY_QR, {"of": "hidden.source", "is": "is", "to": "mail"}]}), []),
    ((None, {"of": "language", "is": "is", "to": "am"}), []),
    ((None, {"of": "place", "is": "any_of", "to": ["piassa"]}), []),
    (({"of": "recommend"},), [("questions[0].show_if.of", "later")]),
    (({"of": "comment"},), [("questions[0].show_if.of", "later")]),
    ((None, {"all": [LOW, {"of": "nobody"}]}), [("questions[1].show_if.all[1].of", "unknown")]),
    ((None, {"of": "hidden.other"}), [("questions[1].show_if.of", "unknown")]),
    ((None, {"of": "language", "is": "is", "to": "de"}), [("questions[1].show_if.to", "wrong_operand")]),
    ((None, {"of": "channel", "is": "is", "to": "pigeon"}), [("questions[1].show_if.to", "wrong_operand")]),
    ((None, None, GONE), [("questions[2].show_if.to", "wrong_operand")]),
    ((None, {"all": [LOW, {"of": "recommend", "is": "gt", "to": 6}]}), [("questions[1].show_if", "unreachable")]),
    ((None, LOW, {"all": [{"of": "reason"}, {"not": LOW}]}), [("questions[2].show_if", "unreachable")]),
    ((None, LOW, {"any": [{"of": "reason"}, {"not": LOW}]}), []),
]  # fmt: skip


@pytest.mark.parametrize(("conditions", "wanted"), FAULTS)
def test_what_cannot_be_used_is_told_at_publication(conditions: tuple[Any, ...], wanted: list[tuple[str, str]]) -> None:
    assert found(*conditions) == wanted


def test_many_questions_that_hang_on_each_other_are_judged_soon() -> None:
    """Each reads the one before it twice: written out, that would be a condition of 2 to the power of 90."""
    questions = [sample("csat", key="q0")]
    for number in range(1, 90):
        before = {"of": f"q{number - 1}", "is": "ge", "to": 2}
        questions.append(sample("csat", key=f"q{number}", show_if=read({"all": [before, before]})))
    assert rules.faults(Definition(title={"en": "Form"}, languages=["en"], questions=questions)) == []


def test_without_conditions_there_are_no_rules() -> None:
    assert not rules.has_rules(form())
    assert rules.has_rules(form(None, LOW))
    assert rules.faults(form()) == []


def test_what_is_around_an_answer_is_named_and_nothing_is_left_out() -> None:
    hidden = {"source": " e\u0301 ", "order": 12, "share": 0.5, "gift": True, "list": [1], "empty": " "}
    assert rules.surroundings("am", "qr", "piassa", hidden) == {
        "language": "am",
        "channel": "qr",
        "place": "piassa",
        "hidden.source": "\u00e9",
        "hidden.order": "12",
        "hidden.share": "0.5",
    }
    assert rules.surroundings("en", "api", "") == {"language": "en", "channel": "api"}


def answered(definition: Definition, answers: dict[str, Any], **around: str) -> tuple[dict[str, Any], set[str]]:
    """The answers that are kept, and which questions need another look."""
    checked = check(definition, answers, "en", around={"language": "en", "channel": "api"} | around)
    return checked.answers, {error.field for error in checked.errors}


def test_what_is_not_asked_is_neither_required_nor_kept() -> None:
    whole = form(None, LOW, {"of": "reason"}, {"of": "parts", "is": "any_of", "to": ["a"]}, {"of": "comment"})
    given = {"recommend": 9, "reason": "a", "parts": ["a"], "comment": "Late", "email": "ana@example.org"}
    assert answered(whole, given) == ({"recommend": 9}, set())
    assert answered(whole, given | {"recommend": 6}) == (given | {"recommend": 6}, set())
    assert answered(whole, given | {"recommend": 6, "parts": ["b"]}) == (
        {"recommend": 6, "reason": "a", "parts": ["b"]},
        set(),
    )
    assert answered(whole, {"recommend": 3}) == ({"recommend": 3}, {"reason"})
    assert answered(whole, {"recommend": 9, "nobody": 1}) == ({"recommend": 9}, {"nobody"})


def test_an_answer_that_is_wrong_is_none_to_what_reads_it() -> None:
    whole = form(None, LOW)
    assert answered(whole, {"recommend": 11, "reason": "gone"})[1] == {"recommend", "parts", "comment", "email"}


def test_what_is_not_scored_because_nobody_was_asked_counts_nowhere() -> None:
    asked = form(BY_QR)
    given = {"recommend": 9, "reason": "a", "parts": ["a"], "comment": "Late", "email": "ana@example.org"}
    around = {"language": "en", "channel": "api"}
    assert check(asked, given, "en", around=around).scores == []
    assert [score.value for score in check(asked, given, "en", around=around | {"channel": "qr"}).scores] == [9]
    nothing = form(None, None, None, BY_QR, {"of": "comment"})
    unread = check(nothing, given, "en", around=around)
    assert (unread.comment, unread.email) == ("", "")


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "recommend": st.integers(0, 10),
        "reason": st.sampled_from(["a", "b"]),
        "parts": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True),
        "comment": st.sampled_from(["Late", "late again", "10"]),
        "email": st.just("ana@example.org"),
    },
)
CONDITIONS = st.sampled_from(
    [None, LOW, {"not": LOW}, {"of": "language", "is": "is", "to": "am"}, {"not": BY_QR}]
)  # fmt: skip


@given(st.lists(CONDITIONS, min_size=4, max_size=4), ANSWERS, st.sampled_from(["qr", "api"]))
def test_a_page_and_a_program_are_asked_the_same(conditions: list[Any], answers: dict[str, Any], channel: str) -> None:
    whole = form(None, *conditions)
    fields = {key: value if isinstance(value, list) else [str(value)] for key, value in answers.items()}
    around = {"language": "en", "channel": channel}
    first = check(whole, answers, "en", around=around)
    assert check(whole, from_fields(whole, fields), "en", around=around) == first
    assert check(whole, first.answers, "en", around=around) == first
