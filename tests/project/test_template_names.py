"""A misspelt name in a template is an error, because defaults are chosen: each is listed here with its reason."""

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
    "survey/notice.html": ("one page for every notice", {"back", "number", "typed"}),
    "survey/questions.html": ("an invitation's page has no place of its own", {"place"}),
    "survey/survey.html": (
        "first shown, shown again with errors, from an invitation, in another page",
        {"buttons", "embed", "known", "missing", "notice", "place"},
    ),
    "survey/thanks.html": ("the form's own words, or ours", {"receipt", "title", "text", "embed", "onward"}),
}
"""Template → why names of its context may be left out by whoever renders it, and which."""


def defaulted(kind: type[nodes.Node]) -> dict[str, set[str]]:
    """Template → what has a default in it: names of the context, or attributes."""
    found = defaultdict(set)
    parser = Environment()
    for path in sorted(TEMPLATES.rglob("*.*")):
        for filtered in parser.parse(path.read_text(encoding="utf-8")).find_all(nodes.Filter):
            if filtered.name in ("default", "d") and isinstance(filtered.node, kind):
                name = filtered.node.name if isinstance(filtered.node, nodes.Name) else filtered.node.attr
                found[path.relative_to(TEMPLATES).as_posix()].add(name)
    return dict(found)


def given() -> str:
    """All that Python code writes, and what templates set: whoever fills a template names what it gives."""
    code = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html")))
    return "\n".join([*code, *re.findall(r"\bset (\w+ = (?:true|false))", pages)])


def test_only_these_names_may_be_left_out() -> None:
    assert defaulted(nodes.Name) == {template: names for template, (_, names) in CHOSEN.items()}


def test_whatever_has_a_default_is_given_by_somebody() -> None:
    """As `customer_name` was not: each mail greeted nobody, and no test saw it."""
    code = given()
    names = set.union(*defaulted(nodes.Name).values(), *defaulted(nodes.Getattr).values())
    assert not [name for name in sorted(names) if not re.search(rf'\b{name}\b\s*[=:]|["=]{name}\b', code)]


def test_mails_have_no_defaults_at_all() -> None:
    for kind in (nodes.Name, nodes.Getattr):
        assert not [template for template in defaulted(kind) if template.startswith("email/")]
