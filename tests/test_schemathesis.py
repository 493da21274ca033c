"""The OpenAPI document against the running product, on both databases: whatever is sent, what is said holds."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.operation.product import API_KEY, STAFF, answer, make_form, running

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SEED = "20261031"
EXAMPLES = "3"
REPORT = "ReadSummaryReport"


def fill(address: str) -> None:
    """One of everything, so that operations have something to find."""
    make_form(address)
    answer(address, 9)
    answer(address, 2)
    with httpx.Client(base_url=address, headers=STAFF) as staff:
        assert staff.post("/api/v1/places", json={"name": "Old Bridge", "code": "old-bridge"}).status_code == 201
        assert staff.post("/api/v1/customers", json={"email": "hana@example.org"}).status_code == 201
        invited = staff.post("/api/v1/invitations", json={"form": "visit", "email": "dawit@example.org"})
        assert invited.status_code == 202


def own_key(address: str) -> str:
    """The id of the key that asks."""
    listed = httpx.get(f"{address}/api/v1/keys", headers=STAFF).json()["items"]
    return str(listed[0]["id"])


def how_many(address: str) -> int:
    """The operations of the document."""
    return sum(map(len, httpx.get(f"{address}/schema/openapi.json").json()["paths"].values()))


def schemathesis(address: str, folder: Path, *which: str) -> str:
    """Every check on operations; what was said, if nothing was wrong."""
    program = "from schemathesis.cli import schemathesis; schemathesis()"
    bounds = ["--seed", SEED, "--generation-database", "none", "--workers", "1", "--continue-on-failure"]
    headers = ["--header", f"Authorization: Bearer {API_KEY}"]
    said = subprocess.run(
        [
            *(sys.executable, "-c", program, "--config-file", str(HERE / "schemathesis.toml"), "run"),
            *("--checks", "all", *bounds, *headers, *which, f"{address}/schema/openapi.json"),
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
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def test_the_document_is_true(database_url: str, tmp_path: Path) -> None:
    """Limits, mutations, random bodies and sequences of calls; the PDF, which takes seconds, a few times only."""
    with running(database_url, "serve") as product:
        fill(product.address)
        total = how_many(product.address)
        phases = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES)
        said = schemathesis(product.address, tmp_path, *phases, "--exclude-operation-id", REPORT)
        assert f"Operations:       {total - 1} selected / {total} total" in said
        few = ("--phases", "examples,fuzzing", "--max-examples", "2")
        said = schemathesis(product.address, tmp_path, *few, "--include-operation-id", REPORT)
        assert f"Operations:       1 selected / {total} total" in said
        kept = httpx.get(f"{product.address}/api/v1/forms", headers=STAFF)
        assert kept.status_code == 200, "the key was revoked on the way, and little was tried"
        assert product.process.poll() is None
