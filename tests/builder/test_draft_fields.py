"""A draft as fields and back: nothing typed is lost, and what cannot be kept is told at its field."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_service.builder import draft_fields, question_list
from survey_service.builder.choice_lines import words_of
from survey_service.builder.draft_fields import KIND_FIELDS, TypedForm
from survey_service.core.errors import Invalid
from survey_service.forms.definition import Definition
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion
from tests.forms.strategies import definitions


def fields_of(form: TypedForm) -> dict[str, str]:
    """What a browser sends of the builder's page."""
    fields = {"languages": form.languages, "hidden": form.hidden, "privacy_url": form.privacy_url}
    tags = draft_fields.shown_languages(form)
    for part, texts in form.words.items():
        fields |= {f"{part}.{tag}": texts.get(tag, "") for tag in tags}
    for number, question in enumerate(form.questions):
        path = f"questions[{number}]"
        fields[f"{path}.show_if"] = question.show_if
        fields |= {f"{path}.kind": question.kind, f"{path}.key": question.key}
        fields |= {f"{path}.{name}": value for name, value in question.numbers.items()}
        if question.required:
            fields[f"{path}.required"] = "1"
        for part in KIND_FIELDS[question.kind].parts:
            fields |= {f"{path}.{part}.{tag}": question.words.get(part, {}).get(tag, "") for tag in tags}
        if KIND_FIELDS[question.kind].has_choices:
            lines = {tag: question.choices.get(tag, "") for tag in tags}
            fields |= {f"{path}.choices.{tag}": words_of(kept) for tag, kept in lines.items()}
            fields |= {f"{path}.choices_were.{tag}": kept for tag, kept in lines.items()}
    return {name: value.replace("\n", "\r\n") for name, value in fields.items()}


def kept(fields: dict[str, str]) -> Definition:
    definition, errors = draft_fields.definition_of(draft_fields.read(fields))
    assert errors == []
    assert definition is not None
    return definition


def errors(fields: dict[str, str]) -> dict[str, str]:
    definition, found = draft_fields.definition_of(draft_fields.read(fields))
    assert (definition is None) == bool(found)
    return {error.field: error.message for error in found}


def question(kind: str, **more: str) -> dict[str, str]:
    named = {f"questions[0].{name.replace('__', '.')}": value for name, value in more.items()}
    return {"languages": "en am", "title.en": "T", "questions[0].kind": kind} | named


@given(definitions())
def test_a_draft_survives_the_page(draft: Definition) -> None:
    assert kept(fields_of(draft_fields.typed(draft))) == draft


@given(st.dictionaries(st.from_regex(r"questions\[\d{1,2}\]\.[a-z_]{1,12}(\.[a-z]{2})?", fullmatch=True), st.text()))
@example({"questions[0].kind.en": "nps"})
@example({"questions[0].kind": "nps", "questions[0].kind.en": "nps"})
@example(
    {"questions[0].kind": "nps", "questions[0].text": "a", "questions[0].text.en": "b", "questions[0].key.en": "c"}
)
@example(
    {"questions[0].kind": "nps", "questions[0].text.en": "b", "questions[0].text": "a", "questions[0].required.en": ""}
)
def test_any_fields_are_read(fields: dict[str, str]) -> None:
    definition, found = draft_fields.definition_of(draft_fields.read({"languages": "en", **fields}))
    assert (definition is None) == bool(found)


@given(definitions(), st.integers(-1, 6), st.sampled_from([-1, 1]))
def test_moving_there_and_back(draft: Definition, number: int, step: int) -> None:
    form = draft_fields.typed(draft)
    moved = question_list.move(form, number, step)
    assert sorted(q.key for q in moved.questions) == sorted(q.key for q in form.questions)
    if 0 <= number < len(form.questions) and 0 <= number + step < len(form.questions):
        assert moved != form
        assert question_list.move(moved, number + step, -step) == form
    else:
        assert moved == form


@pytest.mark.parametrize("kind", KIND_FIELDS)
def test_a_question_of_every_kind_is_added_and_removed(kind: str) -> None:
    form = draft_fields.typed(Definition(title={"en": "T"}, languages=["en"], questions=[]))
    longer = question_list.add(question_list.add(form, kind), kind)
    definition, found = draft_fields.definition_of(longer)
    assert found == []
    assert definition is not None
    first, second = (q.key for q in definition.questions)
    assert second == f"{first}_2"
    assert question_list.remove(question_list.remove(longer, 1), 0) == form


def test_what_cannot_be_added() -> None:
    form = draft_fields.typed(Definition(title={"en": "T"}, languages=["en"], questions=[]))
    with pytest.raises(Invalid):
        question_list.add(form, "matrix")
    full = msgspec.structs.replace(form, questions=question_list.add(form, "nps").questions * 100)
    with pytest.raises(Invalid):
        question_list.add(full, "nps")


def test_choices_are_lines() -> None:
    definition = kept(
        question(
            "single_choice",
            choices__en="price | The price\r\n\r\n Long waits \r\n2 | x".replace("2 |", "other |"),
            choices__am="other | ሌላ\nprice | ዋጋ\n",
        )
    )
    asked = definition.questions[0]
    assert isinstance(asked, SingleChoiceQuestion)
    assert [(c.key, c.text) for c in asked.choices] == [
        ("price", {"en": "The price", "am": "ዋጋ"}),
        ("long_waits", {"en": "Long waits"}),
        ("other", {"en": "x", "am": "ሌላ"}),
    ]


def test_translated_lines_without_keys_follow_the_order() -> None:
    asked = kept(question("multiple_choice", choices__en="ሀ\nB", choices__am="ሐ\nመ\nተጨማሪ")).questions[0]
    assert not isinstance(asked, NpsQuestion)
    assert [(c.key, c.text) for c in asked.choices] == [  # type: ignore[union-attr]
        ("choice", {"en": "ሀ", "am": "ሐ"}),
        ("b", {"en": "B", "am": "መ"}),
        ("choice_2", {"am": "ተጨማሪ"}),
    ]


CHOICE_WORDS = ["Yes", "yes!", "No", "ዋጋ", "ጊዜ", "ጥራት", "Choice", "Choice 2", "Price", "price?", "፩", "x" * 40]


@given(
    st.lists(st.sampled_from(CHOICE_WORDS), unique=True, min_size=2),
    st.integers(0, len(CHOICE_WORDS)),
    st.sampled_from(["en", "am"]),
)
@example(["ጥራት", "ዋጋ", "ጊዜ"], 0, "en")
@example(["Yes", "yes!"], 0, "am")
def test_a_new_choice_among_others_leaves_them_their_keys(words: list[str], place: int, language: str) -> None:
    new, *before = words
    page = question("single_choice") | {"languages": language, f"title.{language}": "T"}
    path = f"questions[0].choices.{language}"
    fields = fields_of(draft_fields.typed(kept(page | {path: "\n".join(before)})))
    keys = _keys_by_words(kept(fields), language)
    lines = list(before)
    lines.insert(place, new)
    now = _keys_by_words(kept(fields | {path: "\r\n".join(lines)}), language)
    assert list(now) == lines
    assert {line: now[line] for line in before} == keys
    assert len(set(now.values())) == len(lines)


def test_a_new_choice_leaves_one_that_only_another_language_has_its_key() -> None:
    fields = question("single_choice", choices__en="b | B", choices__am="b | ለ\nchoice | ዋጋ")
    asked = kept(fields | {"questions[0].choices.en": "ጥራት\nb | B"}).questions[0]
    assert isinstance(asked, SingleChoiceQuestion)
    assert [(c.key, c.text) for c in asked.choices] == [
        ("choice_2", {"en": "ጥራት"}),
        ("b", {"en": "B", "am": "ለ"}),
        ("choice", {"am": "ዋጋ"}),
    ]


def _keys_by_words(definition: Definition, language: str) -> dict[str, str]:
    """The key of each choice of the only question, by its words, in order."""
    asked = definition.questions[0]
    assert isinstance(asked, SingleChoiceQuestion)
    return {choice.text[language]: choice.key for choice in asked.choices}


def test_unfinished_is_kept() -> None:
    definition = kept(question("single_choice", text__en=" ", choices__en=""))
    assert definition.questions == [SingleChoiceQuestion(key="choice", text={}, choices=[])]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (question("nps", key="Not a key"), "questions[0].key"),
        (question("csat", scale="11"), "questions[0].scale"),
        (question("csat", scale="five"), "questions[0].scale"),
        (question("short_text", max_length="9" * 5000), "questions[0].max_length"),
        (question("nps", text__am="x" * 2001), "questions[0].text.am"),
        (question("single_choice", choices__en="Not a key | x"), "questions[0].choices.en"),
        (question("single_choice", choices__am="a | " + "x" * 2001), "questions[0].choices.am"),
        (question("nps") | {"languages": "en english_us"}, "languages"),
        (question("nps") | {"languages": "en, fr-nonsense"}, "languages"),
        (question("nps") | {"languages": " "}, "languages"),
        (question("nps") | {"privacy_url": "javascript:x"}, "privacy_url"),
        (question("nps") | {"hidden": "order Not!"}, "hidden"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(fields: dict[str, str], field: str) -> None:
    found = errors(fields)
    assert list(found) == [field]
    assert "regex" not in found[field]
    assert "Expected" not in found[field]


def test_all_errors_are_told_at_once() -> None:
    fields = question("nps", key="?") | {"questions[3].kind": "csat", "questions[3].scale": "0", "hidden": "?"}
    assert list(errors(fields)) == ["hidden", "questions[0].key", "questions[1].scale"]


def test_the_old_words_come_back_and_new_languages_stay() -> None:
    old = NpsQuestion(key="recommend", text={"en": "Old"}, low_label={"en": "no"}, hint={"en": "before"})
    new = NpsQuestion(key="recommend", text={"en": "New", "am": "አዲስ"}, hint={"en": "after"}, required=True)
    form = draft_fields.typed(Definition(title={"en": "T"}, languages=["en", "am"], questions=[new]))
    definition, _ = draft_fields.definition_of(question_list.restore(form, 0, {"recommend": old}))
    assert definition is not None
    assert definition.questions == [
        msgspec.structs.replace(new, text={"en": "Old", "am": "አዲስ"}, low_label={"en": "no"})
    ]
    assert question_list.restore(form, 0, {}) == form
    assert question_list.restore(form, 5, {"recommend": old}) == form
