"""The demo forms, places, names and font samples are whole in the demo's six languages."""

import unicodedata
from collections.abc import Iterator
from random import Random

import pytest

from survey_service.demo_texts import LANGUAGES
from survey_service.demo_texts.forms import COMPANY, FORMS, DemoForm, Translated
from survey_service.demo_texts.names import customer_name, customer_names
from survey_service.demo_texts.places import ANSWERING, PLACES
from tests.script_samples import SCRIPT_SAMPLES


def translations(form: DemoForm) -> Iterator[Translated]:
    yield from (form.title, form.intro, form.thanks)
    yield from form.questions.values()
    for choices in form.choices.values():
        yield from choices.values()


@pytest.mark.parametrize("slug", FORMS)
def test_each_form_speaks_all_six_languages(slug: str) -> None:
    for words in translations(FORMS[slug]):
        assert set(words) == set(LANGUAGES)
        assert len(set(words.values())) == len(LANGUAGES)
        assert all(unicodedata.is_normalized("NFC", word) and word == word.strip() for word in words.values())


def test_the_forms_have_the_promised_questions() -> None:
    assert {slug: list(form.questions) for slug, form in FORMS.items()} == {
        "visit": ["recommend", "satisfaction", "effort", "comment", "email"],
        "contact": ["name", "email", "phone", "message"],
        "callback": ["name", "phone", "time", "topic"],
    }
    assert list(FORMS["callback"].choices["time"]) == ["morning", "afternoon", "evening"]
    assert set(COMPANY) == set(LANGUAGES)


def test_places_form_a_tree_of_twelve_that_answer() -> None:
    by_code = {place.code: place for place in PLACES}
    assert len(by_code) == len(PLACES)
    assert len(ANSWERING) == 12
    parent_kinds = {(place.kind, by_code[place.parent].kind if place.parent else None) for place in by_code.values()}
    assert parent_kinds == {("region", None), ("store", "region"), ("counter", "store")}


def test_traffic_and_languages_are_shares() -> None:
    assert sum(place.traffic for place in ANSWERING) == pytest.approx(1)
    for place in ANSWERING:
        assert sum(place.languages.values()) == pytest.approx(1), place.code
        assert set(place.languages) <= set(LANGUAGES)
    assert {code for place in ANSWERING for code in place.languages} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_hundred_customers_have_different_names(language: str) -> None:
    names = customer_names(language)
    assert len(names) >= 400
    assert len({name.own for name in names}) == len({name.mailbox for name in names}) == len(names)
    for name in names:
        assert name.mailbox.isascii()
        assert name.mailbox.replace(".", "").isalpha()
        assert name.mailbox == name.mailbox.lower()
        assert (name.own == name.latin) == (language == "en")


def test_a_customer_is_drawn_repeatably() -> None:
    assert customer_name(Random(4), "ka") == customer_name(Random(4), "ka")
    assert customer_name(Random(4), "ka") in customer_names("ka")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_script_has_samples_for_the_fonts(language: str) -> None:
    samples = SCRIPT_SAMPLES[language]
    assert 8 <= len(set(samples)) <= 10
    assert all(unicodedata.is_normalized("NFC", sample) for sample in samples)
