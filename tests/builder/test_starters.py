"""What a new form begins with can be published at once, in every language that the chrome has."""

import pytest

from survey_service.builder.starters import STARTERS, definition_of
from survey_service.core.i18n import LANGUAGES
from survey_service.forms.definition import complete_languages, faults
from survey_service.questions.base import kind_of


@pytest.mark.parametrize("starter", sorted(set(STARTERS) - {"empty"}))
def test_a_starter_is_whole_in_every_language(starter: str) -> None:
    definition = definition_of(STARTERS[starter], list(LANGUAGES), "Name")
    assert faults(definition) == []
    assert complete_languages(definition) == list(LANGUAGES)
    texts = [question.text for question in definition.questions] + [definition.title]
    assert all(len(set(text.values())) == len(LANGUAGES) for text in texts)


def test_only_the_languages_asked_for_come_along() -> None:
    definition = definition_of(STARTERS["callback"], ["ka", "am-ET"], "Name")
    assert definition.languages == ["ka", "am-ET"]
    assert complete_languages(definition) == ["ka", "am-ET"]
    assert all(set(question.text) == {"ka", "am-ET"} for question in definition.questions)


def test_a_language_without_words_is_left_to_its_author() -> None:
    definition = definition_of(STARTERS["visit"], ["cy", "en"], "Eich ymweliad")
    assert definition.title == {"cy": "Eich ymweliad", "en": "Your visit"}
    assert {path for path, _, _ in faults(definition)} == {
        f"questions[{n}].text.cy" for n in range(len(definition.questions))
    }


def test_the_after_visit_survey_asks_what_is_scored() -> None:
    definition = definition_of(STARTERS["visit"], ["en"], "")
    assert [kind_of(question) for question in definition.questions] == ["nps", "csat", "ces", "long_text", "email"]
    assert [question.required for question in definition.questions] == [True, False, False, False, False]


def test_empty_is_empty() -> None:
    definition = definition_of(STARTERS["empty"], ["en"], "Mine")
    assert (definition.title, definition.questions) == ({"en": "Mine"}, [])
