"""Toys of what may be done so often and no more, and of what the real server is put through."""

from tests.project.recipes import Change, Recipe

CAP = Recipe(
    "a cap",
    changed={
        "survey_service/places/service.py": [
            Change("from survey_service.core.errors import Conflict, Invalid, NotFound", ", TooMany"),
            Change(
                "GENERATED_CODE_LENGTH = 8\n",
                'MOST_PLACES = 2\n"""Of toys."""\nRETRY_SECONDS = 60\n',
            ),
            Change(
                "        await _lock(workspace)\n"
                "        above = await _check_parent(workspace, identity, new.kind, new.parent)\n",
                "        if len(await queries.places_of(workspace)) >= MOST_PLACES:\n"
                '            raise TooMany("There are enough toys.", retry_after=RETRY_SECONDS)\n',
            ),
        ],
        "survey_service/places/routes.py": [
            Change("from survey_service.core.errors import Conflict", ", TooMany"),
            Change('@post("/api/v1/places", opt=WRITE', ' | {"refuses": (TooMany,)}'),
        ],
        "docs/api.md": [Change("| `POST /api/v1/places` | `places:write`", "; 429 where there are two")],
        "docs/operating.md": [
            Change("\n| bodies that are held at once |", " 16 MB | ended |\n| toys | two | 429 |\n| other bodies |")
        ],
    },
    checks=[
        "tests/test_openapi.py::test_every_refusal_is_problem_details",
        "tests/project/test_docs.py::test_calls_name_the_scope_that_they_ask_for",
        "tests/project/test_operating.py",
    ],
)
FAULT = Recipe(
    "a fault",
    new={
        "tests/faults/test_toys.py": '''\
"""Toys."""

import os
import signal

import pytest

from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.watching import GETS_IN, nothing_is_missing, watching

pytestmark = pytest.mark.slow


async def test_a_process_that_stands_still(sqlite_url: str, told: Told) -> None:
    with served(sqlite_url) as one:
        async with watching(one) as watch:
            os.kill(one.pid, signal.SIGSTOP)
            os.kill(one.pid, signal.SIGCONT)
            watch.mended()
        told("a process that stood still", watch)
        await nothing_is_missing(watch)
        assert watch.longest_wait <= GETS_IN
'''
    },
    checks=["tests/faults/test_toys.py"],
)
BOUND_TOYS = (CAP, FAULT)
