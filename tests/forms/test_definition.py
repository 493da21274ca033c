"""Definitions: what may be written, what keeps one from being published, and when a trend breaks."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from survey_service.core.i18n.staff import spoken
from survey_service.forms import definition as forms
from survey_service.forms.definition import Definition
from survey_service.questions import Question
from survey_service.questions.choice import Choice
from survey_service.questions.csat import CsatQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.short_text import ShortTextQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion
from survey_service.questions.statement import StatementQuestion
from survey_service.questions.texts import text_in
from tests.forms.strategies import definitions, finished


def of(*questions: Any, languages: list[str] | None = None, **fields: Any) -> Definition:
    return Definition(title={"en": "T"}, languages=languages or ["en"], questions=list(questions), **fields)


def nps(**fields: Any) -> NpsQuestion:
    return NpsQuestion(**({"key": "recommend", "text": {"en": "Would you?"}} | fields))


@given(definitions())
def test_a_definition_survives_its_storage(draft: Definition) -> None:
    assert msgspec.json.decode(msgspec.json.encode(draft), type=Definition) == draft


@given(definitions())
def test_every_fault_is_at_a_place_that_exists(draft: Definition) -> None:
    plain = msgspec.to_builtins(draft)
    for path, code, sentence in forms.faults(draft):
        place: Any = plain
        *parents, last = path.replace("[", ".").replace("]", "").split(".")
        for step in parents:
            place = place[int(step)] if isinstance(place, list) else place[step]
        assert last in draft.languages or last in place
        assert code
        assert sentence.endswith(".")


@given(finished())
def test_what_is_finished_has_no_faults(definition: Definition) -> None:
    assert forms.faults(definition) == []


@pytest.mark.parametrize("key", ["", "Recommend", "1st", "a-b", "a" * 41, "recommend\n", "ä", "_a", "a\x00"])
def test_keys_that_cannot_be(key: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"kind": "email", "key": key, "text": {}}, Question)


@pytest.mark.parametrize("tag", ["", "e", "en_US", "en-", "en\n", "english", "en-toolongpart"])
def test_language_tags_that_cannot_be(tag: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"title": {}, "languages": [tag], "questions": []}, Definition)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/privacy", "https://example.org/\n", "https://a b"])
def test_privacy_addresses_that_cannot_be(url: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"title": {}, "languages": ["en"], "questions": [], "privacy_url": url}, Definition)


def test_faults_name_their_place() -> None:
    draft = of(
        StatementQuestion(key="note", text={"en": "Hello"}),
        CsatQuestion(key="note", text={}, scale=3, top_boxes=3),
        SingleChoiceQuestion(
            key="why",
            text={"en": "Why?"},
            choices=[Choice(key="a", text={"en": "A"}), Choice(key="a", text={"am": "ሀ"})],
        ),
        SingleChoiceQuestion(key="how", text={"en": "How?"}, choices=[]),
        languages=["en", "am", "en"],
    )
    found = [(path, code) for path, code, _ in forms.faults(msgspec.structs.replace(draft, title={"am": "ት"}))]
    assert found == [
        ("languages", "repeated"),
        ("title.en", "missing_text"),
        ("questions[1].key", "repeated"),
        ("questions[1].text.en", "missing_text"),
        ("questions[1].top_boxes", "top_boxes"),
        ("questions[2].choices[1].key", "repeated"),
        ("questions[2].choices[1].text.en", "missing_text"),
        ("questions[3].choices", "none"),
    ]


@pytest.mark.parametrize("tag", ["fr-nonsense", "en-zzzzz", "qq", "und"])
def test_a_language_that_nobody_knows_is_not_published(tag: str) -> None:
    asked = of(nps(text={"en": "Would you?"}), languages=["en", tag, "sr-Latn", "pt-BR", "de-1996", "es-419"])
    sentence = f"No language is called “{tag}”. Write it by name, such as French or Portuguese (Brazil)."
    assert forms.faults(asked) == [("languages", "unknown", sentence)]


def test_words_alone_are_no_form() -> None:
    assert [fault[0] for fault in forms.faults(of(StatementQuestion(key="a", text={"en": "Hello"})))] == ["questions"]
    assert [fault[0] for fault in forms.faults(of())] == ["questions"]


def test_a_question_without_any_words_is_missing_in_every_language() -> None:
    """A title, a question or a choice without words is asked of nobody; a hint need not be."""
    empty = {"key": "when", "kind": "date", "text": {}}
    choice = {"key": "a", "text": {}}
    asked = {"key": "which", "kind": "single_choice", "text": {"en": "Which?", "ar": "أي؟"}, "choices": [choice]}
    drafted = msgspec.convert({"title": {}, "languages": ["en", "ar"], "questions": [empty, asked]}, Definition)
    for tag in ("en", "ar"):
        assert forms.missing_texts(drafted, tag) == ["title", "when", "which.a"]
    with spoken("de"):
        said = [sentence for _where, _kind, sentence in forms.faults(drafted)]
    assert said == [
        "Schreiben Sie den Titel auf Englisch, der ersten Sprache.",
        "Schreiben Sie die Frage auf Englisch.",
        "Schreiben Sie die Auswahl auf Englisch.",
    ]


def test_a_language_is_offered_only_when_whole() -> None:
    whole = of(nps(text={"en": "Would you?", "am": "ይሆን?", "ka": "ა"}), languages=["en", "am", "ka"])
    whole = msgspec.structs.replace(whole, title={"en": "T", "am": "ት", "ka": " "})
    assert forms.complete_languages(whole) == ["en", "am"]
    assert forms.missing_texts(whole, "ka") == ["title"]
    hinted = msgspec.structs.replace(whole, thanks={"en": "Thanks"})
    assert forms.complete_languages(hinted) == ["en"]
    assert forms.missing_texts(hinted, "am") == ["thanks"]


def revision(question: Any, before: Any) -> int:
    return forms.with_revisions(of(question), {before.key: before}).questions[0].revision


@pytest.mark.parametrize(
    "change",
    [
        {"required": True},
        {"hint": {"en": "Just a hint"}},
        {"text": {"en": "Would you?", "am": "ይሆን?"}},
        {"low_label": {"en": "no"}},
        {"revision": 99},
    ],
)
def test_what_nobody_reads_differently_keeps_the_revision(change: dict[str, Any]) -> None:
    assert revision(nps(**change), nps(revision=3)) == 3


@pytest.mark.parametrize("change", [{"text": {"en": "Would you really?"}}, {"text": {}}])
def test_other_words_begin_a_revision(change: dict[str, Any]) -> None:
    assert revision(nps(**change), nps(revision=3)) == 4


def test_other_ends_another_scale_or_kind_begin_a_revision() -> None:
    assert revision(nps(low_label={"en": "never"}), nps(low_label={"en": "no"})) == 2
    five, seven = (CsatQuestion(key="s", text={"en": "?"}, scale=scale) for scale in (5, 7))
    assert revision(seven, five) == 2
    assert revision(ShortTextQuestion(key="recommend", text={"en": "Would you?"}), nps()) == 2


def test_a_new_question_starts_at_one() -> None:
    assert forms.with_revisions(of(nps(revision=7)), {}).questions[0].revision == 1


def test_text_falls_back_to_the_default_then_to_any() -> None:
    assert text_in({"en": "A", "am": "ሀ"}, "am", "en") == "ሀ"
    assert text_in({"en": "A", "am": ""}, "am", "en") == "A"
    assert text_in({"ka": "ა"}, "am", "en") == "ა"
    assert text_in({}, "am", "en") == ""
