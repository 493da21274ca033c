"""Each recipe of CONTRIBUTING.md names the files that it takes, and no other is missing.

A copy of the product gets a toy by each of them: the toys write the files that the recipe names and no others, and
there the tests hold that would find what was forgotten.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.project.recipes import Recipe
from tests.project.recipes.bound_toys import BOUND_TOYS
from tests.project.recipes.dimension_toys import DIMENSION_TOYS
from tests.project.recipes.figure_toys import FIGURE_TOYS
from tests.project.recipes.kind_toys import KIND_TOYS
from tests.project.recipes.toys import PRODUCT_TOYS, TOYS
from tests.project.recipes.way_toys import WAY_TOYS

ROOT = Path(__file__).parents[2]
COPIED = (
    "survey_service",
    "tests",
    "static",
    "docs",
    ".importlinter",
    "CONTRIBUTING.md",
    "pyproject.toml",
    "CHANGELOG.md",
)
ROWS = dict(
    re.findall(
        r"^\| (an? [^|]+?) \| (.+?) \|$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
)
"""To add … → what it takes."""
OUTSIDE = ("docs/", "tests/", ".importlinter")
"""What a recipe names with its whole path."""
ON_BOTH = {"dimension_seen.py"}
"""Toys whose SQL could differ between the databases; one is enough for the others."""


def patterns(row: str) -> list[str]:
    """The paths that a recipe names, with a star for what differs: `questions/<kind>.py` is `questions/*.py`."""
    named = re.findall(r"`([\w<>./…-]*\.[a-z]+)`", row)
    whole = (name if name.startswith(OUTSIDE) else f"survey_service/{name}" for name in named)
    return [re.sub(r"<[\w ]+>|…", "*", name) for name in whole]


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.adds)
def test_a_toy_touches_the_files_of_its_recipe(toy: Recipe) -> None:
    named = patterns(ROWS[toy.adds])
    assert [path for path in toy.touched if not any(fnmatch(path, pattern) for pattern in named)] == []
    assert [pattern for pattern in named if not any(fnmatch(path, pattern) for path in toy.touched)] == []


def test_each_recipe_is_tried() -> None:
    assert set(ROWS) == {toy.adds for toy in TOYS}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("seen", "toys"),
    [
        ("seen.py", PRODUCT_TOYS),
        ("figures_seen.py", FIGURE_TOYS),
        ("kind_seen.py", KIND_TOYS),
        ("dimension_seen.py", DIMENSION_TOYS),
        ("ways_seen.py", WAY_TOYS),
        ("bounds_seen.py", BOUND_TOYS),
    ],
)
def test_the_toys_are_whole(seen: str, toys: Sequence[Recipe], tmp_path: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    for toy in toys:
        toy.put_into(tmp_path)
    checks = [check for toy in toys for check in toy.checks]
    how = ["-q", "-n0", "-p", "no:cacheprovider", *(() if seen in ON_BOTH else ("-k", "not postgres"))]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *how, f"tests/project/recipes/{seen}", *checks],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=800,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:]
