"""Pages rendered from the product's own templates with one of every kind of question."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from survey_service.core import templates
from survey_service.core.i18n import LANGUAGES, translator
from survey_service.questions import KINDS
from survey_service.questions.base import PERSONAL_KEYS
from survey_service.survey import rendering

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"


@dataclass(frozen=True)
class Question:
    key: str
    kind: str
    text: str
    required: bool = True
    hint: str = ""
    low: int = 0
    high: int = 10
    low_label: str = ""
    high_label: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    max_length: int = 5000

    @property
    def answerable(self) -> bool:
        return KINDS[self.kind].answerable

    @property
    def asks_who(self) -> bool:
        return KINDS[self.kind].becomes == "email" or self.key in PERSONAL_KEYS

    @property
    def opens(self) -> bool:
        return KINDS[self.kind].opens


@dataclass(frozen=True)
class Form:
    title: str
    slug: str
    questions: list[Question]
    version: int = 1
    takes: tuple[str, int] = ("minutes", 1)


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str | None]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def elements(page: str, tag: str = "", **attributes: str) -> list[Element]:
    """The elements of a page with that tag (any, if empty) and those attribute values."""
    reader = _Reader()
    reader.feed(page)
    return [
        element
        for element in reader.elements
        if (not tag or element.tag == tag) and all(element.get(name) == value for name, value in attributes.items())
    ]


def words(page: str) -> str:
    """The text of a page, white space collapsed."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.words).split())


CHOICES = [("fresh", "Freshness"), ("staff", "Staff"), ("wait", "Waiting time"), ("price", "Price")]
TEN_QUESTIONS = [
    Question("recommend", "nps", "How likely are you to recommend us to a friend or colleague?"),
    Question("satisfaction", "csat", "How satisfied were you with your visit?", low=1, high=5),
    Question("effort", "ces", "How easy was it to get what you came for?", low=1, high=7, hint="All of the visit."),
    Question("quality", "csat", "How good were the flowers?", low=1, high=10),
    Question("welcome", "statement", "Two questions about the shop follow."),
    Question("reason", "single_choice", "What was the main reason for your score?", choices=CHOICES),
    Question("bought", "multiple_choice", "What did you buy?", required=False, choices=CHOICES[:3]),
    Question("name", "short_text", "What is your name?", required=False),
    Question("city", "short_text", "Where do you live?", required=False),
    Question("email", "email", "Where may we write to you?", required=False),
    Question("comment", "long_text", "Is there anything you would like to tell us?", required=False),
]
FORM = Form("Your visit", "visit", TEN_QUESTIONS)
OFFERED = ("en", "am", "ka", "ml", "si", "ar")
"""Beside the language that a page is in: six is many for a form."""


def render(template: str, language: str = "en", **values: Any) -> str:
    """A respondent's page or mail; `values` replace or extend the usual context."""
    context: dict[str, Any] = {
        "t": translator(language),
        "language": language,
        "direction": LANGUAGES[language].direction,
        "languages": [LANGUAGES[code] for code in dict.fromkeys((*OFFERED, language))],
        "brand": {"name": "Linden Flowers", "place": "Harbour Street", "address": "4 Harbour Street, Riga"},
        "style": rendering.style(),
        "script": rendering.script(),
        "form": FORM,
        "action": "/s/visit",
        "place": "P7K",
        "embed": False,
        "values": {},
        "errors": {},
    }
    return templates.render(template, **{**context, **values})


def survey(language: str = "en", **values: Any) -> str:
    return render("survey/survey.html", language, **values)


def invitation(language: str = "en", **values: Any) -> str:
    usual = {"question": TEN_QUESTIONS[0], "value": 9, "action": "/i/token", "script": rendering.script("invitation")}
    return render("survey/invitation.html", language, **{**usual, **values})
