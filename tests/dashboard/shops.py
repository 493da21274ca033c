"""Two shops whose figures are compared with what lies behind them. Fillings: made once, copied for each test."""

import copy
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from survey_service.accounts import installation_service
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.counts import fold
from survey_service.customers import service as customers
from survey_service.customers.schemas import VERIFIED
from survey_service.demo import make_demo
from survey_service.forms import queries as forms
from survey_service.forms import service as form_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceChange
from survey_service.worker import Worker
from tests import factories
from tests.answers import session_of
from tests.conftest import KEYS
from tests.dashboard import seeding
from tests.dashboard.seeding import NOW, Shop

EMAIL = "nino@example.org"
STATES = ("spam", "test", "partial")


async def few(settings: Settings) -> None:
    """A chain of three levels, one store moved and one closed, with answers of every state, wording and scale."""
    await installation_service.ensure_owner(EMAIL)
    shop = await seeding.open_shop(database.current())
    await _grow(shop)
    today = clock.now().date()
    for number, (place, channel, language) in enumerate(
        [
            ("rustaveli", "qr", "ka"), ("rustaveli", "link", "en"), ("counter-1", "kiosk", "ka"),
            ("counter-2", "qr", "en"), ("mg-road", "qr", "ml"), ("closed", "email", "en"), ("piassa", "link", "am"),
            ("", "link", "en"), ("", "api", "am"), ("east", "qr", "en"),
        ]
    ):  # fmt: skip
        await _answers(shop, number, today, place=place or None, channel=channel, language=language)
    region = await places.create_place(
        shop.workspace, NewPlace("Far East", "region", "far", "", shop.places["east"].id), NOW
    )
    await places.change_place(shop.workspace, shop.places["mg-road"].id, PlaceChange(parent=region.id), NOW)
    await places.change_place(shop.workspace, shop.places["closed"].id, PlaceChange(archived=True), NOW)
    await _reword(shop)
    await _customers(shop, today)
    await _answers(shop, 11, today, place="counter-1", channel="qr", language="en")
    await _work_off(settings)


async def _grow(shop: Shop) -> None:
    rustaveli = shop.places["rustaveli"].id
    for new in (
        NewPlace("Counter 1", "counter", "counter-1", "", rustaveli),
        NewPlace("Counter 2", "counter", "counter-2", "", rustaveli),
        NewPlace("Closed Shop", "store", "closed", "", shop.places["east"].id),
    ):
        shop.places[new.code] = await places.create_place(shop.workspace, new, NOW)


async def _answers(shop: Shop, number: int, today: date, **where: Any) -> None:
    """Some answers from one place, today and before, with those that are not counted and one that was erased."""
    days = [today - timedelta(days=back) for back in (0, 0, 1, 10, 45, 400)]
    given = [{"recommend": (number * 3 + back) % 11, "satisfaction": 1 + (number + back) % 5} for back in range(6)]
    entries = [shop.entry(answers, day, **where) for answers, day in zip(given, days, strict=True)]
    said = {"recommend": number % 11, "comment": f"Said at number {number}"}
    entries += [shop.entry(said, days[2], **where), shop.entry({"effort": 1 + number % 7}, today, **where)]
    entries += [shop.entry({"recommend": 0}, today, state=state, **where) for state in STATES[: 1 + number % 3]]
    entries.append(shop.entry({"recommend": 5}, days[3], state="erased", **where))
    await seeding.write(shop.database, entries)


async def _reword(shop: Shop) -> None:
    """The main question in other words, and satisfaction on another scale."""
    definition = copy.deepcopy(factories.VISIT)
    definition["questions"][0]["text"]["en"] = "Would you send a friend to us?"
    definition["questions"][1]["scale"] = 7
    changed = FormChange(definition=msgspec.convert(definition, Definition), promise="reply")
    await form_service.change(shop.workspace, "visit", changed, clock.now())
    await form_service.publish(shop.workspace, "visit", None, clock.now())
    shop.published = await forms.published("visit")


async def _customers(shop: Shop, today: date) -> None:
    """Somebody known who answered with and without a score, more often than a page shows, and some who typed who
    they are, one of them into what is not counted."""
    known = await customers.customer_for_email(
        shop.workspace, "sara@example.org", "Sara", "en", "invitation", NOW - timedelta(days=500)
    )
    own = {"customer": known, "customer_strength": VERIFIED}
    days = [today - timedelta(days=back) for back in range(60)]
    scored = [
        shop.entry({"recommend": back % 11, "comment": "Lovely roses, thank you."}, day, place="mg-road", **own)
        for back, day in enumerate(days)
        if back >= 15
    ]
    plain = [shop.entry({"effort": 2}, day, channel="email", **own) for day in days[:15]]
    claimed = [
        shop.entry({"recommend": 9 - number, "comment": "Nobody came."}, days[number], claimed_email=email)
        for number, email in enumerate(("una@example.org", "sara@example.org", "ivo@example.org"))
    ]
    spam = shop.entry({"recommend": 0}, today, state="spam", claimed_email="una@example.org")
    await seeding.write(shop.database, [*scored, *plain, *claimed, spam])


async def _work_off(settings: Settings) -> None:
    worker = Worker(settings, KEYS)
    while await worker.once():
        pass


async def demo(settings: Settings) -> None:
    """The demo's year with few answers; it has some of everything."""
    await installation_service.ensure_owner(EMAIL)
    await make_demo(settings, 120)
    while await fold.fold():
        pass


async def owners_session() -> str:
    """The secret of a session of the shop's owner."""
    return await session_of(EMAIL)


IN_BOTH = pytest.mark.parametrize("filling", [pytest.param(few, id="few"), pytest.param(demo, id="demo")])
"""For a module whose tests run in both shops."""
