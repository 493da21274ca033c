"""What the documents say exists: links, modules, tables, commands, paths, scopes, codes; and their examples run."""

import inspect
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, reduce
from importlib import import_module
from pathlib import Path
from string import Template

import httpx
import pytest

from benchmarks.__main__ import PARTS
from survey_service import joined, piccolo_conf, questions
from survey_service.accounts import installation_service, session_service, sign_in
from survey_service.accounts.schemas import SCOPES
from survey_service.app import MODULES
from survey_service.cli import main
from survey_service.core.errors import ServiceError
from survey_service.core.settings import Settings
from survey_service.jobs import service as jobs
from survey_service.responses import service as responses
from survey_service.responses.schemas import CHANNELS, STATES
from tests import factories

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
KEY = "the-key-of-the-examples-in-the-documents"
NOT_ABOUT_PEOPLE = {"form", "form_version", "place", "poster", "wording", "workspace", "installation", "signing_key"}
FOLLOWED = {"next": "CURSOR", "token": "TOKEN"}
"""Members of an answer, and the variables of the examples that take their values."""


def text(name: str) -> str:
    """A page of the documents."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    return text(name).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(page: str) -> list[list[str]]:
    """The cells of every row of every table, heads and lines left out."""
    lines = re.findall(r"^\|(?! ?-)(.*)\|$", page, flags=re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def ticked(cell: str) -> list[str]:
    """The words between backticks, outside blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", cell, flags=re.DOTALL))


@cache
def tables() -> frozenset[str]:
    """The names of all tables."""
    registry = piccolo_conf.APP_REGISTRY
    return frozenset(table._meta.tablename for app in piccolo_conf.APPS for table in registry.get_table_classes(app))


@cache
def routes() -> frozenset[tuple[str, str]]:
    """Every (method, path) of the product, with parameters by their names."""
    handlers = [handler for module in MODULES for handler in module.ROUTES]
    return frozenset(
        (method, re.sub(r":\w+}", "}", path))
        for handler in handlers
        for method in handler.http_methods
        for path in handler.paths
    )


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page ends in."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# Links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_every_document_is_linked_from_the_readme() -> None:
    links = set(re.findall(r"\]\((docs/[^)#]+)", text("README.md")))
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} <= links


# The README ------------------------------------------------------------------------------------------------------


def resolved(name: str) -> object:
    """The module or attribute `survey_service.<name>`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            module = import_module(".".join(["survey_service", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[length:], module)
    raise ModuleNotFoundError(name)


def test_the_way_of_an_answer_names_what_exists() -> None:
    way = [row for row in rows(section("docs/architecture.md", "The way of an answer")) if row[0] != "step"]
    assert len(way) > 10
    for _, where, stored in way:
        assert all(resolved(name) for name in ticked(where)), where
        assert set(ticked(stored)) <= tables(), stored


def test_the_way_of_an_answer_writes_every_table_of_its_transaction() -> None:
    """The tables that the plans of a submission insert into or update stand in the row of the transaction."""
    named = next(
        row for row in rows(section("docs/architecture.md", "The way of an answer")) if "plans.write`" in row[1]
    )
    plans = ("responses.plans", "customers.plans", "invitations.plans", "jobs.plans", "counts.deltas")
    source = "".join(inspect.getsource(import_module(f"survey_service.{name}")) for name in plans)
    assert set(re.findall(r'(?:Insert|Update)\(\s*"(\w+)"', source)) == set(ticked(named[2]))


def test_the_layout_lists_every_package() -> None:
    listed = {name.strip("/") for row in rows(section("docs/architecture.md", "Layout")) for name in ticked(row[0])}
    package = ROOT / "survey_service"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    assert listed == folders | {path.name for path in package.glob("*.py") if path.stem != "__init__"}


def test_the_tour_shows_pages_that_exist() -> None:
    shown = [path for row in rows(section("README.md", "A tour")) for path in ticked(row[0])]
    gets = [path for method, path in routes() if method == "GET"]
    patterns = [re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))) for path in gets]
    assert len(shown) > 10
    for path in shown:
        assert any(pattern.fullmatch(path) for pattern in patterns), path


# Commands --------------------------------------------------------------------------------------------------------


def test_every_command_has_its_row_and_no_other() -> None:
    listed = [ticked(row[0])[0] for row in rows(section("docs/operating.md", "Commands")) if ticked(row[0])]
    assert {name.removeprefix("survey-service ") for name in listed} == set(main.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_text_exist_with_their_options(page: Path) -> None:
    for name, rest in re.findall(r"survey-service ([a-z][a-z-]+)([^`\n#]*)", page.read_text(encoding="utf-8")):
        assert name in main.commands, name
        options = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options | {"--help"}, name


# The API ---------------------------------------------------------------------------------------------------------


def test_every_path_of_the_api_is_described_and_exists() -> None:
    described = set(re.findall(r"`(GET|POST|PATCH|PUT|DELETE) (/[^`\s]+)`", text("docs/api.md")))
    assert described <= routes()
    assert {route for route in routes() if route[1].startswith("/api/")} <= described


def test_scopes_are_those_of_the_keys() -> None:
    listed = {ticked(row[0])[0]: row[1] for row in rows(section("docs/api.md", "Keys and scopes")) if ":" in row[0]}
    assert listed == SCOPES


def test_calls_name_the_scope_that_they_ask_for() -> None:
    handlers = [handler for module in MODULES for handler in module.ROUTES if "scope" in handler.opt]
    wanted = {(next(iter(h.http_methods)), re.sub(r":\w+}", "}", min(h.paths))): h.opt["scope"] for h in handlers}
    calls = [row for row in rows(text("docs/api.md")) if re.match(r"`[A-Z]+ /api/", row[0])]
    assert len(calls) > 20
    for call, scope in calls:
        method, path = ticked(call)[0].split()
        assert ticked(scope)[0] == wanted[method, path], call


def test_error_codes_are_those_of_the_tree() -> None:
    listed = {(int(row[0]), ticked(row[1])[0]) for row in rows(section("docs/api.md", "Errors")) if row[0].isdigit()}
    assert {(kind.status, kind.code) for kind in ServiceError.__subclasses__()} == listed - {
        (405, "method_not_allowed")
    }


def test_codes_channels_and_states_are_all_there() -> None:
    page = set(ticked(text("docs/api.md")))
    written = [path.read_text(encoding="utf-8") for path in Path(questions.__file__).parent.glob("*.py")]
    codes = set(re.findall(r'Wrong\("(\w+)"', "".join(written)))
    assert {"required", "wrong_type"} <= codes
    assert codes | set(CHANNELS) | set(STATES) <= page


def examples() -> Iterator[list[str]]:
    """The words of each `curl` of the page."""
    for block in re.findall(r"```sh\n(.*?)```", text("docs/api.md"), flags=re.DOTALL):
        for command in re.split(r"^(?=curl )", block, flags=re.MULTILINE):
            if command:
                yield shlex.split(command.replace("\\\n", " "))


def request_of(words: list[str], values: dict[str, str]) -> httpx.Request:
    """What a `curl` with these words would send."""
    url, method, headers, body = "", "", {}, None
    given = iter(Template(word).substitute(values) for word in words[1:])
    for word in given:
        match word:
            case "-X":
                method = next(given)
            case "-H":
                name, _, value = next(given).partition(": ")
                headers[name] = value
            case "-d":
                body = next(given).encode()
            case "-o":
                next(given)
            case _:
                url = word
    return httpx.Request(method or "GET", url, headers=headers, content=body)


@pytest.mark.slow
async def test_the_examples_run(client: httpx.AsyncClient, settings: Settings) -> None:
    await installation_service.ensure_api_key(replace(settings, api_key=KEY))
    await factories.published("visit")
    await factories.published("contact")
    values = {"BASE": str(client.base_url).rstrip("/"), "KEY": KEY}
    harbour = {"code": "riga-harbour", "name": "Harbour Street"}
    await client.post("/api/v1/places", json=harbour, headers={"Authorization": f"Bearer {KEY}"})
    ran = 0
    for words in examples():
        request = request_of(words, values)
        reply = await client.send(request)
        assert reply.is_success, (words, reply.text)
        ran += 1
        if "json" in reply.headers["Content-Type"]:
            values |= {FOLLOWED[name]: value for name, value in reply.json().items() if name in FOLLOWED and value}
        if request.method == "POST" and request.url.path.endswith("/customers"):
            values["CUSTOMER"] = reply.json()["id"]
    assert ran > 15


async def test_the_script_of_another_site_may_send_answers(client: httpx.AsyncClient) -> None:
    await factories.published("visit")
    asked = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"}
    path = "/api/v1/forms/visit/responses"
    preflight = await client.options(path, headers=asked | {"Access-Control-Request-Headers": "content-type"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    sent = await client.post(path, json=factories.submission(), headers={"Origin": asked["Origin"]})
    assert sent.status_code == 201
    assert sent.headers["Access-Control-Allow-Origin"] == "*"


# Other pages -----------------------------------------------------------------------------------------------------


def test_the_attributes_of_an_embed_are_those_that_the_loader_reads() -> None:
    listed = {ticked(row[0])[0] for row in rows(text("docs/embedding.md")) if row[0].startswith("`data-")}
    read = re.search(r"const \{ (.*) \} = place\.dataset", text("static/embed.js"))
    assert read
    assert listed == {f"data-{name.split(':')[0].strip()}" for name in read[1].split(",")}


def test_the_control_fields_of_a_plain_form_are_read() -> None:
    modules = ("survey.answer_pages", "survey.answering", "responses.sent_along", "core.form_encoding")
    source = "".join(inspect.getsource(import_module(f"survey_service.{name}")) for name in modules)
    fields = [name for name in ticked(section("docs/embedding.md", "As plain HTML")) if name.startswith("_")]
    assert len(fields) == 7
    assert all(f'"{name}"' in source or name.startswith("_hidden_") for name in fields)
    assert 'f"_hidden_{name}"' in source


async def test_the_plain_form_of_another_site_ends_on_the_thanks_page(client: httpx.AsyncClient) -> None:
    """The form as it stands in the page, for a form with its questions."""
    written = next(
        block for block in re.findall(r"```html\n(.*?)```", text("docs/embedding.md"), re.DOTALL) if "/c/" in block
    )
    names = [name for name in re.findall(r'name="(\w+)"', written) if not name.startswith("_")]
    questions = [{"kind": "short_text", "key": name, "text": {"en": name}} for name in names]
    definition = {"title": {"en": "Contact"}, "languages": ["en"], "questions": questions}
    await factories.published("contact", definition)
    fields = dict.fromkeys(names, "ana@example.org") | {"_website": ""}
    reply = await client.post("/c/contact", data=fields)
    assert reply.status_code == 303
    assert reply.headers["Location"].startswith("/s/contact/thanks?receipt=")


def test_privacy_names_every_table_that_knows_somebody() -> None:
    named = {name for row in rows(section("docs/privacy.md", "What is stored")) for name in ticked(row[-1])}
    assert named == tables() - NOT_ABOUT_PEOPLE


def test_privacy_tells_the_true_terms() -> None:
    page = text("docs/privacy.md")
    assert f"| handled events | {jobs.EVENTS_KEPT.days} days |" in page
    assert f"| finished jobs | {jobs.DONE_JOBS_KEPT.days} days;" in page
    assert f"{sign_in.SESSION_IDLE.days} days unused, {sign_in.SESSION_AT_MOST.days} days at most" in page
    assert f"| sign-in links | hold for {sign_in.LINK_LASTS.days} days" in page
    assert f"{responses.AMENDABLE_FOR.total_seconds() // 3600:.0f} hours" in page
    assert f"`{sign_in.COOKIE}`" in page
    assert f"`{session_service.COOKIE}`" in page
    assert f"| browsers that staff sign in with | {session_service.DEVICE_LASTS.days} days after the last" in page


def test_benchmarks_describes_every_part() -> None:
    assert set(PARTS) <= set(ticked(section("docs/benchmarks.md", "Parts")))


def test_the_tour_names_the_tabs_of_settings_as_the_pages_do() -> None:
    (told,) = re.findall(r"^\| `/app/settings` \| (.*) \|$", text("README.md"), re.MULTILINE)
    tabs = [tab for tab in joined.RAIL.tabs if tab.section == "settings" and tab.role == "owner"]
    assert tabs
    assert [tab.label for tab in tabs if tab.label not in told] == []


def test_every_row_of_a_table_stands_in_one() -> None:
    """A row below a paragraph is shown as text with strokes in it."""
    lost = []
    for page in PAGES:
        lines = ["", *page.read_text(encoding="utf-8").splitlines(), ""]
        first = [n for n, line in enumerate(lines) if line.startswith("| ") and not lines[n - 1].startswith("|")]
        lost += [f"{page.name}: {lines[n]}" for n in first if not lines[n + 1].startswith("|---")]
    assert lost == []


def test_the_example_of_one_test_selects_some() -> None:
    examples = re.findall(r"pytest (tests/\S+\.py) -k (\w+)", text("CONTRIBUTING.md"))
    assert examples
    for path, words in examples:
        names = re.findall(r"^(?:async )?def (test_\w+)", text(path), re.MULTILINE)
        assert [name for name in names if words in name], words
