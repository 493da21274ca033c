"""The OpenAPI document against the running product, on both databases: whatever is sent, what is said holds."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.operation.product import API_KEY, answer, make_form, running

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
HEADERS = {"Authorization": f"Bearer {API_KEY}"}
SEED = "20261031"
EXAMPLES = "5"


def fill(address: str) -> None:
    """One of everything, so that operations have something to find."""
    make_form(address)
    answer(address, 9)
    answer(address, 2)
    with httpx.Client(base_url=address, headers=HEADERS) as staff:
        assert staff.post("/api/v1/places", json={"name": "Old Bridge", "code": "old-bridge"}).status_code == 201
        assert staff.post("/api/v1/customers", json={"email": "hana@example.org"}).status_code == 201
        invited = staff.post("/api/v1/invitations", json={"form": "visit", "email": "dawit@example.org"})
        assert invited.status_code == 202


def own_key(address: str) -> str:
    """The id of the key that asks."""
    listed = httpx.get(f"{address}/api/v1/keys", headers=HEADERS).json()["items"]
    return str(listed[0]["id"])


def schemathesis(address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Every check on every operation: limits and mutations, random data, and sequences of calls."""
    arguments = ["--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure"]
    bounds = ["--max-examples", EXAMPLES, "--seed", SEED, "--generation-database", "none", "--workers", "1"]
    return subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", str(HERE / "schemathesis.toml"), "run", *arguments, *bounds),
            *("--header", f"Authorization: Bearer {API_KEY}", f"{address}/schema/openapi.json"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(HERE.parent),
            "SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks",
            "OWN_KEY_ID": own_key(address),
        },
        capture_output=True,
        text=True,
        timeout=280,
    )


def test_the_document_is_true(database_url: str, tmp_path: Path) -> None:
    with running(database_url, "serve") as product:
        fill(product.address)
        said = schemathesis(product.address, tmp_path)
        assert said.returncode == 0, said.stdout + said.stderr
        assert "Operations:       34 selected / 34 total" in said.stdout
        revoked = httpx.get(f"{product.address}/api/v1/forms", headers=HEADERS)
        assert revoked.status_code == 200, "the key was revoked on the way, and little was tried"
        assert product.process.poll() is None
