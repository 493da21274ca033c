"""Every kind of question is whole: what one lacks, a test here names."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from survey_service import questions
from survey_service.core import i18n
from survey_service.questions import KINDS
from survey_service.questions.base import Kind, kind_of
from tests.forms.strategies import ANSWERS
from tests.questions.samples import sample


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
    assert list(found) == ([(0, 9)] if question.metric else [])
