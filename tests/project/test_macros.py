"""Macros of templates are used, and all that they take is given by somebody."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from jinja2 import Environment, nodes

from survey_service.core.templates import PACKAGE

TEMPLATES = PACKAGE / "templates"
Macro = tuple[str, str]
"""Its template and its name; without a name, the page itself."""
Trees = Mapping[str, nodes.Template]
Imports = Mapping[str, set[tuple[str, str]]]
"""Template → (name, template that it stands for) of each import."""


class Called(NamedTuple):
    """A call of a macro, and the macro or the page that it stands in."""

    inside: Macro
    macro: Macro
    call: nodes.Call


def trees(sources: Mapping[str, str]) -> Trees:
    parser = Environment(extensions=["jinja2.ext.i18n"])
    return {template: parser.parse(text) for template, text in sources.items()}


@pytest.fixture(scope="module")
def ours() -> Trees:
    paths = {path.relative_to(TEMPLATES).as_posix(): path for path in TEMPLATES.rglob("*.*")}
    return trees({name: path.read_text(encoding="utf-8") for name, path in paths.items()})


def macros(every: Trees) -> dict[Macro, nodes.Macro]:
    return {(template, one.name): one for template, tree in every.items() for one in tree.find_all(nodes.Macro)}


def imports(every: Trees) -> Imports:
    found = {template: tree.find_all(nodes.Import) for template, tree in every.items()}
    return {template: {(one.target, one.template.value) for one in several} for template, several in found.items()}


def calls(every: Trees) -> Iterator[Called]:
    """Calls by a macro's own name, or by its name and what its template was imported as."""
    imported = imports(every)
    for template, tree in every.items():
        for inside, call in _calls(tree):
            match call.node:
                case nodes.Name(name=name):
                    yield Called((template, inside), (template, name), call)
                case nodes.Getattr(node=nodes.Name(name=prefix), attr=name):
                    for home in _homes(imported, template, prefix):
                        yield Called((template, inside), (home, name), call)


def _calls(tree: nodes.Node, inside: str = "") -> Iterator[tuple[str, nodes.Call]]:
    """Each call, after the macro that it stands in."""
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.Call):
            yield inside, node
        yield from _calls(node, node.name if isinstance(node, nodes.Macro) else inside)


def _homes(imported: Imports, template: str, prefix: str) -> set[str]:
    """What a template means by a name: its own import, else that of a page which it is a part of, or extends."""
    own = {home for name, home in imported[template] if name == prefix}
    return own or {home for every in imported.values() for name, home in every if name == prefix}


def uncalled(every: Trees) -> set[Macro]:
    """The macros that no page calls: neither by itself nor through other macros."""
    made, alive = macros(every), set[Macro]()
    found = [(one.inside, one.macro) for one in calls(every)]
    while more := {macro for inside, macro in found if not inside[1] or inside in alive} - alive:
        alive |= more
    return made.keys() - alive


def never_given(every: Trees) -> set[tuple[str, str, str]]:
    """(template, macro, parameter) of those that have a default, and always take it."""
    made = macros(every)
    names = {macro: [argument.name for argument in one.args] for macro, one in made.items()}
    may = {(*macro, name) for macro, one in made.items() for name in names[macro][len(one.args) - len(one.defaults) :]}
    given = [(one.macro, one.call) for one in calls(every) if one.macro in made]
    by_place = {(*macro, name) for macro, call in given for name, _ in zip(names[macro], call.args, strict=False)}
    return may - by_place - {(*macro, one.key) for macro, call in given for one in call.kwargs}


def read_in(tree: nodes.Node) -> set[str]:
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}


def test_every_macro_is_called(ours: Trees) -> None:
    assert len(macros(ours)) > 50
    assert uncalled(ours) == set()


def test_every_parameter_of_a_macro_is_given_and_read(ours: Trees) -> None:
    assert never_given(ours) == set()
    taken = {(*macro, argument.name) for macro, one in macros(ours).items() for argument in one.args}
    assert taken - {(*macro, name) for macro, one in macros(ours).items() for name in read_in(one)} == set()


def test_whatever_is_imported_is_used(ours: Trees) -> None:
    imported = imports(ours)
    assert [name for name, tree in ours.items() if {prefix for prefix, _ in imported[name]} - read_in(tree)] == []


def test_a_macro_is_not_called_by_another_of_its_name() -> None:
    """Nor by itself, nor by one that nobody calls."""
    parts = "{% macro change() %}{% endmacro %}{% macro whole() %}{{ whole() }}{{ change() }}{% endmacro %}"
    paper = "{% macro change() %}{% endmacro %}"
    page = "{% import 'parts.html' as ui %}{% import 'paper.html' as paper %}{{ paper.change() }}"
    sources = {"parts.html": parts, "paper.html": paper, "page.html": page}
    assert uncalled(trees(sources)) == {("parts.html", "change"), ("parts.html", "whole")}
    called = {"inner.html": "{% call ui.whole() %}{% endcall %}"}
    assert uncalled(trees(sources | called)) == set()


def test_a_parameter_is_given_by_its_place_or_its_name() -> None:
    page = "{% macro field(name, hint='', rows=4, id='') %}{% endmacro %}{{ field('a', 'b') }}{{ field('a', rows=2) }}"
    assert never_given(trees({"page.html": page})) == {("page.html", "field", "id")}
