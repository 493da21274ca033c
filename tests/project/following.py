"""Following the code of the product: to which functions of ours a function comes, read from what its code names,
and which of them write to the database."""

import ast
import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from litestar.handlers import HTTPRouteHandler
from piccolo.table import Table

from survey_service.core.batch.statements import Insert, Update
from survey_service.responses.group_commit import GroupCommit

Name = tuple[str, str]
"""A function: its module and its name."""

OURS = "survey_service."
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WRITING = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
KEEPERS = {"insert", "update", "delete"}
"""Methods of a table that write."""
WRITERS = (Insert, Update, GroupCommit)
"""Whoever names one of these writes by it."""


def name_of(function: Callable[..., Any]) -> Name:
    """The name of a function, whatever is wrapped around it."""
    plain = inspect.unwrap(function)
    assert isinstance(plain, FunctionType)
    return plain.__module__, plain.__name__


def in_short(name: Name) -> str:
    """`accounts.service.add_staff`."""
    return f"{name[0].removeprefix(OURS)}.{name[1]}"


@functools.cache
def definitions(module: ModuleType) -> Mapping[str, ast.AST]:
    """The functions of a module by name: those at its top, and where none is called so, those that others make."""
    tree = ast.parse(inspect.getsource(module))
    inside = {node.name: node for node in reversed([*ast.walk(tree)]) if isinstance(node, DEFINITIONS)}
    return inside | {node.name: node for node in tree.body if isinstance(node, DEFINITIONS)}


def code_of(name: Name) -> tuple[ModuleType, ast.AST] | None:
    """The code of a function, with its module; None where it has none, as a partial application."""
    module = sys.modules[name[0]]
    node = definitions(module).get(name[1])
    return (module, node) if node else None


def functions_in(value: Any) -> Iterator[FunctionType]:
    """The functions of ours that a value is or holds. A handler is not called by whoever names it."""
    if isinstance(value, HTTPRouteHandler):
        return
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for member in value:
            yield from functions_in(member)
    elif callable(value):
        plain = inspect.unwrap(value)
        if isinstance(plain, FunctionType) and plain.__module__.startswith(OURS):
            yield plain


def referred(module: ModuleType, node: ast.AST) -> Iterator[Any]:
    """What the names in some code of the module stand for, `name` and `other_module.name`: those that the module knows
    and those that the code imports itself."""
    known = vars(module) | dict(imported(node))
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            yield known[part.id]
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            holder = known.get(part.value.id)
            if isinstance(holder, ModuleType):
                yield getattr(holder, part.attr, None)


def imported(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """What some code imports of ours itself, by the names that it gives it."""
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom) and (part.module or "").startswith(OURS.rstrip(".")):
            for alias in part.names:
                held = getattr(importlib.import_module(part.module or ""), alias.name, None)
                yield alias.asname or alias.name, held or importlib.import_module(f"{part.module}.{alias.name}")


@functools.cache
def calls(name: Name) -> frozenset[Name]:
    """The functions of ours that a function's code names."""
    code = code_of(name)
    if code is None:
        return frozenset()
    functions = (function for value in referred(*code) for function in functions_in(value))
    return frozenset((function.__module__, function.__name__) for function in functions) - {name}


def reached(name: Name, *but: Name) -> set[Name]:
    """The function and all that it comes to, `but` through none of these."""
    seen: set[Name] = set()
    waiting = [name]
    while waiting:
        following = waiting.pop()
        if following not in seen and following not in but:
            seen.add(following)
            waiting.extend(calls(following))
    return seen


def writes_itself(name: Name) -> bool:
    """Whether a function's own code writes: by SQL, by a table or by naming what writes."""
    code = code_of(name)
    if code is None:
        return False
    module, node = code
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and WRITING.search(part.value):
            return True
        if isinstance(part, ast.Attribute) and part.attr in KEEPERS and isinstance(part.value, ast.Name):
            kept = vars(module).get(part.value.id)
            if isinstance(kept, type) and issubclass(kept, Table):
                return True
    return any(value in WRITERS for value in referred(module, node))
