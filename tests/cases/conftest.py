"""A shop that promises calls: an owner, a manager who is responsible for a region, and a form for call-backs."""

import dataclasses
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from survey_service.accounts import installation_service, key_service
from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import SCOPES, Caller
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.forms import queries as forms_queries
from survey_service.forms import service as forms
from survey_service.forms.schemas import FormChange
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceRow
from survey_service.worker import Worker
from tests import factories
from tests.answers import signed_in
from tests.conftest import KEYS

OWNER, MANAGER = "owner@linden.example", "maris@linden.example"
CALLBACK = {
    "title": {"en": "Call-back"},
    "languages": ["en"],
    "questions": [
        {"kind": "short_text", "key": "name", "text": {"en": "Your name"}},
        {"kind": "short_text", "key": "phone", "text": {"en": "Your number"}, "required": True},
        {"kind": "email", "key": "email", "text": {"en": "Your e-mail"}},
        {"kind": "long_text", "key": "topic", "text": {"en": "What is it about?"}},
    ],
}


@dataclass(frozen=True)
class Shop:
    """Riga (a region that Maris is responsible for) has a store, which has a counter; Tbilisi has nobody."""

    owner: Caller
    cookie: str
    key: str
    manager: UUID
    region: PlaceRow
    store: PlaceRow
    counter: PlaceRow
    elsewhere: PlaceRow

    @property
    def workspace(self) -> UUID:
        return self.owner.workspace


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    await installation_service.ensure_owner(OWNER)
    owner, cookie = await signed_in(OWNER)
    manager, _ = await accounts.add_staff(owner, MANAGER, "Maris", "manager")
    now = clock.now()

    async def place(name: str, kind: str, parent: UUID | None = None, responsible: UUID | None = None) -> PlaceRow:
        new = NewPlace(name, kind, name.lower(), parent=parent, responsible=responsible)
        return await places.create_place(owner.workspace, new, now)

    region = await place("Riga", "region", responsible=manager.id)
    store = await place("Harbour", "store", region.id)
    counter = await place("Till", "counter", store.id)
    await factories.published("callback", CALLBACK, owner.workspace)
    await forms.change(owner.workspace, "callback", FormChange(promise="call"), now)
    key = (await key_service.make_key(owner, "Everything", SCOPES)).key
    elsewhere = await place("Tbilisi", "store")
    return Shop(owner, cookie, key, manager.id, region, store, counter, elsewhere)


@pytest.fixture
def worker(settings: Settings) -> Worker:
    """A worker without a mail server: mails wait."""
    return Worker(settings, KEYS)


@pytest.fixture
def mailing(settings: Settings) -> Settings:
    """Settings with a mail server, whose port a test fills in."""
    return dataclasses.replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="Linden <hello@linden.example>")


async def ask_for_a_call(client: httpx.AsyncClient, place: str = "", employee: str = "", **more: str) -> str:
    """Somebody asks for a call; gives the id of the answer. `employee` is the code that a card carries."""
    answers = {"name": "Una", "phone": "+371 2000 1111", "topic": "My roses came late.", **more}
    body = factories.submission(
        answers, **({"place": place} if place else {}), **({"employee": employee} if employee else {})
    )
    sent = await factories.send(client, body, "callback")
    assert sent.status_code == 201, sent.text
    return str(body["id"])


async def lost_form(client: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    """Somebody waits at the till for a call that a form promised which was removed a moment ago."""
    await factories.published("gone", CALLBACK, shop.workspace)
    await forms.change(shop.workspace, "gone", FormChange(promise="call"), clock.now())
    body = factories.submission({"phone": "+371 2000 2222"}, place="till")
    assert (await factories.send(client, body, "gone")).status_code == 201
    await worker.once()
    await database.execute("DELETE FROM form_version WHERE form = (SELECT id FROM form WHERE slug = 'gone')")
    await database.execute("DELETE FROM form WHERE slug = 'gone'")
    forms_queries.forget()
