"""What a summary reads from the domains below: forms with their scored questions, places, counts, comments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from survey_service.counts import queries as counts
from survey_service.counts.schemas import ALL, Group
from survey_service.dashboard.schemas import (
    CommentShown,
    FormChoice,
    Scale,
    ScoredQuestion,
)
from survey_service.dashboard.tree import Tree, place_tree, with_below
from survey_service.forms import queries as forms
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import PublishedForm
from survey_service.nps.histogram import Histogram
from survey_service.nps.trend import Period
from survey_service.questions.scale import ScaleQuestion
from survey_service.questions.texts import text_in
from survey_service.responses import queries as responses
from survey_service.responses.filters import Filter
from survey_service.responses.meaning import meant
from survey_service.responses.schemas import Names
from survey_service.responses.values import names_of, told_in_a_row


class Scope:
    """One form's counts under fixed filters: `where` has the values that are meant of each restricted dimension.

    `tree` has all places of the workspace, `names` what it calls the values of each dimension.
    """

    def __init__(
        self, workspace: UUID, form: UUID, tree: Tree, where: Mapping[str, tuple[Any, ...]], names: Mapping[str, Names]
    ) -> None:
        self.workspace = workspace
        self.form = form
        self.tree = tree
        self.where = where
        self.names = names

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self.where)

    def of_form(self, form: UUID) -> "Scope":
        """The same filters for another form."""
        return Scope(self.workspace, form, self.tree, self.where, self.names)

    async def groups(self, question: str, period: Period, by: str | None = None) -> list[Group]:
        """The counts of a question in a period; those of a place include what lies below it."""
        found = await counts.histograms(
            self.workspace,
            self.form,
            question,
            period.first,
            period.last,
            where=self.where,
            by=by,
        )
        if by != "place":
            return found
        single = [(group.key, group.revision, group.histogram) for group in found]
        summed = with_below(single, self.tree, self.where.get("place"))
        return [Group(key, None, revision, histogram) for key, revision, histogram in summed]

    def answers(self, period: Period) -> responses.AnswerFilter:
        """The responses that the figures of a period are about."""
        return responses.AnswerFilter(
            workspace=self.workspace,
            form=self.form,
            from_day=period.first,
            to_day=period.last,
            where=self.where,
        )

    async def responses(self, period: Period) -> tuple[int, int]:
        """How many answers came in a period, and how many of them with a comment."""
        total = Histogram.merge(group.histogram for group in await self.groups(ALL, period))
        return total.n, total.counts[1]


async def form_choices(workspace: UUID, chosen: str = "") -> tuple[FormChoice, ...]:
    """The published forms that can be chosen, and the one that is, though it is archived; in the order in which they
    were made."""
    published_forms = await forms.published_forms_of(workspace, archived=bool(chosen))
    return tuple(
        [
            _choice(published)
            for published in published_forms
            if published.state != "archived" or published.slug == chosen
        ]
    )


async def form_choice(workspace: UUID, slug: str) -> FormChoice:
    """One published form. Raises NotFound, for another workspace's too."""
    return _choice(await forms.published_by_slug(workspace, slug))


def _choice(published: PublishedForm) -> FormChoice:
    scored = any(isinstance(one, ScaleQuestion) and one.metric for one in published.definition.questions)
    return FormChoice(published.id, published.slug, published.name, tuple(published.definition.languages), scored)


async def scored_questions(workspace: UUID, form: FormChoice) -> list[ScoredQuestion]:
    """The form's questions with a score in the order in which they are asked, with the scales of all revisions.

    A question that the version in force no longer asks keeps its place after the others: its answers stay.
    """
    found: dict[str, ScoredQuestion] = {}
    for version in await forms.versions(workspace, form.id):
        definition = await forms.definition_of(workspace, form.id, version.number)
        for question in definition.questions:
            if isinstance(question, ScaleQuestion) and question.metric:
                _add_revision(found, question, definition)
    return list(found.values())


async def scope_of(workspace: UUID, form: FormChoice, filters: Filter) -> Scope:
    """The scope of the figures under these filters. Raises NotFound for a place that is not the workspace's."""
    where = await meant(workspace, filters.of_figures())
    names = await names_of(workspace, form.languages)
    tree = {str(place.id): place for place in place_tree(names["place"].rows)}
    return Scope(workspace, form.id, tree, where, names)


async def newest_comments(scope: Scope, period: Period, limit: int) -> tuple[CommentShown, ...]:
    """The newest comments under the same filters as the figures."""
    rows = await responses.newest_comments(scope.answers(period), limit)
    return tuple(
        CommentShown(
            id=row.id,
            received_at=row.received_at,
            score=row.score,
            text=row.comment,
            language=row.comment_language or row.language,
            sentiment=row.sentiment,
            told=told_in_a_row(row, scope.names),
            customer=row.customer,
        )
        for row in rows
    )


def _add_revision(found: dict[str, ScoredQuestion], question: ScaleQuestion, definition: Definition) -> None:
    """Versions come newest first, so the first that asks a question gives its words and scale."""
    scale = Scale(question.high, question.counted_boxes)
    known = found.get(question.key)
    metric = question.metric or ""
    if known is None:
        default = definition.languages[0]
        words, best = (text_in(said, "en", default) for said in (question.text, question.high_label))
        scales = {question.revision: scale}
        found[question.key] = ScoredQuestion(question.key, words, metric, question.revision, scales, best)
    elif known.metric == metric and question.revision not in known.scales:
        scales = {**known.scales, question.revision: scale}
        found[question.key] = msgspec.structs.replace(known, scales=scales)
