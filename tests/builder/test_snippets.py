"""The plain form as it is pasted: what it says and what it sends are what our own page says and takes."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import msgspec
import pytest

from survey_service.builder import snippets
from survey_service.core import database
from survey_service.core.i18n import LANGUAGES, text
from survey_service.forms.definition import Definition
from tests import factories

DOCS = Path(__file__).parents[2] / "docs" / "embedding.md"
EVERYTHING = {
    "title": {"en": "All"},
    "languages": ["en"],
    "questions": [
        {"kind": "nps", "key": "recommend", "text": {"en": "Recommend?"}, "required": True},
        {"kind": "csat", "key": "mood", "text": {"en": "Mood <now>?"}, "low_label": {"en": "“Awful” & sad"}},
        {"kind": "csat", "key": "stars", "scale": 10, "text": {"en": "Stars?"}},
        {"kind": "ces", "key": "effort", "text": {"en": "Easy?"}, "required": True},
        {"kind": "statement", "key": "said", "text": {"en": "Now some more."}},
        {"kind": "single_choice", "key": "one", "text": {"en": "One?"}, "required": True,
         "choices": [{"key": "a", "text": {"en": "A"}}, {"key": "b", "text": {"en": "B"}}]},
        {"kind": "multiple_choice", "key": "many", "text": {"en": "Many?"}, "required": True,
         "choices": [{"key": "a", "text": {"en": "A"}}, {"key": "b", "text": {"en": "B"}}]},
        {"kind": "short_text", "key": "name", "text": {"en": "Name?"}},
        {"kind": "long_text", "key": "comment", "text": {"en": "Comment?"}, "required": True},
        {"kind": "email", "key": "email", "text": {"en": "E-mail?"}},
        {"kind": "date", "key": "day", "text": {"en": "Which day?"}, "required": True},
    ],
}  # fmt: skip

TYPED = {"email": "ana@example.org", "date": "2026-11-27", "text": "Words"}


class Form(HTMLParser):
    """A form's address and controls, filled in as a person would: the last choice, a text in every line they see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields, self.unseen = "", dict[str, str](), False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        if tag == "p":
            self.unseen = "hidden" in given
        if tag in ("input", "textarea"):
            kind = given.get("inputmode") or given.get("type", "text")
            typed = {"email": "ana@example.org", "date": "2026-11-27", "text": "Words"}.get(
                kind, given.get("value", "")
            )
            self.fields[given["name"]] = "" if self.unseen else typed or "Words"

    def handle_endtag(self, tag: str) -> None:
        self.unseen = self.unseen and tag != "p"


def snippet() -> str:
    return snippets.plain("http://testserver.local", "all", msgspec.convert(EVERYTHING, Definition))


async def test_the_pasted_form_is_taken(client: httpx.AsyncClient) -> None:
    await factories.published("all", EVERYTHING)
    form = Form(snippet())
    assert form.fields["_website"] == ""
    reply = await client.post(form.action, data=form.fields)
    assert reply.status_code == 303, reply.text
    (row,) = await database.fetch("SELECT state, channel, language, answers, hidden FROM response")
    assert (row["state"], row["channel"], row["language"], row["hidden"]) == ("complete", "embed", "en", "{}")
    answers = msgspec.json.decode(row["answers"])
    assert answers == {
        "recommend": 10, "mood": 5, "stars": 10, "effort": 7, "one": "b", "many": ["b"], "name": "Words",
        "comment": "Words", "email": "ana@example.org", "day": "2026-11-27",
    }  # fmt: skip


async def test_what_fills_its_trap_goes_to_the_spam_box(client: httpx.AsyncClient) -> None:
    await factories.published("all", EVERYTHING)
    form = Form(snippet())
    assert (await client.post(form.action, data=form.fields | {"_website": "http://x"})).status_code == 303
    assert [row["state"] for row in await database.fetch("SELECT state FROM response")] == ["spam"]


def test_the_ends_of_a_scale_say_what_they_mean() -> None:
    page = unescape(snippet())
    for words in ("0 = not at all likely", "10 = extremely likely", "1 = “Awful” & sad", "5 = Very good",
                  "1 = Very bad", "10 = Very good", "1 = very hard", "7 = very easy"):  # fmt: skip
        assert f"> {words}</label>" in page
    assert "<now>" not in snippet()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_forms_first_language(language: str) -> None:
    questions = [{"kind": "nps", "key": "recommend", "text": {language: "?"}}]
    definition = {"title": {language: "?"}, "languages": [language], "questions": questions}
    page = snippets.plain("", "all", msgspec.convert(definition, Definition))
    for key in ("send", "nps_low", "nps_high"):
        assert text(key, language) in page
    assert f'name="_language" value="{language}"' in page


def test_the_page_about_embedding_shows_what_is_pasted() -> None:
    written = next(block for block in re.findall(r"```html\n(.*?)```", DOCS.read_text(), re.DOTALL) if "/c/" in block)
    ours = {name for name in Form(snippet()).fields if name.startswith("_")}
    assert {name for name in Form(written).fields if name.startswith("_")} == ours
    assert snippets.TRAP in written
