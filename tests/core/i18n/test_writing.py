"""What may be written for a language that we do not speak, and when it is told."""

from typing import Any

import msgspec
import pytest

from survey_service.core import i18n
from survey_service.core.i18n import LANGUAGES, Message, writing

SOME: dict[str, Message] = {
    "send": "Anfon",
    "question_count": dict.fromkeys(("zero", "one", "two", "few", "many", "other"), "{n} cwestiwn"),
    "questions_seconds": "{n:question_count}, tua {seconds:second_count}",
    "mail_dear": "Annwyl {name},",
}
WRITTEN = (("cy", msgspec.json.encode(SOME).decode()),)


def test_what_is_written_is_said_and_the_rest_is_english_and_knows_it() -> None:
    assert (i18n.text("send", "cy-GB", WRITTEN), i18n.text("send", "cy", WRITTEN).other) == ("Anfon", "")
    assert i18n.text("mail_dear", "cy", WRITTEN, name="Ffion") == "Annwyl Ffion,"
    assert (i18n.text("yes", "cy", WRITTEN), i18n.text("yes", "cy", WRITTEN).other) == ("Yes", "en")
    assert i18n.text("yes", "en", WRITTEN).other == ""


def test_a_sentence_whose_words_are_not_all_there_is_english_as_a_whole() -> None:
    """`second_count` is not written: no English number of seconds stands in a Welsh sentence."""
    said = i18n.text("questions_seconds", "cy", WRITTEN, n=2, seconds=10)
    assert (said, said.other) == ("2 questions, about 10 seconds", "en")


def test_languages_that_we_speak_are_not_overwritten() -> None:
    assert i18n.text("send", "de", (("de", '{"send": "Los"}'),)) == i18n.text("send", "de")


def test_words_in_another_language_are_marked_on_a_page() -> None:
    assert i18n.text("yes", "cy").__html__() == '<span lang="en" dir="ltr">Yes</span>'
    assert i18n.text("mail_dear", "cy", WRITTEN, name="<b>").__html__() == "Annwyl &lt;b&gt;,"


@pytest.mark.parametrize(
    ("tag", "forms"),
    [
        ("cy", {"zero": [0], "one": [1], "two": [2], "few": [3], "many": [6], "other": [4, 5, 7, 8]}),
        ("sv", {"one": [1], "other": [0, 2, 3, 4]}),
        ("th", {"other": [0, 1, 2, 3]}),
        ("qq", {"other": [0, 1, 2, 3]}),
    ],
)
def test_only_the_plural_forms_of_whole_numbers_are_asked_for(tag: str, forms: dict[str, Any]) -> None:
    assert writing.plural_examples(tag) == forms


@pytest.mark.parametrize(
    ("key", "message", "part"),
    [
        ("send", "Anfon", ""),
        ("no_such", "x", "no such message"),
        ("send", {"other": "x"}, "One text"),
        ("question_count", "x", "each plural form"),
        ("question_count", {"dual": "x"}, "no such form: dual"),
        ("question_count", {"one": "un cwestiwn"}, ""),
        ("question_count", {"other": "llawer"}, "must be in it, as it is: {n}"),
        ("mail_dear", "Annwyl", "must be in it, as it is: {name}"),
        ("mail_dear", "Annwyl {name} {secret}", "Nothing is filled in for {secret}"),
        ("mail_dear", "Annwyl {name", "bracket"),
        ("mail_dear", "Annwyl {name!r}", "bracket"),
        ("mail_dear", "Annwyl {name.__class__}", "Nothing is filled in"),
        ("mail_dear", "Annwyl {name:{brand}}", "bracket"),
        ("send", "x" * 601, "600 characters"),
    ],
)
def test_what_does_not_fit_is_said(key: str, message: Message, part: str) -> None:
    sentence = writing.fault("cy", key, message)
    assert part in sentence
    assert bool(sentence) == bool(part)


@pytest.mark.parametrize("code", LANGUAGES)
def test_our_own_languages_would_be_taken(code: str) -> None:
    """The rules are those that our own words keep: forms for whole numbers are all there, and nothing is wrong."""
    words = i18n.messages(code)
    asked = {
        key: message if isinstance(message, str) else {form: message[form] for form in writing.plural_examples(code)}
        for key, message in words.items()
    }
    assert {key: sentence for key, message in asked.items() if (sentence := writing.fault(code, key, message))} == {}
    assert writing.missing(code, asked) == []


def test_what_is_missing_is_counted_until_it_is_whole() -> None:
    total = len(writing.asked_for())
    assert len(writing.missing("cy", {})) == total
    assert len(writing.missing("cy", SOME)) == total - len(SOME)
    assert "question_count" in writing.missing("cy", {"question_count": {"one": "{n} cwestiwn"}})
    assert writing.whole("cy", {"question_count": {"one": "{n} cwestiwn"}, "send": "Anfon", "old": "x"}) == {
        "send": "Anfon"
    }
    assert writing.unsaid("de", ()) == []
    assert len(writing.unsaid("cy-GB", WRITTEN)) == total - len(SOME)


def test_every_blank_has_a_name_of_its_own_and_comes_back() -> None:
    for key, english in writing.asked_for().items():
        found = writing.blanks(english)
        assert len({writing.BLANKS[blank] for blank in found}) == len(found), key
        for wording in [english] if isinstance(english, str) else english.values():
            shown = writing.in_brackets(wording, key)
            assert "{" not in shown
            assert writing.from_brackets(shown, key) == wording
