"""A small chain with known answers: every figure that the tests expect can be counted here by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from survey_service.accounts.schemas import Caller
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.counts import fold as folding
from survey_service.counts import rebuild
from survey_service.dashboard.summary import Audience, audience_of
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.forms.validation import ScoredAnswer
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceRow
from survey_service.responses import plans, queries
from survey_service.responses.schemas import PreparedResponse
from tests import factories
from tests.script_samples import SCRIPT_SAMPLES

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
OCTOBER, SEPTEMBER = (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 9, 1), date(2026, 9, 30))
PLACES = (
    ("rustaveli", "Rustaveli", "რუსთაველი"),
    ("galle-face", "Galle Face", "ගාලු මුවදොර"),
    ("mg-road", "MG Road", "എം.ജി. റോഡ്"),
    ("piassa", "Piassa", "ፒያሳ"),
    ("downtown", "Downtown", "وسط البلد"),
)


class Shop(msgspec.Struct):
    """A workspace with the form `visit` and its places by code."""

    workspace: UUID
    published: PublishedForm
    places: dict[str, PlaceRow]
    database: Database

    @property
    def caller(self) -> Caller:
        """Somebody who may look."""
        return Caller(
            workspace=self.workspace,
            workspace_name="Linden Flowers",
            time_zone="UTC",
            min_n=10,
            actor=None,
            name="Ilze",
            role="viewer",
            via="session",
        )

    @property
    def audience(self) -> Audience:
        return audience_of(self.caller)

    async def answer(self, scores: Sequence[int], day: date, **more: object) -> None:
        """One response for each NPS score; `more` are members of PreparedResponse."""
        await write(self.database, [self.entry({"recommend": score}, day, **more) for score in scores])

    def entry(self, answers: dict[str, object], day: date, **more: object) -> PreparedResponse:
        """A response as the submit path makes it."""
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        place = more.pop("place", None)
        scored = tuple(
            ScoredAnswer(question.metric, question.key, question.revision, int(str(answers[question.key])))
            for question in self.published.definition.questions
            if question.metric and question.key in answers
        )
        fields: dict[str, object] = {
            "state": "complete",
            "channel": "link",
            "language": "en",
            "comment": str(answers.get("comment", "")),
            "score": answers.get("recommend"),
            "received_at": moment,
            **more,
        }
        return PreparedResponse(
            id=new_id(),
            client_id=uuid4(),
            workspace=self.workspace,
            form=self.published.id,
            form_slug=self.published.slug,
            form_name=self.published.name,
            version=self.published.version,
            place=self.places[str(place)].id if place else None,
            answers=msgspec.json.encode(answers).decode(),
            hidden="{}",
            fingerprint=uuid4().hex,
            receipt="TEST",
            day=day,
            scores=scored,
            **fields,  # type: ignore[arg-type]
        )


async def open_shop(database: Database) -> Shop:
    """A region with five stores, and a published form."""
    workspace = await factories.published()
    region = await places.create_place(workspace, NewPlace("East", "region", "east"), NOW)
    found = {"east": region}
    for code, name, own_name in PLACES:
        new = NewPlace(name, "store", code, own_name, region.id)
        found[code] = await places.create_place(workspace, new, NOW)
    return Shop(workspace, await forms.published("visit"), found, database)


async def write(database: Database, entries: list[PreparedResponse]) -> None:
    await database.run(plans.write(entries))


async def fill(shop: Shop) -> None:
    """A year: NPS 30 in September, 50 in October; CSAT 75 % in both; comments in five scripts in October."""
    for month in range(1, 9):
        await shop.answer([10] * 30 + [7] * 20 + [3] * 20, date(2026, month, 15), place="rustaveli")
    await _september(shop)
    await _october(shop)
    await write(shop.database, [shop.entry({"recommend": 0}, OCTOBER[0], state=state) for state in ("spam", "test")])


async def _september(shop: Shop) -> None:
    day = SEPTEMBER[0]
    await shop.answer([9] * 120 + [8] * 60 + [2] * 60, day, place="rustaveli")
    await shop.answer([0] * 10 + [10] * 10, day, place="galle-face", channel="qr", language="si")
    rated = [shop.entry({"satisfaction": 5 if i < 30 else 3, "effort": 1 + i % 7}, day) for i in range(40)]
    await write(shop.database, rated)


async def _october(shop: Shop) -> None:
    day = date(2026, 10, 12)
    await shop.answer([10] * 100 + [9] * 60 + [7] * 40 + [4] * 40, day, place="rustaveli")
    await shop.answer([10] * 30 + [0] * 20, day, place="galle-face", channel="qr", language="si")
    await shop.answer([10] * 14 + [6] * 6, day, place="mg-road", channel="qr", language="ml")
    await shop.answer([10] * 3 + [1] * 2, day, place="piassa", channel="email", language="am")
    rated = [shop.entry({"satisfaction": 4 if i < 30 else 2, "effort": 1 + i % 7}, day) for i in range(40)]
    await write(shop.database, rated)
    said = (
        ("am", 4, "piassa"),
        ("ka", 10, "rustaveli"),
        ("ml", 6, "mg-road"),
        ("si", 9, "galle-face"),
        ("ar", 8, "downtown"),
    )
    told = [(*who, text) for who in said for text in SCRIPT_SAMPLES[who[0]][1:3]]
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    entries = [
        shop.entry(
            {"recommend": score, "comment": text},
            day,
            language=language,
            place=place,
            channel="kiosk",
            received_at=noon + timedelta(seconds=number),
        )
        for number, (language, score, place, text) in enumerate(told)
    ]
    await write(shop.database, entries)


async def fold(shop: Shop) -> None:
    """Folds everything and makes sure that the counts are those of the responses."""
    while await folding.fold():
        pass
    days = await queries.counted_days(shop.workspace)
    differences = await rebuild.compare(
        shop.workspace, days, lambda form, day: queries.counted_responses(shop.workspace, form, day)
    )
    assert differences == []
