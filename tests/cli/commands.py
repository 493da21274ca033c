"""Commands in this process."""

import httpx
from click.testing import CliRunner, Result

from survey_service.cli import main


def run(*arguments: str, given: str | None = None, **variables: str) -> Result:
    """A command in this process, with exactly these settings."""
    return CliRunner().invoke(main, arguments, input=given, env={f"SURVEY_{k}": v for k, v in variables.items()})


def answers(address: str) -> bool:
    """Whether somebody serves there."""
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False
