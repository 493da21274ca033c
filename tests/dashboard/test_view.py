"""A summary in words, and what a form says of its own scale."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from survey_service.cases.schemas import Waiting
from survey_service.core.durations import age
from survey_service.core.i18n import staff
from survey_service.dashboard import queries
from survey_service.dashboard.sections import scores, waiting
from survey_service.dashboard.sections.base import Sheet
from survey_service.nps.histogram import Histogram
from survey_service.places.schemas import NO_PLACE
from survey_service.responses.filters import Filter
from survey_service.responses.labels import WITHOUT_PLACE
from tests import factories
from tests.dashboard.test_headline import figure, made

NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
MEANT = "(whatever else is chosen here)."


@pytest.mark.parametrize(
    ("count", "place", "said"),
    [
        (4, "", "4 people wait for a reply or a call, the longest for 15 h (whatever is chosen here)."),
        (4, "Riga", f"4 people wait for a reply or a call at Riga, the longest for 15 h {MEANT}"),
        (1, "Riga", f"Somebody has waited for a reply or a call at Riga for 15 h {MEANT}"),
        (
            4,
            NO_PLACE,
            f"4 people whose answer has no place wait for a reply or a call, the longest for 15 h {MEANT}",
        ),
        (
            1,
            NO_PLACE,
            f"Somebody whose answer has no place has waited for a reply or a call for 15 h {MEANT}",
        ),
    ],
)
def test_who_waits_is_said_of_people_and_not_of_calls(count: int, place: str, said: str) -> None:
    assert waiting.sentence(Waiting(count, NOW - timedelta(hours=15)), NOW, place) == said


def test_who_waits_without_a_place_is_said_so_in_every_language() -> None:
    with staff.spoken("de"):
        filtered = made(None, filters=Filter("visit", place=NO_PLACE), limits={"place": staff.gettext(WITHOUT_PLACE)})
        shown = waiting.WAITING.show(Waiting(4, filtered.as_of - timedelta(hours=15)), filtered, Sheet())
        whole = "%(n)s people whose answer has no place wait for a reply or a call, the longest for %(age)s "
        said = staff.gettext(f"{whole}{MEANT}", n="4", age=age(timedelta(hours=15)))
    assert shown
    assert shown["said"] == said


def test_one_is_counted_as_one() -> None:
    found = scores.groups(made(figure(Histogram.from_scores([9, 8, 3, 2]), None)))
    assert [(group["count"], group["noun"]) for group in found] == [
        ("1", "promoter"), ("1", "passive"), ("2", "detractors"),
    ]  # fmt: skip


@pytest.mark.usefixtures("database")
async def test_the_best_end_has_the_words_of_its_form() -> None:
    effort: dict[str, Any] = {"kind": "ces", "key": "effort", "text": {"en": "How easy?"}}
    asked = [effort | {"high_label": {"en": "no trouble"}}, effort | {"key": "other"}]
    home = await factories.published("ease", {"title": {"en": "Ease"}, "languages": ["en"], "questions": asked})
    form = await queries.form_choice(home, "ease")
    found = await queries.scored_questions(home, form)
    assert [(question.key, question.best) for question in found] == [("effort", "no trouble"), ("other", "")]
