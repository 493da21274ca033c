"""Workspaces, forms, places and submissions as tests need them, made through the services."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from survey_service.accounts import installation_service
from survey_service.core import clock
from survey_service.forms import service as forms
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import NewForm
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceRow

VISIT: dict[str, Any] = {
    "title": {"en": "Your visit", "am": "ጉብኝትዎ"},
    "languages": ["en", "am"],
    "questions": [
        {
            "kind": "nps",
            "key": "recommend",
            "text": {"en": "How likely are you to recommend us?", "am": "እኛን ለመጠቆም ምን ያህል ዝግጁ ነዎት?"},
            "required": True,
        },
        {"kind": "csat", "key": "satisfaction", "text": {"en": "How satisfied are you?", "am": "ምን ያህል ረክተዋል?"}},
        {"kind": "ces", "key": "effort", "text": {"en": "How easy was it?", "am": "ምን ያህል ቀላል ነበር?"}},
        {
            "kind": "multiple_choice",
            "key": "bought",
            "text": {"en": "What did you buy?", "am": "ምን ገዙ?"},
            "choices": [
                {"key": "roses", "text": {"en": "Roses", "am": "ጽጌረዳ"}},
                {"key": "tulips", "text": {"en": "Tulips", "am": "ቱሊፕ"}},
            ],
        },
        {"kind": "long_text", "key": "comment", "text": {"en": "Anything to add?", "am": "ተጨማሪ አስተያየት?"}},
        {"kind": "email", "key": "email", "text": {"en": "Your e-mail", "am": "ኢሜይልዎ"}},
    ],
    "hidden": ["order"],
}


async def workspace() -> UUID:
    """The default workspace, made if there is none."""
    return (await installation_service.workspace_default()).id


async def published(slug: str = "visit", definition: dict[str, Any] | None = None, owner: UUID | None = None) -> UUID:
    """A published, open form; gives its workspace."""
    home = owner or await workspace()
    content = msgspec.convert(definition or VISIT, Definition)
    await forms.create(home, NewForm(slug, slug.title(), content), clock.now())
    await forms.publish(home, slug, None, clock.now())
    return home


async def place(home: UUID, name: str = "Piassa", code: str = "piassa") -> PlaceRow:
    """A store with a poster, and a name of its own script."""
    return await places.create_place(home, NewPlace(name, code=code, own_name="ፒያሳ"), clock.now())


def submission(answers: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The JSON of a submission with a fresh id."""
    return {"id": str(uuid4()), "answers": {"recommend": 9} if answers is None else answers, **more}


async def send(client: httpx.AsyncClient, body: dict[str, Any], slug: str = "visit") -> httpx.Response:
    """Submits JSON."""
    return await client.post(f"/api/v1/forms/{slug}/responses", json=body)


def page_fields(page: str) -> dict[str, str]:
    """The hidden fields of a survey page, as its script leaves them: it does without steps."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: value for name, value in found if name != "_step"}
