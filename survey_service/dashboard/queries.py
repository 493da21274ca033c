"""What a summary reads from the domains below: forms with their scored questions, places, counts, comments."""

from collections.abc import Iterable, Sequence
from typing import get_args
from uuid import UUID

from survey_service.core.errors import NotFound
from survey_service.dashboard.schemas import (
    Choices,
    CommentShown,
    Exclusions,
    FormChoice,
    PlaceChoice,
    Scale,
    ScoredQuestion,
)
from survey_service.forms import queries as forms
from survey_service.forms.definition import CesQuestion, CsatQuestion, Definition, NpsQuestion, text_in
from survey_service.forms.schemas import FormHead
from survey_service.nps import queries as counts
from survey_service.nps.histogram import Histogram
from survey_service.nps.queries import ALL, Group
from survey_service.nps.scores import Metric
from survey_service.nps.trend import Period
from survey_service.places import queries as places
from survey_service.places.schemas import PlaceRow
from survey_service.responses import queries as responses

METRICS: tuple[Metric, ...] = get_args(Metric)
Scored = NpsQuestion | CsatQuestion | CesQuestion


class Scope:
    """One form's counts under fixed filters of place, channel and language."""

    def __init__(
        self, workspace: UUID, form: UUID, places: Sequence[UUID] | None = None, channel: str = "", language: str = ""
    ) -> None:
        self.workspace = workspace
        self.form = form
        self.places = places
        self.channel = channel or None
        self.language = language or None

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return self.places is not None or bool(self.channel or self.language)

    async def groups(self, question: str, period: Period, by: counts.By | None = None) -> list[Group]:
        """The counts of a question in a period."""
        return await counts.histograms(
            self.workspace,
            self.form,
            question,
            period.first,
            period.last,
            place_ids=self.places,
            channel=self.channel,
            language=self.language,
            by=by,
        )

    async def responses(self, period: Period) -> tuple[int, int]:
        """How many answers came in a period, and how many of them with a comment."""
        total = Histogram.merge(group.histogram for group in await self.groups(ALL, period))
        return total.n, total.counts[1]


async def form_choices(workspace: UUID) -> tuple[FormChoice, ...]:
    """The published forms that can be chosen, in the order in which they were made."""
    return tuple([_choice(head) for head in await forms.heads_of(workspace)])


async def form_choice(workspace: UUID, slug: str) -> FormChoice:
    """One published form. Raises NotFound, for another workspace's too."""
    head = await forms.head(slug)
    if head.workspace != workspace:
        raise NotFound("There is no form with this name.")
    return _choice(head)


def _choice(head: FormHead) -> FormChoice:
    return FormChoice(head.id, head.slug, head.name, tuple(head.definition.languages))


async def scored_questions(workspace: UUID, form: FormChoice) -> list[ScoredQuestion]:
    """The form's questions with a score in the order in which they are asked, with the scales of all revisions.

    A question that the version in force no longer asks keeps its place after the others: its answers stay.
    """
    found: dict[str, ScoredQuestion] = {}
    for version in await forms.versions(workspace, form.id):
        definition = await forms.definition_of(workspace, form.id, version.number)
        for question in definition.questions:
            if isinstance(question, Scored):
                _add_revision(found, question, definition)
    return list(found.values())


async def choices(workspace: UUID) -> Choices:
    """All forms and places that can be chosen; places in the order of their tree."""
    return Choices(await form_choices(workspace), place_tree(await places.places_of(workspace)))


async def place_names(workspace: UUID) -> dict[str, PlaceChoice]:
    """Every place, archived ones too, by its id as text."""
    tree = place_tree(await places.places_of(workspace, archived=True))
    return {str(place.id): place for place in tree}


async def place_ids(workspace: UUID, code: str) -> tuple[str, list[UUID]]:
    """The name of a place, and the ids of it and all below. Raises NotFound, for another workspace's too."""
    found = await places.place_by_code(code)
    if found is None or found.workspace != workspace:
        raise NotFound("There is no place with this code.")
    return found.name, await places.subtree(workspace, found.id)


async def newest_comments(
    scope: Scope, period: Period, names: dict[str, PlaceChoice], limit: int
) -> tuple[CommentShown, ...]:
    """The newest comments under the same filters as the figures."""
    wanted = responses.AnswerFilter(
        workspace=scope.workspace,
        form=scope.form,
        from_day=period.first,
        to_day=period.last,
        places=tuple(scope.places or ()),
        channel=scope.channel or "",
        language=scope.language or "",
    )
    rows = await responses.newest_comments(wanted, limit)
    return tuple(
        CommentShown(
            id=row["id"],
            received_at=row["received_at"],
            score=row["score"],
            text=row["comment"],
            language=row["comment_language"] or row["language"],
            sentiment=row["sentiment"],
            channel=row["channel"],
            place=place.name if (place := names.get(str(row["place"]))) else "",
            customer=row["customer"],
        )
        for row in rows
    )


async def exclusions(workspace: UUID, form: UUID, period: Period) -> Exclusions:
    """What came in the period and is in no figure, whatever the filters of place, channel and language."""
    found = await responses.exclusions(workspace, form, period.first, period.last)
    return Exclusions(test=found["test"], partial=found["partial"], spam=found["spam"])


def place_tree(rows: Iterable[PlaceRow]) -> tuple[PlaceChoice, ...]:
    """Places in the order of their tree, each with its depth and the name of its parent."""
    by_id = {row.id: row for row in rows}
    below: dict[UUID | None, list[PlaceRow]] = {}
    for row in by_id.values():
        below.setdefault(row.parent if row.parent in by_id else None, []).append(row)
    ordered: list[PlaceChoice] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for row in sorted(below.get(parent, ()), key=lambda place: (place.name, place.code)):
            region = by_id[parent].name if parent else ""
            ordered.append(PlaceChoice(row.id, row.code, row.name, row.own_name, region, depth))
            walk(row.id, depth + 1)

    walk(None, 0)
    return tuple(ordered)


def _add_revision(found: dict[str, ScoredQuestion], question: Scored, definition: Definition) -> None:
    """Versions come newest first, so the first that asks a question gives its words and scale."""
    scale = Scale(question.high, question.top_boxes if isinstance(question, CsatQuestion) else None)
    known = found.get(question.key)
    metric = next(name for name in METRICS if name == question.metric)
    if known is None:
        default = definition.languages[0]
        words = text_in(question.text, "en", default)
        found[question.key] = ScoredQuestion(question.key, words, metric, question.revision, {question.revision: scale})
    elif known.metric == metric and question.revision not in known.scales:
        scales = {**known.scales, question.revision: scale}
        found[question.key] = ScoredQuestion(known.key, known.text, metric, known.revision, scales)
