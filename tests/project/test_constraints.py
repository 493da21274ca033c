"""constraints.txt names every dependency exactly, and no address."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

Wanted = tuple[NormalizedName, str]
"""A distribution and one of its extras, "" for the distribution itself."""

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINNED = dict(line.split("==") for line in LINES if line and not line.startswith("#"))
VERSIONS = {canonicalize_name(name): Version(version) for name, version in PINNED.items()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = [
    Requirement(text)
    for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in group
]


def test_there_is_no_address() -> None:
    assert not [line for line in LINES if re.search(r"://|\s@\s|^-", line)]


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_a_declared_dependency_has_a_version_that_fits(requirement: Requirement) -> None:
    assert VERSIONS[canonicalize_name(requirement.name)] in requirement.specifier


def _closure(roots: set[Wanted]) -> set[NormalizedName]:
    """The roots and all that they need on this interpreter, read from what is installed."""
    names, found = set(roots), set[Wanted]()
    while names:
        name, extra = names.pop()
        found.add((name, extra))
        for text in distribution(name).requires or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                pairs = {(canonicalize_name(needed.name), asked) for asked in {"", *needed.extras}}
                names |= pairs - found
    return {name for name, _ in found}


def test_what_dependencies_need_is_pinned_too() -> None:
    roots = {
        (canonicalize_name(needed.name), extra)
        for needed in map(Requirement, PROJECT["dependencies"])
        for extra in {"", *needed.extras}
    }
    assert not _closure(roots) - VERSIONS.keys()


@pytest.mark.parametrize("text", PROJECT["dependencies"])
def test_what_is_installed_is_what_is_pinned(text: str) -> None:
    name = canonicalize_name(Requirement(text).name)
    assert Version(distribution(name).version) == VERSIONS[name]
