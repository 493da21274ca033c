"""The import rules name every domain that they should."""

from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "survey_service"
LAYERED = {"guards", "pages", "queries", "routes", "schemas", "service", "tables"}


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


def test_every_domain_is_layered_inside() -> None:
    domains = {
        f"survey_service.{path.parent.name}"
        for path in PACKAGE.glob("*/*.py")
        if path.stem in LAYERED and path.parent.name != "core"
    }
    assert domains <= _names("domain", "containers")
