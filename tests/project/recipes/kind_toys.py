"""The toy of a kind of question: how many, with a unit that its author writes."""

import json
from pathlib import Path

from tests.project.recipes import Change, Recipe

MESSAGES = Path(__file__).parents[3] / "survey_service" / "core" / "i18n" / "messages"


def _said(path: Path) -> Change:
    """What is told in one language to who leaves it out: a sentence that is there already, under a key of its own."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (before,) = (line for line in lines if '"error_date_required":' in line)
    sentence = json.loads(path.read_text(encoding="utf-8"))["error_number_malformed"]
    return Change(before, f'  "error_amount_required": {json.dumps(sentence, ensure_ascii=False)},\n')


KIND = Recipe(
    "a kind of question",
    new={
        "survey_service/questions/amount.py": '''\
"""How many of something. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from survey_service.conditions.check import Domain
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.plain_html import control, labelled
from survey_service.questions.texts import Text, same_words, text_in


class AmountQuestion(Kind, frozen=True, tag="amount", kw_only=True):
    """A whole number up to `most`, with its unit."""

    unit: Text = msgspec.field(default_factory=dict)
    most: Annotated[int, Meta(ge=1, le=1000)] = 100

    about: ClassVar[About] = About(
        label=N_("Answers"),
        brief=N_("words"),
        key="amount",
        numbers={"most": N_("Highest number")},
        words={"unit": N_("words")},
    )

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield from super().texts()
        yield f"{self.key}.unit", self.unit

    def asks_the_same(self, before: Kind) -> bool:
        return (
            isinstance(before, AmountQuestion)
            and super().asks_the_same(before)
            and same_words(self.unit, before.unit)
            and self.most == before.most
        )

    def view(self, language: str, default: str) -> dict[str, Any]:
        return super().view(language, default) | {"unit": text_in(self.unit, language, default), "most": self.most}

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        typed = super().from_fields(fields)
        return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) <= 4 else typed

    @property
    def domain(self) -> Domain:
        return Domain("number", low=0, high=self.most, whole=True)

    def read(self, value: Any) -> Answer:
        if type(value) is not int:
            raise Wrong("not_a_number", "error_number_malformed")
        if not 0 <= value <= self.most:
            raise Wrong("out_of_range", "error_number_range", low=0, high=self.most)
        return value

    def missing(self) -> Wrong:
        return Wrong("required", "error_amount_required")

    def say(self, answer: Any, language: str, default: str) -> str:
        return f"{answer} {text_in(self.unit, language, default)}".strip()

    def plain_html(self, language: str) -> Iterator[str]:
        line = control('input type="text"', self.key, required=self.required, more=' inputmode="numeric"')
        yield labelled(text_in(self.text, language, language), line)
''',
        "survey_service/templates/questions/amount.html": (
            "{#- A number and its unit. Context: question, beside what questions/parts.html reads. -#}\n"
            "{% import 'questions/parts.html' as ask with context %}\n"
            "{% call(attributes) ask.writing(question) %}\n"
            '<input type="text" inputmode="numeric" {{ attributes }} value="{{ values.get(question.key, \'\') }}">'
            "{{ question.unit }}\n{%- endcall %}\n"
        ),
        "survey_service/templates/builder/kinds/amount.html": (
            "{#- The unit. Context: view (QuestionView), language, first (the form's first), errors. -#}\n"
            "{% import 'builder/parts.html' as parts with context %}\n"
            "{{ parts.line(view.path ~ '.unit', _('Words'), view.question.words.get('unit', {}), language) }}\n"
        ),
    },
    changed={
        "survey_service/questions/__init__.py": [
            Change(
                "from typing import TYPE_CHECKING\n\n", "from survey_service.questions.amount import AmountQuestion\n"
            ),
            Change("    DateQuestion,\n", "    AmountQuestion,\n"),
        ],
        **{f"survey_service/core/i18n/messages/{path.name}": [_said(path)] for path in sorted(MESSAGES.glob("*.json"))},
        "docs/api.md": [Change("\n`date`,", " `amount`,")],
        "tests/questions/samples.py": [
            Change('    "date": ("2026-11-27", "27 November 2026"),\n', '    "amount": (12, "12"),\n')
        ],
        "tests/forms/strategies.py": [
            Change(
                '    "date": lambda question: st.dates().map(date.isoformat),\n',
                '    "amount": lambda question: st.integers(0, question.most),\n',
            )
        ],
        "tests/browser/definitions.py": [
            Change(
                'question("date", "day", "When is your birthday?", "متى عيد ميلادك؟"),\n',
                '        question("amount", "many", "How many?", "كم؟"),\n',
            )
        ],
    },
    checks=[
        "tests/questions",
        "tests/forms",
        "tests/core/i18n/test_respondents.py",
        "tests/builder/test_draft_fields.py",
        "tests/builder/test_pages.py",
        "tests/builder/test_snippets.py",
        "tests/responses/test_submit.py",
        "tests/survey/test_rendering.py",
        "tests/project/test_modules.py",
        "tests/project/test_template_names.py",
    ],
)
KIND_TOYS = (KIND,)
