"""What a template marks with a class has a look, or is found by a script: other marks say nothing."""

import re

import pytest

from tests.project.sources import PACKAGE, ROOT, sources

TEMPLATES = PACKAGE / "templates"
CLASSES = re.compile(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', flags=re.DOTALL)
FILLED, STEPS = re.compile(r"\{\{.*?\}\}", flags=re.DOTALL), re.compile(r"\{%.*?%\}", flags=re.DOTALL)
ANY = "\0"


def marks(template: str) -> set[str]:
    """The classes of a template; of one whose end is filled in what stands before that, with a star."""
    words = [word for found in CLASSES.findall(template) for word in STEPS.sub(" ", FILLED.sub(ANY, found)).split()]
    return {f"{word.split(ANY)[0]}*" if ANY in word else word for word in words} - {"*"}


def looks() -> set[str]:
    """The classes that style sheets have rules for, those inside of documents and mails too."""
    sheets = [path.read_text(encoding="utf-8") for path in (ROOT / "static" / "css").rglob("*.css")]
    for path in TEMPLATES.rglob("*.html"):
        sheets += re.findall(r"<style.*?</style>", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"\.([A-Za-z_][\w-]*)", "".join(sheets)))


def found_by_scripts() -> set[str]:
    scripts = "".join(text for name, text in sources().items() if name.endswith(".js"))
    return set(re.findall(r"[\"'\x60](?:[^\"'\x60\n]*?)\.([a-z][\w-]*)", scripts))


def idle(template: str, known: set[str]) -> set[str]:
    """The marks of a template that nobody knows."""
    return {
        mark
        for mark in marks(template)
        if mark not in known and not (mark.endswith("*") and any(one.startswith(mark[:-1]) for one in known))
    }


def test_every_class_of_a_template_has_a_rule_or_is_found_by_a_script() -> None:
    known = looks() | found_by_scripts()
    texts = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    assert {name: found for name, text in texts.items() if (found := idle(text, known))} == {}


@pytest.mark.parametrize(
    "template",
    [
        '<p class="card odd">',
        '<p class="card{% if wide %} odd{% endif %}">',
        '<p class="odd--{{ kind }}">',
        '<p class="{{ \'card\' if a else "b" }} odd">',
    ],
)
def test_a_class_without_a_rule_is_seen(template: str) -> None:
    assert idle(template, {"card", "card--wide"})
    assert not idle(template.replace("odd", "card"), {"card", "card--wide"})
