"""What staff read is a message: no English sentence stands in a template or a module outside `_` and its kin."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import survey_service

PACKAGE = Path(survey_service.__file__).parent
TEMPLATES = PACKAGE / "templates"
SAYING = {"_", "N_", "gettext", "ngettext", "pgettext", "guide_to"}

# Templates -------------------------------------------------------------------------------------------------------

RESPONDENTS = ("survey/", "email/invitation", "builder/preview.html")
"""Templates in the words of respondents."""
PARSER = Environment(extensions=["jinja2.ext.i18n"])
LEFT_OUT = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|<(style|code)\b.*?</\1>|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL
)
READ_ALOUD = re.compile(r'(?:\stitle|aria-label|placeholder|alt)="([^"]*)"')
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
TAG = re.compile(r"<[^>]*>|&\w+;|<!--.*?-->", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^ ?\([a-z]{2,}[a-z ]*\)$|^([A-Z“][a-z’]+|\{[a-z]+\}|%\([a-z]+\)s)([ ,.:…].*)?$", re.DOTALL)


def literals_of(source: str) -> Iterator[str]:
    """What a template says by itself."""
    plain = LEFT_OUT.sub("", source)
    for text in [*READ_ALOUD.findall(plain), *TAG.sub("\n", plain).split("\n")]:
        if WORD.search(ATTRIBUTE.sub("", text).replace(" required", "")):
            yield text.strip()
    tree = PARSER.parse(source)
    said = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAYING
        for const in call.find_all(nodes.Const)
    }
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and id(const) not in said and SENTENCE.match(const.value):
            yield const.value


def templates() -> list[str]:
    names = (path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.*")))
    return [name for name in names if not name.startswith(RESPONDENTS)]


@pytest.mark.parametrize("name", templates())
def test_a_template_says_nothing_by_itself(name: str) -> None:
    assert list(literals_of((TEMPLATES / name).read_text(encoding="utf-8"))) == []


def test_what_a_template_says_by_itself_is_found() -> None:
    source = "<p title=\"A title\">Hello{{ x }}</p>{{ 'Go on' }}{{ _('Said') }}{% trans %}Said too{% endtrans %}"
    assert list(literals_of(source)) == ["A title", "Hello", "Go on"]


# Modules ---------------------------------------------------------------------------------------------------------

ELSEWHERE = re.compile(
    r"app\.py|(cli|demo|demo_texts|operation|survey)/.*|.*/piccolo_(migrations|app).*|.*/tables\.py"
    r"|core/(settings|personal|logs|addresses|database/.*|batch/.*|i18n/.*)\.?.*|web/contract\.py"
)
"""The terminal, documents of the API, what respondents read, what only programs see."""
NOT_SAID: dict[str, str] = {
    "core/browsers.py": "names of browsers, and signs to know them by",
    "accounts/installation_service.py": "names of what an installation begins with, stored as data",
    "accounts/signing_service.py": "said by commands alone, on the terminal",
    "messaging/transports/email.py": "noted in English, and said again by messaging/noted.py",
    "core/email_address.py": "says to the log what the error's own words say to people",
    "core/misfits.py": "what msgspec says, by which it is told apart",
    "core/tokens.py": "told apart by nobody but the log",
    "jobs/service.py": "what a job's row keeps, for whoever runs the service",
    "web/bodies.py": "what the JSON decoder says",
    "web/errors.py": "a header",
    "web/metrics.py": "what the measurements say of themselves to programs",
    "invitations/service.py": "noted in English, and said again by messaging/noted.py",
}
"""Modules with sentences that are none for pages, and why."""
FOR_PROGRAMS = {"summary", "description", "response_description", "operation_id", "about", "title"}
"""Keywords of what the document of the API says."""
OURS_ALONE = {"ValueError", "RuntimeError", "KeyError", "TypeError", "AssertionError", "LookupError", "TransportError"}
"""Errors that no page shows."""


def sentences_of(source: str) -> Iterator[str]:
    """The English sentences of a module that are no messages."""
    tree = ast.parse(source)
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in SAYING | OURS_ALONE:
                passed |= {id(inner) for argument in node.args for inner in ast.walk(argument)}
        if isinstance(node, ast.keyword) and node.arg in FOR_PROGRAMS:
            passed |= {id(inner) for inner in ast.walk(node.value)}
        if isinstance(node, ast.Assert):
            passed |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in passed else ""
        if isinstance(text, str) and SENTENCE.match(text) and (" " in text.strip() or text.strip()[0] == "("):
            yield text


def modules() -> list[str]:
    names = (path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py")))
    return [name for name in names if not ELSEWHERE.fullmatch(name)]


@pytest.mark.parametrize("name", [name for name in modules() if name not in NOT_SAID])
def test_a_module_has_no_sentence_that_is_no_message(name: str) -> None:
    assert list(sentences_of((PACKAGE / name).read_text(encoding="utf-8"))) == []


def test_a_sentence_that_is_no_message_is_found() -> None:
    source = '"""Not this."""\na = "Go on there"\nb = _("Go on here")\nc = f"Write {a} down."\nd = "go on"\n'
    source += 'e = "{name} is here"\nf = f"{a} (gone)"\ng = a + " (not here)"\n'
    assert list(sentences_of(source)) == ["Go on there", "{name} is here", " (gone)", " (not here)"]


def test_modules_that_are_let_pass_have_such_sentences() -> None:
    idle = [name for name in NOT_SAID if not list(sentences_of((PACKAGE / name).read_text(encoding="utf-8")))]
    assert idle == []


def test_no_message_stands_inside_a_formatted_text() -> None:
    """There the tools that collect messages do not see it."""
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}: {ast.unparse(call)}"
        for path in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in {"_", "gettext", "ngettext", "pgettext"} and isinstance(call.args[0], ast.Constant)
    ]
    assert found == []
