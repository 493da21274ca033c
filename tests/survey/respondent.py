"""What somebody does with a page of a survey: opens it, sends it, and goes on from the thanks."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from survey_service.core import clock, tokens
from survey_service.forms import queries as forms
from survey_service.forms import service as publishing
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.survey import page_token
from tests import factories
from tests.answers import rows
from tests.conftest import KEYS

FIRST = {"recommend": "2", "comment": "The first person’s secret words", "email": "first@example.org"}
SECOND = {"recommend": "9", "comment": "Quite other words", "email": ""}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes ten seconds to fill in a page: pages look as if made ten seconds before."""

    class Earlier:
        @staticmethod
        def now() -> datetime:
            return clock.now() - timedelta(seconds=10)

    monkeypatch.setattr("survey_service.survey.pages.clock", Earlier)


async def answers() -> list[dict[str, Any]]:
    return [msgspec.json.decode(row["answers"]) for row in await rows()]


async def opened(client: httpx.AsyncClient, path: str = "/s/visit") -> dict[str, str]:
    """The hidden fields of a page that is open in somebody's browser."""
    page = await client.get(path)
    assert page.status_code == 200, page.text
    return factories.page_fields(page.text)


async def invited(home: UUID) -> str:
    row = await invitations.queue_invitation(
        KEYS, home, NewInvitation("visit", f"{uuid4().hex}@customers.example", "Hana", "en"), clock.now()
    )
    return f"/i/{tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, row.id)}"


async def publish(home: UUID, change: Any) -> None:
    """A newer version of `visit`, with `change` made to its definition."""
    definition = msgspec.to_builtins((await forms.published("visit")).definition)
    change(definition)
    await publishing.change(home, "visit", FormChange(definition=msgspec.convert(definition, Definition)), clock.now())
    await publishing.publish(home, "visit", None, clock.now())
    forms.forget("visit")


def without_comment(definition: dict[str, Any]) -> None:
    definition["questions"] = [each for each in definition["questions"] if each["key"] != "comment"]


async def thanked(client: httpx.AsyncClient, path: str = "/s/visit", **typed: str) -> str:
    """The thanks page after an answer from that page."""
    fields = await opened(client, path)
    reply = await client.post("/s/visit", data={**fields, **(typed or FIRST)})
    assert reply.status_code == 303, reply.text
    return (await client.get(reply.headers["location"])).text


def onward(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'<a class="btn btn--plain" href="([^"]+)"', page)]


async def marked(slug: str = "visit", seconds: float = 10, channel: str = "link") -> str:
    form = await forms.published(slug)
    return page_token.make(
        KEYS, clock.now() - timedelta(seconds=seconds), form.workspace, form.id, form.version, channel, ""
    )
