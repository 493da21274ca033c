"""A database of any former release becomes one of this tree, with all that was in it; and migrations only add."""

import contextlib

import httpx
import pytest

from survey_service.core import database
from survey_service.core.database import schema
from survey_service.core.settings import Settings
from survey_service.operation import check
from tests.builder.browsing import key_of, owner
from tests.conftest import opened_for
from tests.route_table import Target, table
from tests.upgrade import keep, kept
from tests.upgrade.kept import Release

__all__ = ["table"]


def test_a_release_is_kept() -> None:
    assert kept.releases()
    for release in kept.releases():
        sizes = {path.name: path.stat().st_size for path in release.folder.iterdir()}
        assert sizes.keys() == {*kept.DUMPS.values(), kept.TOLD}
        assert sum(sizes.values()) < 300_000, sizes


@pytest.mark.parametrize("release", kept.releases(), ids=lambda release: release.folder.name)
def test_what_a_release_migrates_by_stays_as_it_is(release: Release) -> None:
    """A database that has had a migration never gets what is changed in it later."""
    now = kept.migrations()
    assert {identity: now.get(identity) for identity in release.told["migrations"]} == release.told["migrations"]
    newest = max(identity.partition(":")[2] for identity in release.told["migrations"])
    for identity in now.keys() - release.told["migrations"].keys():
        assert identity.partition(":")[2] > newest, f"{identity} would be taken for one of before {release.folder.name}"


async def test_only_what_is_new_runs_and_nothing_is_lost(left: tuple[Release, str], settings: Settings) -> None:
    release, engine = left
    before = set(release.told["migrations"])
    async with opened_for(settings):
        assert await schema.applied() == before
        assert await schema.migrate() == len(schema.expected() - before)
        assert await schema.applied() == schema.expected()
        rows = await keep.rows()
    told = release.told[engine]["rows"]
    assert {name: rows.get(name) for name in told if name != "migration"} == {
        name: count for name, count in told.items() if name != "migration"
    }


async def test_it_has_the_tables_of_a_new_one(settings: Settings, new: Settings) -> None:
    found = []
    for one in (settings, new):
        async with opened_for(one):
            await schema.migrate()
            found.append(await database.columns())
    assert found[0] == found[1]


async def test_it_tells_what_the_release_told(client: httpx.AsyncClient, left: tuple[Release, str]) -> None:
    release, engine = left
    client.headers.update(await key_of((await owner())[0]))
    for address, told in release.told[engine]["told"].items():
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        assert kept.lacks(told, answer.json(), address) == []


async def test_an_answer_goes_in_and_pages_open(
    client: httpx.AsyncClient, table: list[Target], left: tuple[Release, str]
) -> None:
    sent = await client.post("/api/v1/forms/everything/responses", json={"answers": keep.EVERY_ANSWER})
    assert sent.status_code == 201, sent.text
    client.headers.update((await owner())[1])
    pages = [t.path for t in table if t.method == "GET" and t.path.startswith("/app") and not t.parameters]
    assert len(pages) > 15
    shown = [*(page for page in pages if page != "/app/stream"), "/app/forms/everything", "/s/everything", "/s/visit"]
    answers = [await client.get(page) for page in shown]
    assert {answer.status_code for answer in answers} <= {200, 303}, [a.url for a in answers if a.status_code > 303]


async def test_it_is_sound(settings: Settings) -> None:
    async with opened_for(settings):
        await schema.migrate()
    findings = await check.check(settings, lambda _: contextlib.nullcontext(lambda *_: None))
    assert [finding for finding in findings if finding.level == "wrong"] == []
    assert {"database", "schema"} <= {finding.subject for finding in findings}


def test_figures_that_differ_are_told() -> None:
    told = {"items": [{"n": 3, "score": 0.5}], "next": None}
    assert kept.lacks(told, {"items": [{"n": 3, "score": 0.5, "more": 1}], "next": None, "new": 1}) == []
    other = {"items": [{"n": 4, "score": 0.5}], "next": None}
    for now in (other, {"items": [], "next": None}, {"items": told["items"]}):
        assert len(kept.lacks(told, now)) == 1
