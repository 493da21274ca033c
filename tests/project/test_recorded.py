"""What is done in the house stands in the audit trail: whatever a person, a key or a command changes or takes out is
recorded, or there is a reason.

Nothing is listed by hand but the reasons. From every handler that something is sent to, from every handler that gives
a file, and from every command the code is followed to the functions of `accounts.audit` that record.
"""

import ast
import functools
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from survey_service.accounts import audit
from survey_service.app import MODULES, prepare
from survey_service.cli.group import main
from tests.project.test_twins import OURS, Name, code_of, found_in, referred, writes_itself

RECORDS = {(audit.__name__, name) for name in vars(audit) if name.startswith("record")}
FILE = re.compile(r"\.\w+$")

MADE_READY = (prepare.__module__, prepare.__name__)
"""What every command begins with and which records what it makes, such as the first owner: whatever a command does
besides is looked at by itself."""

RESPONDENT = "A respondent does it; their answer or their place on the list of those who left is the record."
PICTURE = "It is a picture to print, of an address that anybody may open."

WITHOUT = {
    "accounts.entrance_pages.try_again": "It writes nothing: what was typed is shown again.",
    "places.employee_pages.employee_png": PICTURE,
    "places.employee_pages.employee_svg": PICTURE,
    "places.employee_routes.read_employee_png": PICTURE,
    "places.employee_routes.read_employee_svg": PICTURE,
    "places.pages.qr_png": PICTURE,
    "places.pages.qr_svg": PICTURE,
    "places.routes.read_qr_png": PICTURE,
    "places.routes.read_qr_svg": PICTURE,
    "survey.answer_pages.answer_plain_form": RESPONDENT,
    "survey.answer_pages.answer_survey": RESPONDENT,
    "survey.answer_pages.change_answer": RESPONDENT,
    "survey.invitation_pages.amend_answer": RESPONDENT,
    "survey.invitation_pages.answer_invitation": RESPONDENT,
    "survey.unsubscribe_pages.unsubscribe": RESPONDENT,
    "responses.routes.submit_response": RESPONDENT,
    "cli.beginning.migrate": "It makes tables, and in them only what every command records.",
    "cli.serving.serve": "It lets others do things; each handler is looked at by itself.",
    "cli.serving.worker": "It goes on with what others did.",
    "cli.keeping.check": "It looks; counts that are made again are the ones that the answers have.",
}
"""What neither records nor needs to, by its handler or command, and why."""


@functools.cache
def calls(name: Name) -> frozenset[Name]:
    """The functions of ours that a function's code names, also through what it imports itself."""
    code = code_of(name) or within(name)
    if code is None:
        return frozenset()
    module, node = code
    values = [*referred(module, node), *imported(node)]
    functions = (function for value in values for function in found_in(value))
    return frozenset((function.__module__, function.__name__) for function in functions) - {name, MADE_READY}


def within(name: Name) -> tuple[ModuleType, ast.AST] | None:
    """A function that another one makes."""
    module = sys.modules[name[0]]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    every = (node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, kinds))
    return next(((module, node) for node in every if node.name == name[1]), None)


def imported(node: ast.AST) -> Iterator[Any]:
    """What a function imports itself, and uses: names, and what it takes from modules."""
    known: dict[str, Any] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom) and (part.module or "").startswith(OURS.rstrip(".")):
            for alias in part.names:
                held = importlib.import_module(part.module or "")
                value = getattr(held, alias.name, None) or importlib.import_module(f"{part.module}.{alias.name}")
                known[alias.asname or alias.name] = value
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            yield known[part.id]
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            holder = known.get(part.value.id)
            if isinstance(holder, ModuleType):
                yield getattr(holder, part.attr, None)


def reached(name: Name) -> set[Name]:
    seen: set[Name] = set()
    waiting = [name]
    while waiting:
        following = waiting.pop()
        if following not in seen:
            seen.add(following)
            waiting.extend(calls(following))
    return seen


def told(name: Name) -> str:
    return f"{name[0].removeprefix(OURS)}.{name[1]}"


def handlers() -> Iterator[HTTPRouteHandler]:
    """Whatever changes something, or gives a file to somebody who is known."""
    for module in MODULES:
        for handler in module.ROUTES:
            gives = any(FILE.search(path) for path in handler.paths) and not handler.opt.get("public")
            if gives or handler.http_methods - {"GET", "OPTIONS"}:
                yield handler


def doers() -> dict[str, Name]:
    """`inbox.pages.settle_spam` and the like, and every command → where to begin."""
    functions: list[Any] = [handler.fn for handler in handlers()]
    functions += [command.callback for command in main.commands.values()]
    found = {}
    for function in functions:
        plain = function.__wrapped__ if hasattr(function, "__wrapped__") else function
        assert isinstance(plain, FunctionType)
        name = (plain.__module__, plain.__name__)
        found[told(name)] = name
    return found


def test_whatever_is_done_or_taken_out_is_recorded() -> None:
    silent = [done for done, name in doers().items() if not reached(name) & RECORDS]
    assert [done for done in silent if done not in WITHOUT] == []


def test_reasons_are_for_what_is_silent() -> None:
    every = doers()
    assert [done for done in WITHOUT if done not in every or reached(every[done]) & RECORDS] == []


def test_exports_and_commands_are_among_what_is_looked_at() -> None:
    """Without this, what cannot be found would pass for what records."""
    every = doers()
    assert {"inbox.export_routes.download_page", "inbox.export_routes.export_responses"} <= set(every)
    assert {"reports.pages.summary_download", "reports.routes.read_summary_report", "cli.exporting.export"} <= set(
        every
    )
    assert len(every) > 90


@pytest.mark.parametrize("name", [(OURS + "invitations.asking_service", "ask"), (OURS + "cli.exporting", "export")])
def test_what_records_is_found_also_behind_imports_of_its_own(name: Name) -> None:
    assert reached(name) & RECORDS


def test_what_writes_and_records_nothing_is_seen() -> None:
    name = (OURS + "forms.posters", "choose")
    assert writes_itself(name)
    assert not reached(name) & RECORDS
