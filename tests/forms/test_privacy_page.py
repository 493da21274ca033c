"""Where people are asked who they are, a page says what happens with it: the form's own, else the workspace's."""

import httpx
import pytest

from survey_service.accounts import workspace_service
from survey_service.accounts.schemas import Caller, WorkspaceChange
from survey_service.forms import queries
from survey_service.forms.definition import Definition, asks_about_person
from survey_service.questions import Question
from survey_service.questions.email import EmailQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.short_text import ShortTextQuestion
from tests.builder.browsing import draft_of

FORMS = "/app/forms"
SHOP, OWN = "https://linden.example/privacy", "https://linden.example/visits/privacy"
REMINDER = "no page says what happens with them"


async def published(client: httpx.AsyncClient, slug: str, starter: str, **changes: str) -> None:
    """A form of that starter, with changes of its draft, published from the builder."""
    fields = {"name": slug.title(), "slug": slug, "starter": starter, "language": "en", "also": "en"}
    assert (await client.post(FORMS, data=fields)).status_code == 303
    await published_again(client, slug, **changes)


async def published_again(client: httpx.AsyncClient, slug: str, **changes: str) -> None:
    draft = draft_of(await client.get(f"{FORMS}/{slug}")).fields
    assert (await client.post(f"{FORMS}/{slug}/publish", data=draft | changes)).status_code == 303
    queries.forget(slug)


async def settings_with(client: httpx.AsyncClient, alice: Caller, address: str) -> None:
    await workspace_service.change_workspace(alice, WorkspaceChange(privacy_url=address))
    assert f'value="{address}"' in (await client.get("/app/settings/workspace")).text


async def reminded(client: httpx.AsyncClient, slug: str) -> list[bool]:
    """Whether the builder and the page that shares the form remind of it."""
    return [REMINDER in (await client.get(f"{FORMS}/{slug}{tail}")).text for tail in ("", "/share")]


async def test_staff_are_reminded_until_a_page_is_named(client: httpx.AsyncClient, alice: Caller) -> None:
    await published(client, "contact", "contact")
    assert await reminded(client, "contact") == [True, True]
    await published_again(client, "contact", privacy_url=OWN)
    assert await reminded(client, "contact") == [False, False]
    await published_again(client, "contact", privacy_url="")
    assert await reminded(client, "contact") == [True, True]
    await settings_with(client, alice, SHOP)
    assert await reminded(client, "contact") == [False, False]


async def test_the_forms_own_page_stands_before_that_of_the_workspace(client: httpx.AsyncClient, alice: Caller) -> None:
    await published(client, "contact", "contact")
    assert "What happens with your details" not in (await client.get("/s/contact")).text
    await settings_with(client, alice, SHOP)
    queries.forget("contact")
    for slug in ("/s/contact", f"{FORMS}/contact/preview", f"{FORMS}/contact/versions/1"):
        assert f'<a href="{SHOP}">What happens with your details</a>' in (await client.get(slug)).text, slug
    await published_again(client, "contact", privacy_url=OWN)
    shown = (await client.get("/s/contact")).text
    assert f'<a href="{OWN}">What happens with your details</a>' in shown
    assert SHOP + '"' not in shown


@pytest.mark.parametrize(
    ("question", "personal"),
    [
        (EmailQuestion(key="where", text={"en": "Where?"}), True),
        (ShortTextQuestion(key="phone", text={"en": "Your number"}), True),
        (ShortTextQuestion(key="name", text={"en": "Your name"}), True),
        (ShortTextQuestion(key="colour", text={"en": "Which colour?"}), False),
        (NpsQuestion(key="recommend", text={"en": "How likely?"}), False),
    ],
)
def test_what_asks_who_somebody_is(question: Question, personal: bool) -> None:
    definition = Definition(title={"en": "Visit"}, languages=["en"], questions=[question])
    assert asks_about_person(definition) == personal
