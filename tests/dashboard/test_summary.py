"""The one path from answers to figures, on both databases, folded or not."""

import copy
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from survey_service.core import clock
from survey_service.core.database import Database
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.scores import scores
from survey_service.dashboard.sections.comments import COMMENTS
from survey_service.dashboard.sections.counted import COUNTED
from survey_service.dashboard.sections.late_splits import LATE_SPLITS
from survey_service.dashboard.sections.places import PLACES
from survey_service.dashboard.sections.splits import SPLITS
from survey_service.dashboard.sections.trend import TREND
from survey_service.dashboard.summary import Audience, summary
from survey_service.forms import queries as forms
from survey_service.forms import service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.places import queries as places
from survey_service.responses.filters import Filter
from tests import factories
from tests.dashboard import seeding
from tests.dashboard.seeding import NOW, OCTOBER, Shop


@pytest.fixture
async def shop(database: Database) -> Shop:
    opened = await seeding.open_shop(database)
    await seeding.fill(opened)
    return opened


async def of_october(shop: Shop, **more: Any) -> Summary:
    return await summary(shop.audience, Filter("visit", *OCTOBER, **more), NOW)


@pytest.mark.parametrize("folded", [False, True])
async def test_every_figure_is_what_was_answered(shop: Shop, folded: bool) -> None:
    if folded:
        await seeding.fold(shop)
    made = await of_october(shop)
    hero, csat, ces = made.figures
    promoters, detractors, n = 100 + 60 + 30 + 14 + 3 + 2 + 2, 40 + 20 + 6 + 2 + 2 + 2, 240 + 50 + 20 + 5 + 10
    assert (hero.score.n, hero.score.score) == (n, 100 * (promoters - detractors) / n)
    assert (csat.score.score, csat.score.n) == (75, 40)
    assert ces.score.score == pytest.approx(sum(1 + i % 7 for i in range(40)) / 40)
    assert hero.previous is not None
    assert hero.previous.score == 100 * (130 - 70) / 260
    assert hero.change.direction == "up"
    assert csat.change.direction == ces.change.direction == "none"
    assert (made.answers, made.comments) == (n + 40, 10)
    assert COUNTED.of(made) == {"spam": 1, "test": 1, "partial": 0}


async def test_splits_add_up_to_the_whole_and_name_what_they_are(shop: Shop) -> None:
    made = await of_october(shop)
    assert made.hero is not None
    for dimension in ("place", "channel", "language"):
        rows = PLACES.of(made) if dimension == "place" else SPLITS.of(made)[dimension]
        assert sum(row.score.n for row in rows if not row.depth) == made.hero.score.n
    places = {row.key: row for row in PLACES.of(made)}
    assert places["galle-face"].own_name == "ගාලු මුවදොර"
    assert [(row.label, row.depth) for row in PLACES.of(made)][:2] == [("East", 0), ("Rustaveli", 1)]
    assert places["east"].score.n == made.hero.score.n
    assert places["rustaveli"].change.direction == "up"
    assert places["piassa"].score.state == "too_few"
    states = [row.score.state for row in PLACES.of(made) if row.depth]
    assert states == sorted(states)
    assert {row.label for row in SPLITS.of(made)["channel"]} == {"Link", "QR in the shop", "E-mail", "Kiosk"}


async def test_places_are_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    read = places.places_of
    asked: list[UUID] = []

    async def counting(workspace: UUID, **more: bool) -> Any:
        asked.append(workspace)
        return await read(workspace, **more)

    monkeypatch.setattr(places, "places_of", counting)
    made = await of_october(shop)
    assert PLACES.of(made)
    assert asked == [shop.workspace]


async def test_filters_reach_every_part(shop: Shop) -> None:
    made = await of_october(shop, place="galle-face", channel="qr")
    assert made.hero is not None
    assert (made.hero.score.n, made.hero.score.score) == (50, 20)
    assert made.answers == 50
    assert COMMENTS.of(made) == ()
    assert made.place_name == "Galle Face"
    assert LATE_SPLITS.of(made) == {}
    assert LATE_SPLITS.of(await of_october(shop)).keys() == {"sentiment"}
    region = await of_october(shop, place="east")
    assert region.hero is not None
    assert region.hero.score.n == 325


async def test_the_trend_has_a_point_for_each_month_and_its_gaps(shop: Shop) -> None:
    made = await of_october(shop)
    trend = TREND.of(made)
    assert trend is not None
    (points,) = trend.segments
    assert [point.key for point in points][:2] == ["2025-10", "2025-11"]
    assert [point.score.state for point in points] == ["none"] * 3 + ["ok"] * 10
    assert made.hero is not None
    assert points[-1].score == made.hero.score


async def test_new_wording_breaks_the_trend_and_forbids_the_comparison(shop: Shop) -> None:
    definition = copy.deepcopy(factories.VISIT)
    definition["questions"][0]["text"]["en"] = "Would you send a friend to us?"
    changed = FormChange(definition=msgspec.convert(definition, Definition))
    await service.change(shop.workspace, "visit", changed, clock.now())
    await service.publish(shop.workspace, "visit", None, clock.now())
    shop.published = await forms.published("visit")
    await shop.answer([10] * 40, date(2026, 11, 1))
    november = Filter("visit", date(2026, 11, 1), date(2026, 11, 30))
    made = await summary(shop.audience, november, NOW)
    assert made.hero is not None
    trend = TREND.of(made)
    assert trend is not None
    assert (made.hero.broken, made.hero.change.delta, made.hero.score.score) == (True, None, 100)
    assert trend.breaks == ("2026-11",)
    assert not made.figures[1].broken


async def test_another_scale_is_left_out_and_said(shop: Shop) -> None:
    definition = copy.deepcopy(factories.VISIT)
    definition["questions"][1]["scale"] = 7
    changed = FormChange(definition=msgspec.convert(definition, Definition))
    await service.change(shop.workspace, "visit", changed, clock.now())
    await service.publish(shop.workspace, "visit", None, clock.now())
    shop.published = await forms.published("visit")
    await seeding.write(shop.database, [shop.entry({"satisfaction": 7}, OCTOBER[1]) for _ in range(12)])
    csat = (await of_october(shop)).figures[1]
    assert (csat.score.n, csat.score.score, csat.left_out) == (12, 100, 40)


async def test_all_time_spans_what_was_answered(shop: Shop) -> None:
    made = await summary(shop.audience, Filter("visit"), NOW)
    assert (made.period.first, made.period.last) == (date(2026, 1, 15), NOW.date())
    assert (made.all_time, made.previous) == (True, None)
    assert made.hero is not None
    assert made.hero.score.n == 8 * 70 + 260 + 325


async def test_a_period_without_answers_is_none_and_not_zero(shop: Shop) -> None:
    made = await summary(shop.audience, Filter("visit", date(2020, 1, 1), date(2020, 1, 31)), NOW)
    assert made.hero is not None
    assert (made.hero.score.state, made.hero.score.score, made.answers) == ("none", None, 0)


async def test_newest_comments_come_with_their_words_and_places(shop: Shop) -> None:
    made = await of_october(shop)
    newest = COMMENTS.of(made)
    assert len(newest) == 6
    places = {"Rustaveli", "Galle Face", "MG Road", "Piassa", "Downtown"}
    assert all(places & set(comment.told[0].split(", ")) for comment in newest)
    assert all(comment.text and comment.language for comment in newest)


async def test_strangers_and_nonsense(shop: Shop) -> None:
    stranger = Audience(new_id(), "Elsewhere", "UTC", 10)
    with pytest.raises(NotFound):
        await summary(stranger, Filter("visit"), NOW)
    with pytest.raises(NotFound):
        await summary(shop.audience, Filter("visit", place="nowhere"), NOW)
    with pytest.raises(Invalid):
        await summary(shop.audience, Filter("visit", OCTOBER[1], OCTOBER[0]), NOW)


async def test_api_scores_are_those_of_the_summary(shop: Shop) -> None:
    made = await of_october(shop)
    filters = Filter("visit", *OCTOBER)
    for figure, metric in zip(made.figures, ("nps", "csat", "ces"), strict=True):
        found = await scores(shop.workspace, 10, filters, "", metric, None)  # type: ignore[arg-type]
        assert (found.score, found.low, found.high, found.n) == (
            figure.score.score, figure.score.low, figure.score.high, figure.score.n,
        )  # fmt: skip
        assert found.groups == []


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("month", ["2026-09", "2026-10"]),
        ("week", ["2026-W36", "2026-W42"]),
        ("day", ["2026-09-01", "2026-10-12"]),
        ("place", ["downtown", "east", "galle-face", "mg-road", "piassa", "rustaveli"]),
        ("channel", ["email", "kiosk", "link", "qr"]),
        ("language", ["am", "ar", "en", "ka", "ml", "si"]),
    ],
)
async def test_api_groups_have_their_keys_and_add_up(shop: Shop, by: str, keys: list[str]) -> None:
    filters = Filter("visit", date(2026, 9, 1), date(2026, 10, 31))
    found = await scores(shop.workspace, 10, filters, "recommend", None, by)  # type: ignore[arg-type]
    assert [group.key for group in found.groups] == keys
    single = [group for group in found.groups if group.key != "east"]
    assert sum(group.n for group in single) == found.n == 585
    assert by != "place" or found.groups[1].n == 585
    assert all(group.label for group in found.groups)


async def test_api_needs_a_question_that_is_there(shop: Shop) -> None:
    filters = Filter("visit")
    with pytest.raises(NotFound):
        await scores(shop.workspace, 10, filters, "nothing", None, None)
    with pytest.raises(Invalid):
        await scores(shop.workspace, 10, filters, "recommend", "ces", None)
    with pytest.raises(NotFound):
        await scores(new_id(), 10, filters, "", "nps", None)
