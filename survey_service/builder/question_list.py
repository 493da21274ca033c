"""Changes of the list of questions of a draft as typed. Pure."""

from collections.abc import Mapping

import msgspec

from survey_service.builder.draft_fields import KIND_FIELDS, TypedForm, TypedQuestion, free_key, tags_of, typed_question
from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms.definition import MAX_QUESTIONS
from survey_service.questions import KINDS, Question
from survey_service.questions.base import kind_of


def add(form: TypedForm, kind: str) -> TypedForm:
    """With a new question of `kind` at the end; Invalid for a kind there is none of, or one question too many."""
    if kind not in KINDS:
        raise Invalid.field("_kind", "unknown", _("Choose what kind of question to add."))
    if len(form.questions) >= MAX_QUESTIONS:
        raise Invalid.field("questions", "too_many", _("A form has %(n)s questions at most.", n=MAX_QUESTIONS))
    key = free_key(KINDS[kind].about.key, {question.key for question in form.questions})
    numbers = {name: str(default) for name, (_, _, default) in KIND_FIELDS[kind].numbers.items()}
    question = TypedQuestion(kind=kind, key=key, required=False, numbers=numbers)
    return msgspec.structs.replace(form, questions=(*form.questions, question))


def move(form: TypedForm, number: int, step: int) -> TypedForm:
    """With the question `number` (from 0) `step` places further; at the ends it stays."""
    questions = list(form.questions)
    if not 0 <= number < len(questions):
        return form
    target = min(max(number + step, 0), len(questions) - 1)
    questions.insert(target, questions.pop(number))
    return msgspec.structs.replace(form, questions=tuple(questions))


def remove(form: TypedForm, number: int) -> TypedForm:
    """Without the question `number` (from 0)."""
    kept = tuple(question for position, question in enumerate(form.questions) if position != number)
    return msgspec.structs.replace(form, questions=kept)


def restore(form: TypedForm, number: int, known: Mapping[str, Question]) -> TypedForm:
    """With the words and the scale last published for the question `number`, so that its trend goes on."""
    questions = list(form.questions)
    before = known.get(questions[number].key) if 0 <= number < len(questions) else None
    if before is None or kind_of(before) != questions[number].kind:
        return form
    former = typed_question(before, tags_of(form.languages))
    words = {
        part: questions[number].words.get(part, {}) | text for part, text in former.words.items() if part != "hint"
    }
    questions[number] = msgspec.structs.replace(
        questions[number], words=questions[number].words | words, numbers=former.numbers
    )
    return msgspec.structs.replace(form, questions=tuple(questions))
