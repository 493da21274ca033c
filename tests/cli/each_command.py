"""Every command, one after another, on one database: `python -m tests.cli.each_command URL FOLDER` prints, for each, a
line of JSON with its name, exit code and output, and ends as a command does."""

import json
import sys
from pathlib import Path

from tests.cli.commands import run

PERIOD = ("--from", "2026-01-01", "--to", "2026-01-31")
OWNER = ("owner@example.org", "--name", "Ada", "--shop", "Shop", "--time-zone", "Europe/Riga", "--language", "en")


def arguments(url: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """What each command is given; what it writes goes to `folder`."""
    return {
        "serve": ("--port", "0"),
        "run": ("--port", "0", "--responses", "0"),
        "worker": (),
        "migrate": (),
        "demo": ("--responses", "10"),
        "begin": (*OWNER, "--yes"),
        "create-admin": ("owner@example.org",),
        "backup": (str(folder / "copy.db"),),
        "restore": (url.removeprefix("sqlite:///"),),
        "sending": (),
        "keys": (),
        "check": (),
        "report": (*PERIOD, str(folder / "summary.pdf")),
        "export": (str(folder / "answers.csv"),),
    }


def main(url: str, folder: str) -> None:
    for name, given in arguments(url, Path(folder)).items():
        result = run(name, *given, DATABASE_URL=url, LOG_LEVEL="error")
        print(json.dumps([name, result.exit_code, result.output]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
