"""The import rules name every domain that they should."""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "survey_service"
ENDINGS = {"routes": 4, "pages": 4, "guards": 3, "service": 2, "queries": 1, "tables": 1, "schemas": 0}
"""What a module's name ends with → how high it stands in its room. What ends otherwise stands beside them all."""


def _rules() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def _names(section: str, option: str) -> set[str]:
    return set(_rules()[f"importlinter:contract:{section}"][option].split())


@pytest.mark.parametrize("domain", sorted(path.parent.name for path in PACKAGE.glob("*/tables.py")))
def test_tables_are_protected(domain: str) -> None:
    assert _names(f"tables-of-{domain}", "protected_modules") == {f"survey_service.{domain}.tables"}
    assert _names(f"tables-of-{domain}", "allowed_importers") == {f"survey_service.{domain}"}


def test_whatever_calls_itself_pure_is_held_to_it() -> None:
    called = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bPure\b(?! but)", ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    }
    named = _names("pure", "source_modules")
    assert {name for name in called if not any(name == one or name.startswith(f"{one}.") for one in named)} == set()


def height(module: str) -> int | None:
    """How high a module stands in its room by the ending of its name: `sending_pages` as high as `pages`."""
    return ENDINGS.get(module.rpartition(".")[2].rpartition("_")[2])


def climbs(imports: Mapping[str, set[str]]) -> list[str]:
    """Which modules reach one that stands higher in their room, or routes pages, also by what stands beside them.

    `imports` tells of each module which others of the product it imports.
    """
    found = []
    for module in imports:
        own = height(module)
        if own is None:
            continue
        seen, waiting = {module}, [module]
        while waiting:
            for next_one in imports[waiting.pop()] - seen:
                if next_one.rpartition(".")[0] != module.rpartition(".")[0]:
                    continue
                seen.add(next_one)
                reached = height(next_one)
                if reached is None:
                    waiting.append(next_one)
                elif reached > own or {kind(module), kind(next_one)} == {"routes", "pages"}:
                    found.append(f"{module} → {next_one}")
    return sorted(found)


def kind(module: str) -> str:
    """The ending of a module's name."""
    return module.rpartition("_")[2].rpartition(".")[2]


def test_inside_a_room_imports_point_down_by_the_ending_of_names() -> None:
    graph = grimp.build_graph("survey_service")
    assert climbs({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


@pytest.mark.parametrize(
    ("module", "reached", "climbing"),
    [
        ("a.service", {"a.pages"}, True),
        ("a.service", {"a.poster_pages"}, True),
        ("a.poster_queries", {"a.view"}, True),
        ("a.poster_routes", {"a.pages"}, True),
        ("a.poster_pages", {"a.pages", "a.service"}, False),
        ("a.service", {"b.pages"}, False),
        ("a.service", {"a.queries", "a.letter"}, False),
    ],
)
def test_what_climbs_is_seen(module: str, reached: set[str], climbing: bool) -> None:
    others = {"a.view": {"a.pages"}, "a.pages": set[str](), "a.letter": {"a.schemas"}}
    assert bool(climbs(defaultdict(set, others | {module: reached}))) == climbing
