"""Pages, mails and answers of programs speak the language that a reader can read."""

from typing import Any

import httpx
import pytest

from survey_service.core import clock
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from tests import factories
from tests.conftest import KEYS

LANGUAGES = ["en", "zh-Hans", "zh-Hant", "sr-Latn", "sr-Cyrl", "no", "pt"]
CASES = [
    ("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hans"), ("sr-Cyrl-RS", "sr-Cyrl"), ("sr-Latn-RS", "sr-Latn"), ("nb-NO", "no"),
    ("pt-BR", "pt"), ("ka", "en"),
]  # fmt: skip


def _form() -> dict[str, Any]:
    text = {tag: f"Words in {tag}" for tag in LANGUAGES}
    asked = {"kind": "nps", "key": "recommend", "text": text, "required": True}
    return {"title": text, "languages": LANGUAGES, "questions": [asked]}


@pytest.mark.parametrize(("asked", "given"), CASES)
async def test_a_reader_gets_what_they_can_read(client: httpx.AsyncClient, asked: str, given: str) -> None:
    home = await factories.published(definition=_form())
    by_browser = await client.get("/s/visit", headers={"Accept-Language": asked})
    by_link = await client.get("/s/visit", params={"lang": asked})
    assert f'<html lang="{given}"' in by_browser.text
    assert f'<html lang="{given}"' in by_link.text
    new = NewInvitation("visit", "ana@example.org", language=asked)
    assert (await invitations.queue_invitation(KEYS, home, new, clock.now())).language == given
    sent = await factories.send(client, factories.submission(language=asked))
    assert sent.status_code == (422 if asked == "ka" else 201)
