"""A mark that is none of ours costs nobody their answer: it is as if the page had none."""

from datetime import timedelta
from uuid import UUID

import httpx

from survey_service.core import clock, database, tokens
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.forms import queries as forms
from survey_service.survey import page_token
from tests import factories
from tests.conftest import KEYS, SECRET
from tests.survey.respondent import opened

LONG = "x" * 60_000


def marks(home: UUID, form: UUID) -> dict[str, str]:
    """Old, forged, foreign, and of every other form."""
    now = clock.now()
    right = page_token.make(KEYS, now, home, form, 1, "link", "")
    sign = page_token._purpose(home, form)
    return {
        "a day old": page_token.make(KEYS, now - timedelta(hours=25), home, form, 1, "link", ""),
        "years old": page_token.make(KEYS, now - timedelta(days=900), home, form, 1, "link", ""),
        "of tomorrow": page_token.make(KEYS, now + timedelta(days=1), home, form, 1, "link", ""),
        "of a version that is gone": page_token.make(KEYS, now, home, form, 999, "link", ""),
        "of a way that is not open": page_token.make(KEYS, now, home, form, 1, "email", ""),
        "of another form": page_token.make(KEYS, now, home, new_id(), 1, "link", ""),
        "of another workspace": page_token.make(KEYS, now, new_id(), form, 1, "link", ""),
        "of another key": page_token.make(Keyring(SECRET + "!"), now, home, form, 1, "link", ""),
        "cut": right[:-3], "turned": right[::-1], "twice": right + right, "long": LONG, "long and ours": right + LONG,
        "nothing": "", "blank": " ", "dots": "...", "signs": "\x00\u202e'\"<b>", "faces": "😀" * 100,
        "a number": tokens.sign(KEYS, sign, 7), "a text": tokens.sign(KEYS, sign, "7"),
        "a map": tokens.sign(KEYS, sign, {"a": 1}), "too few": tokens.sign(KEYS, sign, [1, 1, "link"]),
        "a far moment": tokens.sign(KEYS, sign, [10**18, 1, "link", ""]),
        "a far version": tokens.sign(KEYS, sign, [1, 10**30, "link", ""]),
    }  # fmt: skip


async def test_every_answer_is_kept_whatever_the_mark(client: httpx.AsyncClient) -> None:
    await factories.published()
    published = await forms.published("visit")
    for number, (name, mark) in enumerate(marks(published.workspace, published.id).items(), 1):
        fields = await opened(client)
        sent = await client.post("/s/visit", data={**fields, "_time": mark, "recommend": "3", "comment": name})
        assert sent.status_code == 303, (name, sent.text[:300])
        rows = await database.fetch("SELECT comment FROM response")
        assert len(rows) == number, name


async def test_a_mark_of_a_megabyte_is_refused_plainly(client: httpx.AsyncClient) -> None:
    await factories.published()
    fields = await opened(client)
    sent = await client.post("/s/visit", data={**fields, "_time": "x" * 1_000_000, "recommend": "3"})
    assert sent.status_code == 413
    assert "Traceback" not in sent.text
    headers = {"Referer": "http://testserver.local/s/visit?lang=am", "Accept-Language": "en"}
    read = await client.post("/s/visit", data={**fields, "_time": "x" * 1_000_000, "recommend": "3"}, headers=headers)
    assert '<html lang="am"' in read.text, "as the page before"
    assert await database.fetch("SELECT id FROM response") == []
    again = await client.post("/s/visit", data={**fields, "recommend": "3"})
    assert again.status_code == 303
