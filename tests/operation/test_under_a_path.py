"""The product under a path of its host, behind a proxy that keeps the path and behind one that cuts it off: a walk
over every page by its links finds none that leads outside, and answers that are sent through it arrive."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.operation.product import STAFF, Running, finished, running
from tests.operation.proxy import Proxy, before

PATH = "/feedback"
OWNER = {
    "SURVEY_ADMIN_EMAIL": "owner@linden.example",
    "SURVEY_ADMIN_PASSWORD": "a long password of the tests",
}
LEADS = ("href", "src", "poster", "cite", "data")
SENDS = ("action", "formaction")
ONE_OF_A_KIND = 3
"""So many pages are read whose addresses differ only in their ids."""


@dataclass
class Served:
    """The product, the proxy before it, and an owner who is signed in through the proxy."""

    proxy: Proxy
    owner: httpx.Client
    service: Running


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo's pages in it."""
    path = tmp_path_factory.mktemp("filled") / "survey.db"
    shutil.copy(sqlite_template, path)
    done = finished(f"sqlite:///{path}", "demo", "--responses", "60")
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module", params=["keeps the path", "cuts it off"])
def served(request: pytest.FixtureRequest, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product behind a proxy of either kind."""
    database = tmp_path_factory.mktemp("served") / "survey.db"
    shutil.copy(filled, database)
    with before(PATH, keeps_path=request.param == "keeps the path") as proxy:
        settings = {"SURVEY_BASE_URL": proxy.address, **OWNER}
        with running(f"sqlite:///{database}", "serve", **settings) as service:
            proxy.upstream = service.address
            with httpx.Client(timeout=30, follow_redirects=False) as owner:
                fields = {"email": OWNER["SURVEY_ADMIN_EMAIL"], "password": OWNER["SURVEY_ADMIN_PASSWORD"]}
                answer = owner.post(f"{proxy.address}/app/sign-in", data=fields)
                assert answer.status_code == 303, answer.text
                assert answer.headers["location"] == f"{PATH}/app"
                assert f"path={PATH};" in answer.headers["set-cookie"].lower() + ";"
                yield Served(proxy, owner, service)


class Leads(HTMLParser):
    """Every address in the attributes of a page, and every form with its hidden fields."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.sent_to: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # Any attribute that begins with a slash is an address; those that should be one are, whatever they begin with.
        leads = {name: v for name, v in given.items() if name in LEADS or re.match(r"/[a-z]", v)}
        self.sent_to += [leads.pop(name, "") for name in SENDS]
        self.found += leads.values()
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        if tag == "input" and self.forms and given.get("type") == "hidden":
            self.forms[-1][1][given["name"]] = given.get("value", "")


def kind_of(address: str) -> str:
    """The address with its ids, names and queries put aside."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", urlsplit(address).path)


def test_every_page_leads_to_pages_under_the_path(served: Served) -> None:
    base = served.proxy.address
    waiting, kinds, seen = [f"{base}/", f"{base}/s/visit", f"{base}/q/riga-harbour"], dict[str, int](), set[str]()
    wrong: list[str] = []
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in seen or kinds.get(kind, 0) >= ONE_OF_A_KIND:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        if address.endswith("/app/stream"):
            continue
        answer = served.owner.get(address)
        if answer.status_code >= 400:
            wrong.append(f"{address}: {answer.status_code}")
        wrong += [f"{address} sends to {to}" for to in sent_to(answer) if to and not to.startswith(f"{PATH}/")]
        for lead in leads_of(answer):
            there = urljoin(address, lead).partition("#")[0]
            if not there.startswith(f"{base.removesuffix(PATH)}/"):
                continue  # another site, mail, data
            if not there.startswith(f"{base}/") and there != base:
                wrong.append(f"{address} leads to {lead}")
            elif not there.endswith("/sign-out"):
                waiting.append(there)
    assert wrong == []
    assert served.proxy.strays == []
    assert {f"{PATH}/app/settings/keys", f"{PATH}/app/places/ID/poster", f"{PATH}/app/forms/visit"} <= set(kinds)
    assert len(kinds) > 40


def sent_to(answer: httpx.Response) -> list[str]:
    """Where a page's forms are sent, as far as that is told by an address from the root."""
    return Leads(answer.text).sent_to if answer.headers.get("content-type", "").startswith("text/html") else []


def leads_of(answer: httpx.Response) -> list[str]:
    """All that a page, style sheet or script leads to."""
    kind = answer.headers.get("content-type", "")
    if answer.is_redirect:
        return [answer.headers["location"]]
    if kind.startswith("text/html"):
        return Leads(answer.text).found
    if kind.startswith("text/css"):
        return re.findall(r"url\([\"']?([^)\"']+)", answer.text)
    if kind.startswith("text/javascript") and len(answer.text) < 500_000:
        return re.findall(r"(?:from|import\()\s*[\"']([^\"']+)", answer.text) + re.findall(
            r"[\"'`](/(?:app|api|s|q|i|u|c|static|schema)\b[^\"'`]*)", answer.text
        )
    return []


def test_an_answer_from_the_page_without_script_arrives(served: Served) -> None:
    page = served.owner.get(f"{served.proxy.address}/s/visit")
    action, hidden = Leads(page.text).forms[-1]
    words = f"Under a path {uuid4().hex}"
    sent = served.owner.post(urljoin(str(page.url), action), data={**hidden, "recommend": "9", "comment": words})
    assert sent.status_code == 303, sent.text
    thanks = served.owner.get(urljoin(str(page.url), sent.headers["location"]))
    assert thanks.status_code == 200
    assert thanks.url.path.startswith(f"{PATH}/s/visit/thanks")
    assert words in stored(served, "spam") + stored(served, "complete")  # sent within two seconds of the page


def test_an_answer_as_json_and_from_another_sites_form_arrive(served: Served) -> None:
    first, second = (f"Under a path {uuid4().hex}" for _ in range(2))
    body = {"id": str(uuid4()), "answers": {"recommend": 9, "comment": first}}
    sent = httpx.post(f"{served.proxy.address}/api/v1/forms/visit/responses", json=body)
    assert sent.status_code == 201, sent.text
    plain = httpx.post(f"{served.proxy.address}/c/visit", data={"recommend": "10", "comment": second})
    assert plain.status_code == 303, plain.text
    assert urlsplit(plain.headers["location"]).path.startswith(f"{PATH}/")
    assert httpx.get(urljoin(str(plain.url), plain.headers["location"])).status_code == 200
    kept = stored(served, "complete") + stored(served, "spam")
    assert first in kept
    assert second in kept


def stored(served: Served, state: str) -> str:
    """The newest answers of a state, as text."""
    query = {"state": state, "limit": "20"}
    answer = httpx.get(f"{served.proxy.address}/api/v1/responses", params=query, headers=STAFF)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_who_is_not_signed_in_is_led_through_the_entrance_and_on(served: Served) -> None:
    with httpx.Client() as stranger:
        asked = stranger.get(f"{served.proxy.address}/app/answers?score=9")
        assert asked.status_code == 303
        entrance = urljoin(str(asked.url), asked.headers["location"])
        assert entrance.startswith(f"{served.proxy.address}/app/sign-in?")
        page = stranger.get(entrance)
        action, hidden = Leads(page.text).forms[-1]
        fields = {"email": OWNER["SURVEY_ADMIN_EMAIL"], "password": OWNER["SURVEY_ADMIN_PASSWORD"]}
        origin = {"Origin": served.proxy.address.removesuffix(PATH)}
        done = stranger.post(urljoin(entrance, action), data={**hidden, **fields}, headers=origin)
        assert done.headers["location"] == f"{PATH}/app/answers?score=9"


def test_programs_are_told_the_path(served: Served) -> None:
    document = served.owner.get(f"{served.proxy.address}/schema/openapi.json").json()
    assert document["servers"] == [{"url": PATH}]


def test_the_loader_finds_the_form_beside_itself(served: Served) -> None:
    script = httpx.get(f"{served.proxy.address}/embed.js")
    assert script.status_code == 200
    assert 'new URL(".", document.currentScript.src)' in script.text


def test_health_is_answered_at_the_process_itself_too(served: Served) -> None:
    assert httpx.get(f"{served.service.address}/healthz").status_code == 200
    assert httpx.get(f"{served.service.address}{PATH}/readyz").status_code == 200
