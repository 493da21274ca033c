"""The sentence a summary begins with, in every state."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from survey_service.dashboard import words
from survey_service.dashboard.headline import chance_text, change_text, headline, subline
from survey_service.dashboard.schemas import (
    Figure,
    FormChoice,
    Scale,
    ScoredQuestion,
    SplitRow,
    Summary,
)
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import change, score
from survey_service.nps.scores import Change, Score
from survey_service.nps.trend import Period, previous_period
from survey_service.responses.filters import Filter

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HIGH, LOW = Histogram.from_scores([9] * 69 + [2] * 31), Histogram.from_scores([9] * 50 + [2] * 50)
FEW, NONE = Histogram.from_scores([9] * 7), Histogram()


def question(metric: str = "nps") -> ScoredQuestion:
    highest = {"nps": 10, "csat": 5}.get(metric, 7)
    return ScoredQuestion("asked", "Asked", metric, 1, {1: Scale(highest)})


def figure(now: Histogram, then: Histogram | None, metric: str = "nps", *, broken: bool = False) -> Figure:
    current = score(metric, now)
    if then is None:
        return Figure(question(metric), current, None, Change())
    previous = score(metric, then)
    return Figure(question(metric), current, previous, Change() if broken else change(current, previous), broken)


def made(hero: Figure | None, period: Period = OCTOBER, **more: object) -> Summary:
    fields: dict[str, object] = {
        "workspace_name": "Linden Flowers",
        "time_zone": "UTC",
        "min_n": 10,
        "as_of": datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        "form": FormChoice(UUID(int=1), "visit", "Visit"),
        "filters": Filter("visit"),
        "period": period,
        "previous": previous_period(period),
        "complete": True,
        "all_time": False,
        "answers": 3,
        "comments": 0,
        "hero": hero,
        "figures": (hero,) if hero else (),
    }
    return Summary(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hero", "said"),
    [
        (figure(HIGH, LOW), "October closed at NPS 38, 38 points above September: more than chance explains."),
        (figure(LOW, HIGH), "October closed at NPS 0, 38 points below September: more than chance explains."),
        (figure(HIGH, HIGH), "October closed at NPS 38: no clear change from September."),
        (figure(HIGH, FEW), "October closed at NPS 38. There are too few answers from September to compare with."),
        (figure(HIGH, NONE), "October closed at NPS 38. There are no answers from September to compare with."),
        (
            figure(HIGH, LOW, broken=True),
            "October closed at NPS 38. The wording changed, so it is not compared with September.",
        ),
        (figure(FEW, HIGH), "7 answers in October 2026: too few to say, for it takes 10."),
        (figure(NONE, HIGH), "No answers in October 2026."),
        (None, "3 answers in October 2026."),
    ],
)
def test_every_state_of_the_main_figure_has_its_sentence(hero: Figure | None, said: str) -> None:
    assert headline(made(hero)) == said


def test_running_and_odd_periods_do_not_close() -> None:
    so_far = Period(date(2026, 11, 1), date(2026, 11, 2))
    assert headline(made(figure(HIGH, HIGH), so_far, complete=False)) == (
        "1–2 November 2026 so far: NPS 38, no clear change from 30–31 October."
    )
    week = Period(date(2026, 10, 5), date(2026, 10, 11))
    assert headline(made(figure(HIGH, HIGH), week)).startswith("5–11 October 2026: NPS 38")


def test_the_last_days_are_called_so() -> None:
    month = Period(date(2026, 10, 4), date(2026, 11, 2))
    assert headline(made(figure(HIGH, HIGH), month, complete=False)) == (
        "NPS 38 over the last 30 days, no clear change from the 30 days before."
    )
    assert headline(made(figure(NONE, HIGH), month, complete=False)) == "No answers in the last 30 days."
    assert change_text(made(figure(HIGH, HIGH), month), figure(HIGH, HIGH)).endswith("in the 30 days before")
    year = Period(date(2025, 11, 3), date(2026, 11, 2))
    assert headline(made(figure(HIGH, HIGH), year, complete=False)) == (
        "NPS 38 over the last 12 months, no clear change from the 12 months before."
    )
    assert headline(made(figure(NONE, HIGH), year, complete=False)) == "No answers in the last 12 months."


@pytest.mark.parametrize(
    ("period", "then", "now"),
    [
        (Period(date(2026, 10, 27), date(2026, 10, 27)), "on 26 October", "on 27 October 2026"),
        (Period(date(2026, 10, 12), date(2026, 10, 18)), "from 5 to 11 October", "from 12 to 18 October 2026"),
        (
            Period(date(2026, 9, 28), date(2026, 10, 4)),
            "from 21 to 27 September",
            "from 28 September to 4 October 2026",
        ),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), "in 2024", "in 2025"),
        (OCTOBER, "in September", "in October 2026"),
    ],
)
def test_a_day_is_spoken_of_otherwise_than_a_month(period: Period, then: str, now: str) -> None:
    summary = made(figure(HIGH, HIGH), period)
    assert change_text(summary, figure(HIGH, HIGH)) == f"No clear change from 38 {then}"
    assert change_text(summary, figure(HIGH, LOW)).endswith(then)
    assert change_text(summary, figure(HIGH, NONE)) == f"No answers {then} to compare with"
    assert change_text(summary, figure(HIGH, FEW)) == f"Too few answers {then} to compare with"
    assert headline(made(figure(NONE, HIGH), period)) == f"No answers {now}."


def test_all_time_is_compared_with_nothing() -> None:
    assert headline(made(figure(HIGH, None), previous=None, all_time=True)) == "NPS 38 over all time."


def test_other_metrics_can_lead() -> None:
    satisfied = Histogram.from_scores([5] * 84 + [1] * 16)
    assert headline(made(figure(satisfied, satisfied, "csat"))).startswith("October closed at 84 % satisfied")
    easy = Histogram.from_scores([6] * 30)
    assert headline(made(figure(easy, easy, "ces"))).startswith("October closed at ease 6.0 of 7 (7 = very easy): no")


def row(label: str, delta: float) -> SplitRow:
    direction = "up" if delta > 0 else "down" if delta < 0 else "none"
    found: Score = score("nps", HIGH)
    return SplitRow(label, label, "", "", found, Change(delta, 0.01, bool(delta), direction))  # type: ignore[arg-type]


def test_the_places_that_moved_and_the_scores_that_did_not() -> None:
    csat = figure(Histogram.from_scores([5] * 30 + [1] * 30), Histogram.from_scores([5] * 30 + [1] * 30), "csat")
    ces = figure(Histogram.from_scores([6, 5] * 30), Histogram.from_scores([6, 5] * 30), "ces")
    hero = figure(HIGH, LOW)
    rows = (row("Harbour Street", 19), row("Old Town", 8), row("Riverside", 0), row("Station", -24))
    assert subline(made(hero, figures=(hero, csat, ces)), rows) == (
        "Harbour Street rose most. Station fell. Satisfaction and ease show no clear change."
    )


def placed(key: str, depth: int, delta: float, answers: Histogram = HIGH) -> SplitRow:
    found = msgspec.structs.replace(row(key, delta), depth=depth)
    return msgspec.structs.replace(found, score=score("nps", answers))


def test_a_place_is_not_named_for_what_is_said_already() -> None:
    riga, harbour = placed("riga", 0, 8), placed("harbour", 1, 8)
    assert subline(made(None, filters=Filter("visit", place="riga")), (riga, harbour)) == ("harbour rose.")
    assert subline(made(None, filters=Filter("visit", place="harbour")), (harbour,)) == ""
    assert subline(made(None), (riga, harbour)) == "harbour rose."
    larger = placed("riga", 0, 9, LOW)
    assert subline(made(None), (larger, harbour)) == "riga rose most."


def test_ease_is_told_in_the_words_of_its_form() -> None:
    harder = figure(Histogram.from_scores([5, 6] * 60), Histogram.from_scores([6, 6, 5] * 40), "ces")
    asked = msgspec.structs.replace(harder.question, best="no trouble at all")
    told = msgspec.structs.replace(harder, question=asked)
    hero = figure(NONE, NONE)
    assert subline(made(hero, figures=(hero, told)), ()) == "Ease fell by 0.2 (7 = no trouble at all)."
    assert headline(made(told)).startswith("October closed at ease 5.5 of 7 (7 = no trouble at all)")


def test_what_moved_beside_the_main_figure_is_said_with_its_size() -> None:
    better = figure(Histogram.from_scores([5] * 90 + [1] * 10), Histogram.from_scores([5] * 60 + [1] * 40), "csat")
    hero = figure(HIGH, HIGH)
    assert subline(made(hero, figures=(hero, better)), ()) == "Satisfaction rose by 30 points."


def test_ease_that_falls_is_told_as_what_it_is() -> None:
    harder = figure(Histogram.from_scores([5, 6] * 60), Histogram.from_scores([6, 6, 5] * 40), "ces")
    assert harder.change.direction == "down"
    hero = figure(NONE, NONE)
    assert subline(made(hero, figures=(hero, harder)), ()) == "Ease fell by 0.2 (7 = very easy)."


@pytest.mark.parametrize("metric", ["nps", "csat", "ces", "ces_share"])
def test_arrow_and_hue_say_the_same(metric: str) -> None:
    highest = {"nps": 10, "csat": 5}.get(metric, 7)
    good, bad = (Histogram.from_scores([most, most - 1] * 60) for most in (highest, highest - 3))
    for now, then, arrow, hue in ((good, bad, "up", "promoter"), (bad, good, "down", "detractor")):
        moved = figure(now, then, metric).change
        assert moved.direction == arrow
        assert words.hue(moved, metric) == hue
    assert words.hue(figure(good, good, metric).change, metric) == ""


def test_nothing_to_say_is_nothing_said() -> None:
    assert subline(made(figure(NONE, NONE)), ()) == ""


def test_the_line_beside_the_arrow() -> None:
    summary, hero = made(figure(HIGH, LOW)), figure(HIGH, LOW)
    assert change_text(summary, hero).startswith("from 0 (")
    assert change_text(summary, hero).endswith("in September")
    assert chance_text(summary, hero) == (
        "If nothing had changed, a change this large would still show in 1 of 100 months."
    )
    still = figure(HIGH, HIGH)
    assert change_text(summary, still) == "No clear change from 38 in September"
    assert chance_text(summary, still) == ""
    assert change_text(summary, figure(HIGH, LOW, broken=True)) == "New wording, not comparable with September"
    assert change_text(made(hero, previous=None), hero) == ""
