"""A misspelt name in a template is an error, because defaults are chosen: each is listed here with its reason."""

import ast
import re
from collections import defaultdict

from jinja2 import Environment, nodes

from survey_service.core.templates import PACKAGE

TEMPLATES = PACKAGE / "templates"
FRAME = "a frame of many pages, each of which gives what it has"
CHOSEN = {
    "base.html": (FRAME, {"hide_pause"}),
    "page_error.html": (FRAME, {"message", "advice", "home", "request_id"}),
    "survey/layout.html": (FRAME, {"action", "embed", "place", "noindex", "languages", "script"}),
    "survey/notice.html": ("one page for every notice", {"back", "before", "number", "typed"}),
    "questions/parts.html": ("an invitation's page has no place of its own", {"place"}),
    "questions/statement.html": ("only a form with conditions has a script that looks for its words", {"rules"}),
    "survey/survey.html": (
        "first shown, shown again with errors, from an invitation, in another page",
        {"buttons", "carried", "embed", "known", "missing", "notice", "place", "rules", "step"},
    ),
    "survey/thanks.html": ("the form's own words, or ours", {"receipt", "title", "text", "embed", "onward"}),
}
"""Template → why names of its context may be left out by whoever renders it, and which."""


def defaulted(kind: type[nodes.Node]) -> dict[str, set[str]]:
    """Template → what has a default in it: names of the context, or attributes."""
    found = defaultdict(set)
    parser = Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted(TEMPLATES.rglob("*.*")):
        for filtered in parser.parse(path.read_text(encoding="utf-8")).find_all(nodes.Filter):
            if filtered.name in ("default", "d") and isinstance(filtered.node, kind):
                name = filtered.node.name if isinstance(filtered.node, nodes.Name) else filtered.node.attr
                found[path.relative_to(TEMPLATES).as_posix()].add(name)
    return dict(found)


def given_by(code: str) -> set[str]:
    """What Python code hands on by name: keywords of calls, keys of dictionaries, fields of classes, and the notes of
    a page. A variable of its own that is called so gives nothing to a template."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
            names |= {node.value.value} if node.arg == "note" and isinstance(node.value, ast.Constant) else set()
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= set(re.findall(r"[?&]done=(\w+)", node.value))
        elif isinstance(node, ast.Dict):
            names |= {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
        elif isinstance(node, ast.ClassDef):
            fields = [field.target for field in node.body if isinstance(field, ast.AnnAssign)]
            names |= {field.id for field in fields if isinstance(field, ast.Name)}
    return names


def given() -> set[str]:
    """All that Python code hands on, and what templates set."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        if "piccolo_migrations" not in path.parts:
            names |= given_by(path.read_text(encoding="utf-8"))
    for path in TEMPLATES.rglob("*.html"):
        names |= set(re.findall(r"\bset (\w+) = (?:true|false)", path.read_text(encoding="utf-8")))
    return names


def test_only_these_names_may_be_left_out() -> None:
    assert defaulted(nodes.Name) == {template: names for template, (_, names) in CHOSEN.items()}


def test_whatever_has_a_default_is_given_by_somebody() -> None:
    """As `customer_name` was not: each mail greeted nobody, and no test saw it."""
    names = set.union(*defaulted(nodes.Name).values(), *defaulted(nodes.Getattr).values())
    assert not names - given()


def test_a_variable_gives_a_template_nothing() -> None:
    code = 'customer_name = row["customer_name"]\nrender("mail.txt", name=customer_name, **{"place": customer_name})\n'
    assert given_by(code) == {"name", "place"}


def test_mails_have_no_defaults_at_all() -> None:
    for kind in (nodes.Name, nodes.Getattr):
        assert not [template for template in defaulted(kind) if template.startswith("email/")]
