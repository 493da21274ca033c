"""The words at both ends of a scale."""

import pytest

from survey_service.questions.ces import CesQuestion
from survey_service.questions.csat import CsatQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.scale import ScaleQuestion

HARD = {"low_label": {"en": "Very easy "}, "high_label": {"en": "very hard"}}


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        (CesQuestion(key="ease", text={"en": "How easy?"}, **HARD), ["low_label.en", "high_label.en"]),
        (CesQuestion(key="ease", text={"en": "How easy?"}, high_label={"de": "sehr schwierig"}), ["high_label.de"]),
        (CesQuestion(key="ease", text={"en": "How easy?"}, low_label={"en": "sehr einfach"}), ["low_label.en"]),
        (NpsQuestion(key="nps", text={"en": "How likely?"}, high_label={"en": "Not at all likely"}), ["high_label.en"]),
        (CsatQuestion(key="csat", text={"en": "How was it?"}, low_label={"en": "very good"}), ["low_label.en"]),
        (CesQuestion(key="ease", text={"en": "How easy?"}, low_label={"en": "very hard"}), []),
        (CesQuestion(key="ease", text={"en": "How easy?"}, high_label={"en": "no trouble at all"}), []),
    ],
)
def test_ends_that_are_turned_round_are_not_published(question: ScaleQuestion, fields: list[str]) -> None:
    found = question.faults("questions[0]", "en")
    assert [(field, code) for field, code, _ in found] == [(f"questions[0].{name}", "turned_round") for name in fields]
