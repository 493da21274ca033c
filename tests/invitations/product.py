"""Forms, invitations and the worker's part of them, on the test's database."""

import dataclasses
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service.core import clock
from survey_service.core.database import Database
from survey_service.core.errors import TransportError
from survey_service.core.settings import Settings
from survey_service.customers import queries as customers
from survey_service.forms import service as forms_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import NewForm
from survey_service.invitations import service
from survey_service.invitations.schemas import InvitationRow, NewInvitation
from survey_service.jobs import service as jobs
from survey_service.messaging.transports.email import RETRIES, MailServer
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.nps import NpsQuestion
from tests import factories
from tests.conftest import KEYS

EMAIL = "hana@customers.example"
DEFINITION = Definition(
    title={"en": "Your visit", "am": "ጉብኝትዎ", "ar": "زيارتك"},
    languages=["en", "am", "ar"],
    questions=[
        NpsQuestion(
            key="recommend",
            text={
                "en": "How likely are you to recommend us?",
                "am": "ምን ያህል ይመክሩናል?",
                "ar": "ما مدى احتمال أن توصي بنا؟",
            },
            required=True,
        ),
        LongTextQuestion(key="comment", text={"en": "Why?", "am": "ለምን?", "ar": "لماذا؟"}),
    ],
)


async def publish(at: UUID, slug: str = "visit", definition: Definition = DEFINITION) -> None:
    """A published, open form."""
    await forms_service.create(at, NewForm(slug, f"Form {slug}", definition), clock.now())
    await forms_service.publish(at, slug, None, clock.now())


@pytest.fixture
async def workspace(database: Database) -> UUID:
    """The default workspace with the published form `visit`."""
    home = await factories.workspace()
    await publish(home)
    return home


async def queue(workspace: UUID, *, again: bool = True, **fields: str) -> InvitationRow:
    """An invitation that waits to go out."""
    new = NewInvitation(**{"form": "visit", "email": EMAIL, **fields}, again=again)
    return await service.queue_invitation(KEYS, workspace, new, clock.now())


async def work(settings: Settings, port: int | None) -> None:
    """What the worker does with one due job."""
    server = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "Linden <hello@linden.example>"} if port else {}
    (job,) = await jobs.claim([service.SEND_INVITATION], 10, clock.now())
    try:
        await service.send_invitation(job, MailServer(with_server(settings, server)), KEYS)
        await jobs.finish([job.id], clock.now())
    except TransportError as error:
        failure = await jobs.fail(job, error.message, clock.now(), permanent=error.permanent, retries=RETRIES)
        if failure.last:
            await service.give_up_invitation(job, error.message)
        elif failure.next_try:
            await service.postpone_invitation(job, error.message, failure.next_try)


def with_server(settings: Settings, changes: dict[str, str]) -> Settings:
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]


async def kinds(row: InvitationRow) -> list[str]:
    """The customer's timeline, newest first."""
    return [entry.kind for entry in (await customers.timeline(row.workspace, row.customer, "", 50)).items]


def shown_errors(answer: httpx.Response) -> dict[str, Any]:
    """Field → code of a problem."""
    return {error["field"]: error["code"] for error in answer.json()["errors"]}
