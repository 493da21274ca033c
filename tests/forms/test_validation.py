"""Answers against a definition: what fits is normalised once and for all, what does not is an error at its question."""

import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import email_address
from survey_service.core.i18n import LANGUAGES
from survey_service.core.text import many_lines
from survey_service.forms.definition import Definition
from survey_service.forms.validation import Checked, ScoredAnswer, check, fingerprint, from_fields
from survey_service.questions.ces import CesQuestion
from survey_service.questions.choice import Choice
from survey_service.questions.csat import CsatQuestion
from survey_service.questions.email import EmailQuestion
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.multiple_choice import MultipleChoiceQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.short_text import ShortTextQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion
from survey_service.questions.statement import StatementQuestion
from tests.forms.strategies import answers_to, anything, finished

TEXT = {"en": "?"}
CHOICES = [Choice(key=key, text={"en": key.upper()}) for key in ("a", "b", "c")]
FORM = Definition(
    title=TEXT,
    languages=["en"],
    questions=[
        StatementQuestion(key="intro", text=TEXT),
        NpsQuestion(key="recommend", text=TEXT, required=True),
        CsatQuestion(key="satisfaction", text=TEXT),
        CesQuestion(key="effort", text=TEXT),
        SingleChoiceQuestion(key="one", text=TEXT, choices=CHOICES),
        MultipleChoiceQuestion(key="many", text=TEXT, choices=CHOICES),
        ShortTextQuestion(key="name", text=TEXT, max_length=5),
        LongTextQuestion(key="comment", text=TEXT),
        EmailQuestion(key="email", text=TEXT),
    ],
)


def checked(**answers: Any) -> Checked:
    return check(FORM, {"recommend": 9} | answers, "en")


def codes(**answers: Any) -> dict[str, str]:
    return {error.field: error.code for error in checked(**answers).errors}


@given(finished().flatmap(lambda form: st.tuples(st.just(form), answers_to(form))))
def test_what_fits_has_no_errors_and_normalises_once(both: tuple[Definition, dict[str, Any]]) -> None:
    form, answers = both
    first = check(form, answers, form.languages[0])
    assert first.errors == []
    again = check(form, first.answers, "en")
    assert again == first
    assert fingerprint(again.answers) == fingerprint(first.answers)


@given(finished().flatmap(lambda form: st.tuples(st.just(form), answers_to(form))))
def test_fields_and_json_mean_the_same(both: tuple[Definition, dict[str, Any]]) -> None:
    form, answers = both
    fields = {
        key: [str(part) for part in value] if isinstance(value, list) else [str(value)]
        for key, value in answers.items()
    }
    assert check(form, from_fields(form, fields), "en") == check(form, answers, "en")


@given(finished(), st.dictionaries(st.text(max_size=12), anything), st.sampled_from([*LANGUAGES, "fr"]))
def test_nonsense_is_told_not_raised(form: Definition, answers: dict[str, Any], language: str) -> None:
    asked = {question.key: value for question, value in zip(form.questions, answers.values(), strict=False)}
    found = check(form, answers | asked, language)
    assert all(error.code and error.message for error in found.errors)
    assert not {error.field for error in found.errors} & set(found.answers)
    assert {score.question for score in found.scores} <= set(found.answers)


@given(st.dictionaries(st.sampled_from([q.key for q in FORM.questions]), anything))
def test_a_score_is_within_its_scale(answers: dict[str, Any]) -> None:
    ranges = {"nps": range(11), "csat": range(1, 6), "ces": range(1, 8)}
    for score in check(FORM, answers, "en").scores:
        assert score.value in ranges[score.metric]
        assert type(score.value) is int


@given(st.text())
def test_cleaning_is_done_once(text: str) -> None:
    once = many_lines(text)
    assert many_lines(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in once)


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_many_choices_are_told_in_the_forms_order(chosen: list[str]) -> None:
    assert checked(many=chosen).answers["many"] == sorted(set(chosen))


@pytest.mark.parametrize("value", [9.0, "9", True, [9], {"n": 9}])
def test_numbers_are_strict(value: Any) -> None:
    assert codes(recommend=value) == {"recommend": "not_a_number"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"recommend": None}, "required"),
        ({"recommend": ""}, "required"),
        ({"recommend": 11}, "out_of_range"),
        ({"recommend": -1}, "out_of_range"),
        ({"satisfaction": 0}, "out_of_range"),
        ({"effort": 8}, "out_of_range"),
        ({"one": "d"}, "unknown_choice"),
        ({"one": ["a"]}, "wrong_type"),
        ({"many": "a"}, "wrong_type"),
        ({"many": ["a", "d"]}, "unknown_choice"),
        ({"many": [1]}, "wrong_type"),
        ({"name": "too long"}, "too_long"),
        ({"name": 5}, "wrong_type"),
        ({"email": "someone"}, "malformed_email"),
        ({"email": "a" * 320 + "@example.org"}, "too_long"),
        ({"email": 5}, "wrong_type"),
        ({"extra": 1}, "unknown_question"),
        ({"intro": "hello"}, "unknown_question"),
    ],
)
def test_what_does_not_fit(answers: dict[str, Any], code: str) -> None:
    assert codes(**answers) == {next(iter(answers)): code}


def test_errors_say_what_was_read_and_what_to_write() -> None:
    [mail] = checked(email="ana@linden").errors
    assert mail.message.startswith("“ana@linden” is not a whole address.")
    required = msgspec.structs.replace(
        FORM,
        questions=[
            ShortTextQuestion(key="phone", text={"en": "Your number"}, required=True),
            LongTextQuestion(key="words", text={"en": "Your words"}, required=True),
        ],
    )
    short, long = check(required, {}, "en").errors
    assert (short.message, long.message) == ("Write your answer here.", "Write a few words here.")


def test_a_whole_answer() -> None:
    found = checked(
        satisfaction=5,
        effort=1,
        one="a",
        many=["c", "a"],
        name=" Ana ",
        comment="e\u0301\r\nx\x00",
        email="A@Example.org",
    )
    assert found.errors == []
    assert found.answers == {
        "recommend": 9, "satisfaction": 5, "effort": 1, "one": "a", "many": ["a", "c"], "name": "Ana",
        "comment": "é\nx", "email": "A@example.org",
    }  # fmt: skip
    assert found.scores == [
        ScoredAnswer("nps", "recommend", 1, 9),
        ScoredAnswer("csat", "satisfaction", 1, 5),
        ScoredAnswer("ces", "effort", 1, 1),
    ]
    assert (found.comment, found.comment_question, found.email) == ("é\nx", "comment", "A@example.org")


def test_zero_is_an_answer() -> None:
    assert checked(recommend=0).scores == [ScoredAnswer("nps", "recommend", 1, 0)]


@pytest.mark.parametrize("empty", [None, "", [], "  ", "\n\t"])
def test_what_is_empty_is_no_answer(empty: Any) -> None:
    found = checked(comment=empty, many=empty, email=empty, satisfaction=empty)
    assert found.errors == []
    assert found.answers == {"recommend": 9}


@pytest.mark.parametrize("written", ["９", "9.0", "+9", "०", "99999"])
def test_numbers_in_fields_are_plain_digits(written: str) -> None:
    assert isinstance(from_fields(FORM, {"recommend": [written]})["recommend"], str)


def test_control_fields_and_empty_ones_are_no_answers() -> None:
    fields = {"_id": ["x"], "_website": ["spam"], "comment": [" "], "recommend": [" 7 "], "many": ["a", "", "b"]}
    assert from_fields(FORM, fields) == {"recommend": 7, "many": ["a", "b"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_in_the_respondents_language(language: str) -> None:
    message = check(FORM, {}, language).errors[0].message
    assert (message == check(FORM, {}, "en").errors[0].message) == (language == "en")


def test_a_fingerprint_is_of_content_not_of_order() -> None:
    assert fingerprint({"a": 1, "b": "x"}) == fingerprint({"b": "x", "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert len(fingerprint({})) == 64


def test_a_strange_field_name_is_said_back_short_and_plain() -> None:
    field = check(FORM, {"recommend": 1, "x\x00" + "y" * 99: 1}, "en").errors[0].field
    assert field == "x " + "y" * 38


def test_the_limit_is_told_with_the_length() -> None:
    message = checked(name="123456").errors[0].message
    assert "5" in message
    assert "6" in message
    assert email_address.MAX_EMAIL == 320
