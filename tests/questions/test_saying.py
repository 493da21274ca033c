"""What is said of an answer: to whoever gave it, to staff, and where it leads."""

import pytest

from survey_service.questions.email import EmailQuestion
from survey_service.questions.short_text import ShortTextQuestion
from tests.questions.samples import sample


@pytest.mark.parametrize(
    ("value", "href"),
    [
        ("+371 2000-1111", "tel:+37120001111"),
        ("(020) 7946 0000", "tel:02079460000"),
        ("call me maybe", ""),
        ("2026", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_numbers_can_be_called(value: str, href: str) -> None:
    question = ShortTextQuestion(key="phone", text={"en": "Your number"})
    assert question.reach(value) == href
    email = EmailQuestion(key="email", text={"en": "Your e-mail"})
    assert email.reach("una@example.org") == "mailto:una@example.org"
    assert email.reach("a?bcc=evil&x=%0d@y.example") == "mailto:a%3Fbcc%3Devil%26x%3D%250d@y.example"


@pytest.mark.parametrize(
    ("kind", "answer", "said", "to_staff"),
    [
        ("nps", 9, "9", "9 of 10"),
        ("csat", 4, "4", "4 of 5"),
        ("single_choice", "b", "B", "B"),
        ("multiple_choice", ["a", "b"], "A, B", "A, B"),
        ("multiple_choice", ["a", "gone"], "A, gone", "A, gone"),
        ("short_text", "Ana", "Ana", "Ana"),
        ("date", "2026-11-27", "27 November 2026", "27 November 2026"),
        ("date", "next week", "next week", "next week"),
        ("email", "ana@example.org", "ana@example.org", "ana@example.org"),
    ],
)
def test_an_answer_in_words(kind: str, answer: object, said: str, to_staff: str) -> None:
    question = sample(kind)
    assert question.say(answer, "en", "en") == said
    assert question.say_to_staff(answer, "en", "en") == to_staff
