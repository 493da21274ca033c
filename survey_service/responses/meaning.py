"""What a filter means: the rows that it leaves, or why it cannot mean any."""

import re
from typing import NamedTuple
from uuid import UUID

from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import fold
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.questions.scale import ScaleQuestion
from survey_service.responses.filters import Filter, require_sense
from survey_service.responses.queries import AnswerFilter, with_receipt
from survey_service.responses.schemas import COUNTED_STATES, STATES
from survey_service.responses.values import CALLED

NO_FORM, OTHER_FORM = "form_missing", "other_form"
"""What is wrong with a score that was asked for beside no form, or beside one that does not ask for it."""
SCORE_NEEDED = N_("“score” names a scale question of the form, such as recommend:0-6.")
SCORE = re.compile(r"([a-z][a-z0-9_]{0,39})((?:\.[0-9]{1,3}){0,20})(?::([0-9]{1,2})?(?:(-)([0-9]{1,2})?)?)?", re.ASCII)


class AskedScore(NamedTuple):
    """An answer to a scale question: its lowest and highest number, and the wordings and versions that are meant."""

    question: str = ""
    lowest: int | None = None
    highest: int | None = None
    revisions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()


async def resolve(workspace: UUID, asked: Filter) -> tuple[AnswerFilter, PublishedForm | None]:
    """The filter, and the form if one is named. What is searched for is a receipt's number if an answer has it, else
    words of comments.

    Raises NotFound for a form or place that is not the workspace's, Invalid with the parameter for other faults.
    """
    published = await forms.published_by_slug(workspace, asked.form) if asked.form else None
    require_sense(asked)
    if asked.state and asked.state not in STATES:
        words = _("“%(name)s” is one of %(values)s.", name="state", values=", ".join(STATES))
        raise Invalid.field("state", "unknown", words)
    where = await meant(workspace, asked)
    score = await _score(published, asked.score)
    found = await with_receipt(workspace, asked.q) if asked.q else ()
    wanted = AnswerFilter(
        workspace=workspace,
        form=published.id if published else None,
        from_day=asked.first,
        to_day=asked.last,
        where=where,
        question=score.question,
        lowest=score.lowest,
        highest=score.highest,
        revisions=score.revisions,
        versions=score.versions,
        commented=asked.comment,
        ids=found,
        search="" if found else fold(asked.q),
        states=(asked.state,) if asked.state else COUNTED_STATES,
    )
    return wanted, published


async def meant(workspace: UUID, asked: Filter) -> dict[str, tuple[object, ...]]:
    """The values of responses that a filter means, by dimension.

    Raises NotFound for a place that is not the workspace's, Invalid for a value that cannot be.
    """
    return {name: await CALLED[name].meant(workspace, value) for name, value in asked.chosen.items()}


async def _score(published: PublishedForm | None, score: str) -> AskedScore:
    """`recommend:0-6`, `recommend:9-`, `recommend:7` or `recommend`, each also as `recommend.2…` for one wording."""
    if not score:
        return AskedScore()
    if published is None:
        raise Invalid.field("score", NO_FORM, _("Scores are of one form: choose the form, too."))
    found = SCORE.fullmatch(score)
    if found is None:
        raise Invalid.field("score", "unknown", _(SCORE_NEEDED))
    if not await _is_scale(published, found[1]):
        raise Invalid.field("score", OTHER_FORM, _(SCORE_NEEDED))
    key, wordings, low, dash, high = found.groups()
    lowest, highest = (int(number) if number else None for number in (low, high))
    revisions = tuple(sorted({int(number) for number in wordings.split(".")[1:]}))
    versions = await _versions(published, key, revisions) if revisions else ()
    return AskedScore(key, lowest, highest if dash else lowest, revisions, versions)


async def _versions(published: PublishedForm, key: str, revisions: tuple[int, ...]) -> tuple[int, ...]:
    """The versions that asked the question in one of these wordings."""
    asked = await forms.versions_asking(published.workspace, published.id, key)
    found = tuple(number for number, revision in asked if revision in revisions)
    if not found:
        raise Invalid.field("score", "unknown", _("The form never asked this question in such a wording."))
    return found


async def _is_scale(published: PublishedForm, key: str) -> bool:
    """Whether a version asks or asked for a number under this key; answers stay when it is asked no more."""
    asked = next((question for question in published.definition.questions if question.key == key), None)
    asked = asked or (await forms.last_questions(published.workspace, published.id)).get(key)
    return isinstance(asked, ScaleQuestion)
