"""A SQLite file that nobody can use: every command says so in a sentence, fails and ends."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from survey_service.cli import main
from tests.cli.commands import run
from tests.cli.each_command import arguments
from tests.operation.product import ROOT, environment

FILES = ("no database", "damaged head", "damaged page", "cut off", "a folder", "read-only", "in a folder of others")
DEADLINE = 200.0
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


def made(what: str, folder: Path, sound: bytes) -> Path:
    """An unusable file. `sound` is what a sound one holds."""
    path = folder / "survey.db"
    if what == "a folder":
        path.mkdir()
        return path
    contents = {
        "no database": b"rubbish " * 2000,
        "damaged head": b"SQLite format 4\0" + sound[16:],
        "damaged page": sound[:100] + os.urandom(3996) + sound[4096:],
        "cut off": sound[:20_000],
    }
    path.write_bytes(contents.get(what, sound))
    if what == "in a folder of others":
        path = folder / "new" / "survey.db"
    if what not in contents:
        (folder / "survey.db").chmod(0o400)
        folder.chmod(0o500)
    return path


def as_anybody() -> None:
    """What is not allowed is not allowed to root either: for the process that is begun."""
    if os.getuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def test_every_command_is_tried() -> None:
    assert set(arguments("", Path())) == set(main.commands)


@pytest.mark.slow
@pytest.mark.parametrize("what", FILES)
def test_every_command_ends_with_a_sentence(what: str, tmp_path: Path, sqlite_template: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = made(what, place, sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.cli.each_command", url, str(tmp_path)], cwd=ROOT, env=environment(url),
            capture_output=True, text=True, timeout=DEADLINE, check=True, preexec_fn=as_anybody,
        )  # fmt: skip
    finally:
        place.chmod(0o700)
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [name for name, _, _ in told] == list(arguments("", Path()))
    for name, code, output in told:
        assert code in (1, 2), (name, code, output)
        assert "Traceback" not in output
        sentence = "wrong    database: " if name == "check" else "Error: "
        assert len([line for line in output.splitlines() if line.startswith(sentence)]) == 1, (name, output)
    assert not (tmp_path / "copy.db").exists()


def test_a_file_that_may_only_be_read_is_not_served(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it comes to that: with nothing left to migrate, nothing else would have said so."""
    from survey_service.core.database.sqlite import SQLiteDatabase

    async def read_only(self: SQLiteDatabase) -> str:
        return "read_only"

    monkeypatch.setattr(SQLiteDatabase, "trouble", read_only)
    for name in ("serve", "worker", "migrate"):
        refused = run(name, *arguments(sqlite_url, Path())[name], DATABASE_URL=sqlite_url)
        assert refused.exit_code == 1
        assert "The database may only be read." in refused.output
    found = run("check", DATABASE_URL=sqlite_url)
    assert found.exit_code == 1
    assert "wrong    database: It may only be read" in found.output
