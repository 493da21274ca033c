"""What a form asks is written down once, in `vectors.json`, for the server and for the script of a page.

Each has conditions, what is around, answers, and what has to come of them: which questions are asked, the answers that
are kept, and what needs another look. The written ones say why; the generated ones were made by chance and read once.
They are frozen: new ones come at the end, and none is changed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey_service.forms.definition import Definition
from survey_service.forms.preview import Outcome, Trial, tried
from survey_service.forms.rules import surroundings, told
from tests.conditions import twin

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
WORDS = {"text": {"en": "Words"}}
KINDS: dict[str, dict[str, Any]] = {
    "score": {"kind": "nps"},
    "reason": {"kind": "single_choice", "choices": [{"key": key, **WORDS} for key in ("price", "late", "other")]},
    "parts": {"kind": "multiple_choice", "choices": [{"key": key, **WORDS} for key in ("late", "wrong", "broken")]},
    "words": {"kind": "short_text"},
    "day": {"kind": "date"},
    "more": {"kind": "long_text"},
    "sorry": {"kind": "statement"},
    "mail": {"kind": "email"},
}
"""The form of all vectors; the conditions are their own."""


@pytest.fixture(scope="module")
def script() -> Iterator[twin.Twin]:
    with twin.running() as one:
        yield one


def form(show_if: dict[str, Any], required: list[str]) -> Definition:
    questions = [
        {"key": key, **WORDS, **kind, "required": key in required}
        | ({"show_if": show_if[key]} if key in show_if else {})
        for key, kind in KINDS.items()
    ]
    whole = {"title": {"en": "Form"}, "languages": ["en", "am"], "hidden": ["ref", "source"], "questions": questions}
    return msgspec.convert(whole, Definition)


def outcome(definition: Definition, around: dict[str, Any], answers: dict[str, Any]) -> Outcome:
    return tried(definition, Trial(answers=answers, language="en", **around), "en")


def on_the_page(definition: Definition, around: dict[str, Any], answers: dict[str, Any]) -> list[Any]:
    """What the script of the page judges by: its rules, what is around, and what stands in its controls."""
    texts = {
        key: [str(one) for one in (given if isinstance(given, list) else [given])] for key, given in answers.items()
    }
    whole = surroundings("en", around.get("channel", "link"), around.get("place", ""), around.get("hidden"))
    return [msgspec.to_builtins(told(definition)), whole, texts]


def asked_by_script(rules: list[Any], asked: dict[str, bool]) -> list[str]:
    judged = {key for key, _, _ in rules}
    return [key for key in KINDS if key not in judged or asked[key]]


@pytest.mark.parametrize("vector", VECTORS["written"], ids=lambda vector: vector["says"])
def test_what_is_written_down_is_so(script: twin.Twin, vector: dict[str, Any]) -> None:
    definition = form(vector["show_if"], vector["required"])
    found = outcome(definition, vector["around"], vector["answers"])
    assert (found.asked, found.values) == (vector["asked"], vector["values"])
    assert {error.field: error.code for error in found.errors} == vector["errors"]
    if any(error != "required" for error in vector["errors"].values()):
        return  # such a thing does not stand in a page
    page = on_the_page(definition, vector["around"], vector["answers"])
    ((asked, _),) = script.judge([page])
    assert asked_by_script(page[0], asked) == vector["asked"]


def test_what_was_made_by_chance_is_so(script: twin.Twin) -> None:
    forms = [form(show_if, []) for show_if in VECTORS["forms"]]
    pages = []
    for number, around, answers, asked, values in VECTORS["generated"]:
        found = outcome(forms[number], around, answers)
        assert (found.asked, found.values) == (asked, values), (number, around, answers)
        pages.append(on_the_page(forms[number], around, answers))
    for (number, around, answers, asked, values), page, (by_script, read) in zip(
        VECTORS["generated"], pages, script.judge(pages), strict=True
    ):
        assert asked_by_script(page[0], by_script) == asked, (number, around, answers)
        judged = {key for key, sort, _ in page[0] if sort}
        assert {key: read[key] for key in judged if key in read} == {
            key: values[key] for key in judged if key in values
        }


def test_there_are_enough_of_them() -> None:
    assert len({vector["says"] for vector in VECTORS["written"]}) == len(VECTORS["written"]) >= 79
    assert len(VECTORS["generated"]) >= 3000
