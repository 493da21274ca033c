"""Whatever a room declares is joined, and what is joined is whole: nothing that is half added reaches a page."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import survey_service
from survey_service import joined
from survey_service.accounts import installation_service as installation
from survey_service.accounts import sign_in
from survey_service.accounts.actions import AuditAction
from survey_service.accounts.tables import AuditEntry
from survey_service.app import handlers
from survey_service.core.rail import RailSection, Tab
from survey_service.customers.tables import TimelineEntry
from survey_service.customers.timeline import TimelineKind
from tests.static.samples import elements

PACKAGE = Path(survey_service.__file__).parent
MESSAGES = (PACKAGE / "core" / "i18n" / "catalogues" / "staff.pot").read_text(encoding="utf-8")
ICONS = re.findall(r"^  '([\w-]+)': '<", (PACKAGE / "templates" / "components.html").read_text("utf-8"), re.MULTILINE)
CODE = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if "piccolo_migrations" not in path.parts}
TREES = {path: ast.parse(code) for path, code in CODE.items()}
PLACES: list[RailSection | Tab] = [*joined.RAIL.sections, *joined.RAIL.tabs]


def modules() -> Iterator[Any]:
    """Every module of the product but the migrations and what begins the commands."""
    for found in pkgutil.walk_packages([str(PACKAGE)], "survey_service."):
        if "piccolo" not in found.name and not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def declared(kind: type[Any]) -> dict[int, Any]:
    """What modules name of a kind, by itself or in a row of several."""
    found = {}
    for module in modules():
        for value in vars(module).values():
            for one in value if isinstance(value, tuple | list) else (value,):
                if isinstance(one, kind):
                    found[id(one)] = one
    return found


def named(keyword: str) -> set[str]:
    """The texts that calls of the product give by this name."""
    found = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == keyword and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
    return found


# The audit trail -------------------------------------------------------------------------------------------------


def test_every_room_with_audit_actions_is_joined() -> None:
    rooms = {value for module in modules() for value in vars(module).values() if _is_room_of_actions(value)}
    assert rooms == {type(action) for action in joined.ACTIONS.by_key.values()}


def _is_room_of_actions(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, AuditAction) and value is not AuditAction


@pytest.mark.parametrize("action", joined.ACTIONS.by_key.values(), ids=lambda action: action.key)
def test_an_audit_action_has_its_words_and_is_written_somewhere(action: AuditAction) -> None:
    assert f'msgid "{action.words}"' in MESSAGES
    assert any(f"{type(action).__name__}.{action.name}" in code for code in CODE.values())
    assert len(action.key) <= AuditEntry.action.length


# Customers' timelines --------------------------------------------------------------------------------------------

KINDS = list(joined.TIMELINE.by_name.values())


def test_every_kind_that_a_room_writes_to_timelines_is_joined() -> None:
    assert declared(TimelineKind).keys() == {id(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_of_a_timeline_has_its_words_its_page_and_whoever_writes_it(kind: TimelineKind) -> None:
    for title in (kind.title, *kind.by_channel.values()):
        assert f'msgid "{title}"' in MESSAGES
    assert kind.icon in ICONS
    assert any(re.fullmatch(re.escape(kind.pages) + r"/\{\w+:uuid\}", path) for path in pages())
    declarations = [module for module in modules() if module.__name__.endswith(".timeline")]
    ((module, name),) = [
        (module.__name__, name) for module in declarations for name, one in vars(module).items() if one is kind
    ]
    assert name in used_of(module)
    assert len(kind.name) <= TimelineEntry.kind.length


def pages() -> set[str]:
    """The addresses of pages of the product."""
    return {path for one in handlers() if "GET" in one.http_methods for path in one.paths}


def used_of(module: str) -> set[str]:
    """What the product, but the demo, takes from a module; what is imported is used, or the style check fails."""
    room, _, own = module.rpartition(".")
    found = set()
    for path, tree in TREES.items():
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "demo" not in path.parts]
        found |= {each.name for node in imports if node.module == module for each in node.names}
        called = {
            each.asname or own for node in imports if node.module == room for each in node.names if each.name == own
        }
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in called
        }
    return found


# The rail --------------------------------------------------------------------------------------------------------


def test_every_section_and_tab_that_a_room_declares_is_joined() -> None:
    assert declared(RailSection).keys() == {id(one) for one in joined.RAIL.sections}
    assert declared(Tab).keys() == {id(one) for one in joined.RAIL.tabs}


def test_the_rail_stays_short_and_the_settings_stand_by_the_person() -> None:
    keys = [one.key for one in joined.RAIL.sections if not one.at_foot]
    assert keys == ["today", "answers", "follow-up", "customers", "forms", "places", "send", "reports"]
    assert [one.key for one in joined.RAIL.sections if one.at_foot] == ["settings"]


def test_pages_name_sections_that_there_are_and_each_has_a_page() -> None:
    assert named("current") == {one.key for one in joined.RAIL.sections}


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.href)
def test_a_place_of_the_rail_leads_to_a_page_for_its_role_and_has_its_words(place: RailSection | Tab) -> None:
    roles = [one.opt["role"] for one in handlers() if place.href in one.paths and "GET" in one.http_methods]
    assert roles == [place.role]
    assert f'msgid "{place.label}"' in MESSAGES
    if isinstance(place, RailSection):
        assert place.icon in ICONS


async def test_every_page_of_the_rail_marks_where_it_stands(client: httpx.AsyncClient) -> None:
    await installation.ensure_owner("alice@example.org", "seven swans a swimming")
    client.cookies.set(
        sign_in.COOKIE, await sign_in.use_link(await installation.issue_sign_in_link("alice@example.org"))
    )
    for place in PLACES:
        page = (await client.get(place.href)).text
        section = place.section if isinstance(place, Tab) else place.key
        (home,) = [one.href for one in joined.RAIL.sections if one.key == section]
        marked = [link.get("href") for link in elements(page, "a", **{"aria-current": "page"})]
        assert marked == [home, home], place.href
        if isinstance(place, Tab):
            open_tabs = [link.get("href") for link in elements(page, "a", **{"aria-current": "true"})]
            assert open_tabs == [place.href]


# Panels ----------------------------------------------------------------------------------------------------------


def test_every_panel_that_a_room_declares_is_joined() -> None:
    declared = {
        (page, panel)
        for module in modules()
        if module is not joined
        for page, panel in getattr(module, "PANELS", {}).items()
    }
    assert declared
    assert declared == {(page, panel) for page, panels in joined.PANELS.items() for panel in panels}
