"""Code that cannot be followed would pass for code that does nothing: each way to name a function is one."""

import importlib.util
import sys
from pathlib import Path

import pytest

from tests.project.following import OURS, Name, calls, in_short, name_of, reached

TOY = OURS + "toy"
CODE = """
import functools

from litestar import get

from survey_service.core import clock
from survey_service.core.ids import new_id


def keeps(function):
    @functools.wraps(function)
    def inner():
        return function()

    return inner


def last():
    return 1


@keeps
def wrapped():
    return last()


def made():
    def within():
        return last()

    return within


TABLE = {"a": (last, "words"), "b": [wrapped]}
WITHIN = made()


@get("/toy")
async def handler() -> None:
    last()


def by_name():
    return new_id()


def by_module():
    return clock.now()


def by_table(key):
    return TABLE[key]


def by_wrapped():
    return wrapped()


def by_inner():
    return WITHIN()


def by_import():
    from survey_service.core import text
    from survey_service.core.tokens import hashed as other

    return text.fold(other(""))


def by_handler():
    return handler


def by_itself():
    return by_itself() or by_name()
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "toy.py"
    path.write_text(CODE)
    spec = importlib.util.spec_from_file_location(TOY, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, TOY, module)
    spec.loader.exec_module(module)


def named(function: str) -> Name:
    return TOY, function


@pytest.mark.usefixtures("toy")
def test_every_way_to_name_a_function_is_followed() -> None:
    assert {way: sorted(map(in_short, calls(named(f"by_{way}")))) for way in WAYS} == WAYS


WAYS = {
    "name": ["core.ids.new_id"],
    "module": ["core.clock.now"],
    "table": ["toy.last", "toy.wrapped"],
    "wrapped": ["toy.wrapped"],
    "inner": ["toy.within"],
    "import": ["core.text.fold", "core.tokens.hashed"],
    "handler": [],
    "itself": ["toy.by_name"],
}


@pytest.mark.usefixtures("toy")
def test_all_that_a_function_comes_to() -> None:
    assert named("last") in reached(named("by_table"))
    assert reached(named("by_inner")) == {named("by_inner"), named("within"), named("last")}
    assert reached(named("by_wrapped"), named("wrapped")) == {named("by_wrapped")}


@pytest.mark.usefixtures("toy")
def test_a_function_has_its_own_name_however_it_is_wrapped() -> None:
    assert name_of(sys.modules[TOY].wrapped) == named("wrapped")
