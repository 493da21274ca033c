"""Databases of the commands: they run in processes of their own, or open the database themselves."""

from pathlib import Path

import pytest


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite file."""
    (tmp_path / "survey.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/survey.db"
