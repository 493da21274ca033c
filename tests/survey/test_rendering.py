"""A definition as a respondent's page."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given

from survey_service.core.errors import FieldError
from survey_service.core.ids import new_id
from survey_service.forms.definition import Definition, complete_languages
from survey_service.forms.schemas import PublishedForm
from survey_service.survey import rendering
from survey_service.survey.rendering import PageContext
from tests.factories import VISIT
from tests.forms.strategies import finished


def form_of(definition: Definition, form: UUID | None = None, **more: Any) -> PublishedForm:
    fields: dict[str, Any] = {
        "id": form or new_id(),
        "workspace": new_id(),
        "workspace_name": "Linden & Sons",
        "time_zone": "UTC",
        "slug": "visit",
        "name": "Visit",
        "state": "open",
        "version": 1,
        "accepts_json": True,
        "allowed_origins": "*",
        "languages": tuple(complete_languages(definition)),
    }
    return PublishedForm(definition=definition, **(fields | more))


FORM = form_of(msgspec.convert(VISIT, Definition))
ENGLISH = PageContext("en", "/s/visit")


def page(pieces: rendering.Pieces, response_id: str = "ID", token: str = "TOKEN") -> str:
    return pieces.page(response_id, token).decode()


@given(finished())
def test_every_definition_has_a_page(definition: Definition) -> None:
    shown = page(rendering.survey(form_of(definition), PageContext(definition.languages[0], "/s/visit")))
    for question in definition.questions:
        if question.answerable:
            assert f'name="{question.key}"' in shown
    assert 'name="_id" value="ID"' in shown
    assert 'name="_time" value="TOKEN"' in shown


def test_words_are_escaped_wherever_they_stand() -> None:
    bad = "<script>alert(1)</script>\"'"
    definition = msgspec.to_builtins(FORM.definition)
    for question in definition["questions"]:
        question |= {"text": {"en": bad, "am": bad}, "hint": {"en": bad, "am": bad}}
        for choice in question.get("choices", []):
            choice["text"] = {"en": bad}
    published = form_of(msgspec.convert(definition | {"title": {"en": bad}}, Definition), workspace_name=bad)
    errors = [FieldError(question.key, "wrong", bad) for question in published.definition.questions]
    values = {question.key: bad for question in published.definition.questions}
    context = PageContext("en", "/s/visit", place_name=bad, place_code=bad)
    shown = page(rendering.survey(published, context, values, errors))
    assert shown.count("<script>alert") == 0
    assert "&lt;script&gt;alert(1)" in shown


def test_a_page_is_rendered_once_and_ids_are_spliced_in() -> None:
    pieces = rendering.empty_survey(FORM, ENGLISH)
    assert rendering.empty_survey(FORM, ENGLISH) is pieces
    assert page(pieces, "first") != page(pieces, "other")
    for other in (
        (msgspec.structs.replace(FORM, version=2), ENGLISH),
        (msgspec.structs.replace(FORM, workspace_name="New name"), ENGLISH),
        (FORM, msgspec.structs.replace(ENGLISH, language="am")),
        (FORM, msgspec.structs.replace(ENGLISH, place_name="Riga")),
    ):
        assert rendering.empty_survey(*other) is not pieces


def test_a_page_is_in_its_language_and_direction() -> None:
    amharic = page(rendering.survey(FORM, PageContext("am", "/s/visit")))
    assert '<html lang="am" dir="ltr">' in amharic
    assert "ጽጌረዳ" in amharic
    assert 'dir="rtl"' in page(rendering.survey(FORM, PageContext("ar", "/s/visit"))).split("<body")[0]


def test_what_was_typed_is_kept_with_its_error() -> None:
    values = {"comment": "So & so", "recommend": "7", "bought": ["tulips"]}
    shown = page(rendering.survey(FORM, ENGLISH, values, [FieldError("email", "malformed", "Look again")]))
    assert "So &amp; so" in shown
    assert 'value="7" checked' in shown
    assert 'value="tulips" checked' in shown
    assert 'id="email-error"' in shown
    assert "Look again" in shown


@pytest.mark.parametrize(
    ("origins", "ancestors"), [("*", "*"), ("", "'none'"), ("https://a.example https://b.example", None)]
)
def test_the_policy_names_who_may_frame(origins: str, ancestors: str | None) -> None:
    policy = rendering.policy(origins)
    assert policy.endswith(f"frame-ancestors {ancestors or origins}")
    assert "unsafe" not in policy
