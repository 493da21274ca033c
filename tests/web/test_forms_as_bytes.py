"""Forms as raw bytes at every address that takes one: names as they were written, and no failure of ours."""

import re
import threading
from pathlib import Path

import httpx
import pytest

import survey_service
from survey_service.app import create_app
from survey_service.core import database, form_encoding, http
from survey_service.core.settings import load
from tests import factories
from tests.answers import Sign, staff  # noqa: F401  (a fixture)
from tests.conftest import SECRET
from tests.threads import NoThread

CONTACT = {
    "title": {"en": "Contact"},
    "languages": ["en"],
    "questions": [{"kind": "short_text", "key": "name", "text": {"en": "Your name"}}],
}
URL_ENCODED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
NAME = b'--b\r\nContent-Disposition: form-data; name="name"'
ODD = [
    (b"name=%00&email=%00%ff&password=%00&undo=%ff&act=%00&id=%00", URL_ENCODED),
    (b"%ff%00=%zz&name=%&%00", URL_ENCODED + "; charset=utf-16"),
    (b"name=%C3&_id=%ff&_time=%ff&_language=%ff&_place=%00", URL_ENCODED + "; charset=utf-8"),
    (NAME + b"\r\n\r\n\xff\0\r\n--b--\r\n", PARTS),
    (NAME.replace(b"name", b"\xff") + b"\r\n\r\n\xff\r\n--b--\r\n", PARTS),
    (NAME + b"\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff\r\n--b--", PARTS),
    (b"--b\r\nContent", PARTS),
    (b"x", "multipart/form-data"),
    (b"\xff", "multipart/form-data; boundary=\xff"),
]


def posts() -> list[str]:
    """The pages of the route table that take a form, their parameters filled with something harmless."""
    app = create_app(load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db", "SURVEY_SECRET_KEY": SECRET}))
    nobody = "00000000-0000-0000-0000-000000000000"
    values = {"uuid": nobody, "int": "1", "str": "contact"}
    found = {
        re.sub(r"\{\w+:(\w+)\}", lambda part: values[part[1]], route.path)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if "POST" in handler.http_methods and not route.path.startswith(("/api", "/schema"))
    }
    return sorted(found)


async def names() -> list[str]:
    rows = await database.fetch("SELECT answers FROM response ORDER BY received_at, id")
    return [row["answers"] for row in rows]


@pytest.mark.parametrize("path", ["/s/contact", "/c/contact"])
async def test_a_name_is_stored_as_it_was_written(client: httpx.AsyncClient, path: str) -> None:
    await factories.published("contact", CONTACT)
    for body, kind in [
        (b"name=J%FCrgen", URL_ENCODED),
        (b"name=J%FCrgen", f"{URL_ENCODED}; charset=iso-8859-1"),
        (b"name=J%FCrgen", f"{URL_ENCODED}; charset=utf-8"),
        (b"name=J%FCrgen&_charset_=windows-1252", URL_ENCODED),
        (b"name=J%C3%BCrgen", URL_ENCODED),
        (NAME + b"\r\n\r\nJ\xfcrgen\r\n--b--\r\n", PARTS),
    ]:
        reply = await client.post(path, content=body, headers={"Content-Type": kind})
        assert reply.status_code == 303, reply.text
    assert await names() == ['{"name":"Jürgen"}'] * 6


async def test_staff_forms_are_read_alike(client: httpx.AsyncClient, staff: Sign) -> None:  # noqa: F811
    await factories.workspace()
    owner = await staff("owner")
    form = {"Content-Type": f"{URL_ENCODED}; charset=iso-8859-2"}
    for path, body in {
        "/app/places": b"name=%A9koda&kind=store",
        "/app/settings/keys": b"name=%A9koda&scopes=forms:read",
    }.items():
        reply = await owner.post(path, content=body, headers=form)
        assert reply.status_code in (200, 303), reply.text
    assert [row["name"] for row in await database.fetch("SELECT name FROM place")] == ["Škoda"]
    assert "Škoda" in [row["name"] for row in await database.fetch("SELECT name FROM api_key")]


async def test_odd_bytes_are_no_failure_of_ours(client: httpx.AsyncClient, staff: Sign) -> None:  # noqa: F811
    await factories.published("contact", CONTACT)
    owner = await staff("owner")
    for path in posts():
        for body, kind in ODD:
            for browser in (client, owner):
                reply = await browser.post(path, content=body, headers={"Content-Type": kind.encode("latin-1")})
                assert reply.status_code < 500, (path, kind, reply.text)


@pytest.mark.parametrize(("letters", "aside"), [(60_000, False), (70_000, True)])
async def test_a_large_form_is_read_while_others_go_on(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, letters: int, aside: bool
) -> None:
    """And one at a time: strangers may send many."""
    assert http.LARGE_FORMS._max_workers == 1
    readers = []

    def decode(body: bytes, content_type: str) -> form_encoding.Fields:
        readers.append(threading.current_thread())
        return {}

    monkeypatch.setattr(form_encoding, "decode", decode)
    await client.post("/app/again", data={"_carried": "a" * letters})
    assert [reader is not threading.current_thread() for reader in readers] == [aside]


async def test_a_large_form_that_no_thread_is_left_for_is_asked_for_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGE_FORMS", NoThread())
    got = await client.post("/app/again", data={"_carried": "a" * 70_000})
    assert (got.status_code, got.headers["retry-after"]) == (503, "3")


async def test_what_is_wrong_with_a_large_form_is_said_in_the_readers_language(client: httpx.AsyncClient) -> None:
    got = await client.post(
        "/app/again", content=b"&" * 70_000, headers={"Content-Type": URL_ENCODED, "Accept-Language": "de"}
    )
    assert got.status_code == 400
    assert "Dieses Formular hat zu viele Felder." in got.text


def test_forms_are_read_in_one_place_only() -> None:
    package = Path(survey_service.__file__).parent
    others = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"\.form\(\)|parse_qs|URLEncodedBody|MultipartBody", path.read_text(encoding="utf-8"))
        and path.name != "form_encoding.py"
    ]
    assert others == ["core/database/hosts.py"], "which reads the address of a database"
