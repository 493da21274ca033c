"""Every kind of question is whole: what one lacks, a test here names."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from survey_service import questions
from survey_service.builder.draft_fields import COMMON_PARTS, KIND_FIELDS
from survey_service.builder.draft_parts import LABELS, labels_with
from survey_service.core import i18n, templates
from survey_service.questions import KINDS
from survey_service.questions.base import About, Kind, kind_of
from survey_service.questions.texts import KEY_PATTERN
from tests.browser.definitions import EVERYTHING
from tests.forms.strategies import ANSWERS
from tests.project.sources import sources
from tests.questions.samples import sample

PACKAGE = templates.PACKAGE
TEMPLATES = PACKAGE / "templates"
SENT, GIVEN_AT_PUBLICATION = ("key", "required", "show_if"), "revision"
TOLD_APART = re.compile(
    rf"isinstance\([^)]*Question\b|(?<!dentity\.)\b(kind|kind_of\(\w+\)) *[!=]==? *['\"]({'|'.join(KINDS)})['\"]"
)
WHO_TELLS_APART = {
    "dashboard/queries.py": "a figure is of numbers on a scale",
    "invitations/letter.py": "the mail asks an NPS question with eleven links",
    "responses/meaning.py": "a range of numbers is asked of a scale",
}
"""Modules, templates and scripts that handle one kind alone, and why."""
DOCS = Path(__file__).parents[2] / "docs" / "api.md"


def made() -> Iterator[tuple[str, type[Kind]]]:
    """Every kind that a file of the room makes, whether it stands in the table or not, with the file's name."""
    for file in pkgutil.iter_modules(questions.__path__):
        module = importlib.import_module(f"{questions.__name__}.{file.name}")
        for cls in vars(module).values():
            if isinstance(cls, type) and issubclass(cls, Kind) and cls.__module__ == module.__name__:
                yield file.name, cls


def test_every_kind_stands_in_the_table_under_the_name_of_its_file() -> None:
    named = {name: cls for name, cls in made() if cls.__struct_config__.tag != cls.__name__}
    assert named == dict(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_says_itself_what_the_contract_leaves_open(name: str) -> None:
    parts = {part: getattr(KINDS[name], part) for part in dir(KINDS[name])}
    assert not [part for part, own in parts.items() if getattr(own, "__isabstractmethod__", False)]


@pytest.mark.parametrize("name", KINDS)
def test_the_tests_can_answer_it(name: str) -> None:
    assert (name in ANSWERS) == KINDS[name].answerable
    assert name in {question["kind"] for question in EVERYTHING["questions"]}
    assert kind_of(sample(name)) == name


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.answerable])
def test_who_leaves_it_out_is_told_what_to_do(name: str, language: str) -> None:
    missing = sample(name).missing()
    assert missing.code == "required"
    assert i18n.text(missing.message, language, **missing.values)


@pytest.mark.parametrize("name", KINDS)
def test_only_what_is_scored_counts_in_bins(name: str) -> None:
    question = sample(name)
    found = question.buckets(9) if question.metric else question.buckets("9")
    assert list(found) == ([("", 9)] if question.metric else [])


def templates_in(folder: str) -> set[str]:
    return {path.stem for path in (TEMPLATES / folder).glob("*.html")} - {"parts"}


def test_every_kind_has_its_control_and_what_has_own_words_their_fields() -> None:
    assert templates_in("questions") == set(KINDS)
    assert templates_in("builder/kinds") == {name for name, settings in KIND_FIELDS.items() if settings.has_own_words}


@pytest.mark.parametrize("name", KINDS)
def test_its_control_sends_the_answer_and_shows_what_is_wrong(name: str) -> None:
    question = sample(name, hint={"en": "A hint"})
    context = {"t": i18n.translator("en"), "values": {}, "errors": {"asked": "Look again."}}
    page = templates.render(f"questions/{name}.html", question=question.view("en", "en"), **context)
    assert "What do you say?" in page
    assert "A hint" in page
    assert ('name="asked"' in page, "Look again." in page) == (question.answerable, question.answerable)


@pytest.mark.parametrize("name", KINDS)
def test_as_plain_html_it_sends_the_answer_too(name: str) -> None:
    page = "\n".join(sample(name, text={"en": "Now <or> never?"}).plain_html("en"))
    assert "Now &lt;or&gt; never?" in page
    assert ('name="asked"' in page) == KINDS[name].answerable


def test_authors_tell_kinds_apart() -> None:
    words = [kind.about for kind in KINDS.values()]
    assert len({about.label for about in words}) == len({about.key for about in words}) == len(words)


@pytest.mark.parametrize("name", KINDS)
def test_all_its_numbers_and_its_own_words_have_a_name(name: str) -> None:
    assert KINDS[name].about.numbers.keys() == KIND_FIELDS[name].numbers.keys()
    assert list(KINDS[name].about.words) == [part for part in KIND_FIELDS[name].parts if part not in COMMON_PARTS]
    assert re.fullmatch(KEY_PATTERN, KINDS[name].about.key)


def test_programs_are_told_of_every_kind() -> None:
    listed = re.search(r"Kinds of questions: ([^.]*)\.", DOCS.read_text(encoding="utf-8"))
    assert listed
    assert re.findall(r"`(\w+)`", listed[1])[: len(KINDS)] == list(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_the_builder_keeps_all_that_can_be_set(name: str) -> None:
    """A setting that its page does not send would be lost whenever somebody saves the draft."""
    settings = KIND_FIELDS[name]
    kept = {
        *settings.parts,
        *settings.numbers,
        *({"choices"} if settings.has_choices else ()),
        *SENT,
        GIVEN_AT_PUBLICATION,
    }
    assert {field.name for field in msgspec.structs.fields(KINDS[name])} == kept


@pytest.mark.parametrize("name", KINDS)
def test_what_two_people_change_at_once_has_a_name(name: str) -> None:
    settings = {field.name for field in msgspec.structs.fields(KINDS[name])} - {GIVEN_AT_PUBLICATION}
    assert settings - LABELS.keys() == set()


def test_questions_are_asked_not_told_apart() -> None:
    found = {
        name for name, text in sources().items() if Path(name).parent.name != "questions" and TOLD_APART.search(text)
    }
    assert found == set(WHO_TELLS_APART)


def test_what_tells_kinds_apart_is_seen() -> None:
    for code in (
        "isinstance(question, NpsQuestion)",
        'if kind_of(q) == "email"',
        "{% if view.kind != 'statement' %}",
        'if (question.kind === "nps")',
    ):
        assert TOLD_APART.search(code)
    for code in ("isinstance(entry, dict)", "{% if identity.kind == 'email' %}"):
        assert not TOLD_APART.search(code)


def test_one_part_has_one_name_whatever_the_kind() -> None:
    def about(**numbers: str) -> About:
        return About(label="A dial", brief="dial", key="dial", numbers=numbers)

    assert labels_with([about(scale="Highest number"), about(scale="Highest number")])["scale"] == "Highest number"
    for clashing in ([about(scale="Highest number"), about(scale="Steps")], [about(hint="Steps")]):
        with pytest.raises(ValueError, match="Steps"):
            labels_with(clashing)
