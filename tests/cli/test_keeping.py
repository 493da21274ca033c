"""Backup and restore, and what is taken out."""

import csv
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.operation.product import answer, finished, make_form, running, stored

pytestmark = pytest.mark.slow


def test_a_backup_while_serving_brings_everything_back(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        before = {answer(service.address) for _ in range(10)}
        made = finished(sqlite_url, "backup", str(copy))
        assert made.returncode == 0, made.stderr
        answer(service.address)
        refused = finished(sqlite_url, "restore", str(copy), "--yes")
        assert refused.returncode == 1
        assert "in use" in refused.stderr
        service.process.terminate()
        assert service.ended() == 0
    restored = finished(sqlite_url, "restore", str(copy), "--yes")
    assert restored.returncode == 0, restored.stderr
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM audit_entry WHERE action = 'restored'").fetchone() == (1,)
    with running(sqlite_url, "serve") as again:
        assert stored(again.address) == before
        answer(again.address)
        time.sleep(2)
    assert finished(sqlite_url, "check").returncode == 0


def test_export_and_report_write_what_was_answered(sqlite_url: str, tmp_path: Path) -> None:
    table, summary = tmp_path / "answers.csv", tmp_path / "summary.pdf"
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        sent = {answer(service.address) for _ in range(12)}
        exported = finished(sqlite_url, "export", "--form", "visit", str(table))
        assert exported.returncode == 0, exported.stderr
        days = ("--from", "2020-01-01", "--to", "2100-01-01")
        reported = finished(sqlite_url, "report", "--form", "visit", *days, "--comments", str(summary))
        assert reported.returncode == 0, reported.stderr
        unknown = finished(sqlite_url, "report", "--form", "none", *days, str(tmp_path / "none.pdf"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == sent
    assert {row["recommend"] for row in rows} == {"9"}
    assert summary.read_bytes().startswith(b"%PDF")
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert not (tmp_path / "none.pdf").exists()
