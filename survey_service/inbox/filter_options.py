"""The filters of the list as staff read them: those that are set, those that can be, and what is left out."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from survey_service.core.i18n.staff import day, language
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import by_name
from survey_service.counts.dimensions import DIMENSIONS
from survey_service.forms.schemas import PublishedForm
from survey_service.inbox.view import ANSWERS, Options
from survey_service.nps.metrics import METRICS
from survey_service.questions.texts import text_in
from survey_service.responses import labels
from survey_service.responses.filters import Filter, query
from survey_service.responses.schemas import Names
from survey_service.responses.values import Field, fields, names_of


def _groups(metric: str | None) -> Options:
    """The groups of a metric's answers, the best first: the numbers as a filter says them, and their words."""
    found = METRICS[metric].groups[::-1] if metric else ()
    return [(f"{group.ends[0]}-{group.ends[1]}", _(group.filtered)) for group in found]


class Choices(msgspec.Struct, frozen=True):
    """What can be chosen in each filter: (value, label), the first meaning no filter; `days` are the set ones, said."""

    days: Mapping[str, str]
    forms: Options
    fields: list[Field]
    scores: Options
    comments: Options
    states: Options


def exclusions(asked: Filter, uncounted: dict[str, int]) -> Options:
    """What the list leaves out, in words, each with the address that shows it."""
    return [(labels.uncounted(state, n), f"{ANSWERS}?{query(asked, state=state)}") for state, n in uncounted.items()]


def chips(names: Mapping[str, Names], asked: Filter, published: PublishedForm | None, path: str = ANSWERS) -> Options:
    """The filters that are set, in words, each with the address of the list at `path` without it."""
    where = {name: names[name].label(value) for name, value in asked.chosen.items()}
    named = _labels(asked, published, where)
    without = {"form": {"form": "", "score": ""}}
    return [
        (text, f"{path}?{rest}" if (rest := query(asked, **without.get(name, {name: ""}))) else path)
        for name, text in named.items()
        if text
    ]


def _labels(asked: Filter, published: PublishedForm | None, where: dict[str, str]) -> dict[str, str]:
    days = days_said(asked)
    return {
        "form": published.name if published else asked.form,
        "from": _("From %(day)s", day=days["from"]) if days["from"] else "",
        "to": _("To %(day)s", day=days["to"]) if days["to"] else "",
        **where,
        "score": score_label(asked.score, published),
        "comment": _("With a comment") if asked.comment else "",
        "q": f"“{asked.q}”" if asked.q else "",
        "state": labels.state(asked.state),
    }


def days_said(asked: Filter) -> Mapping[str, str]:
    """`from` and `to` in words; what is no day stays as it was typed, and what is not set is empty."""
    found = {"from": asked.first, "to": asked.last}
    return {name: day(moment) if moment else asked.texts[name] for name, moment in found.items()}


def score_label(score: str, published: PublishedForm | None) -> str:
    """`Detractors, 0–6`, or `How easy was it? 5–7` for other scales and ranges."""
    asked, _colon, numbers = score.partition(":")
    key = asked.partition(".")[0]
    question = next((q for q in published.definition.questions if q.key == key), None) if published else None
    named = dict(_groups(question.metric)).get(numbers) if question else None
    if named:
        return named
    text = text_in(question.text, language(), published.definition.languages[0]) if question and published else key
    return f"{text} {numbers.replace('-', '–')}".strip()


async def names_for(workspace: UUID, answered: Iterable[PublishedForm]) -> Mapping[str, Names]:
    """What the workspace calls the values of every dimension, for answers to these forms."""
    tags = dict.fromkeys(tag for each in answered for tag in each.definition.languages)
    return await names_of(workspace, tuple(tags))


def choices(
    names: Mapping[str, Names], asked: Filter, published: PublishedForm | None, in_use: Iterable[PublishedForm]
) -> Choices:
    """What each filter offers; a value that is set but not offered is added, so that it is not lost. `in_use` are the
    workspace's forms, `published` is the one that is set."""
    offered = {each.slug: each.name for each in (*in_use, *([published] if published else []))}
    return Choices(
        days=days_said(asked),
        forms=[("", _("All forms")), *by_name(offered.items())],
        fields=fields(names, asked, DIMENSIONS),
        scores=_scores(asked, published),
        comments=[("", _("With or without comment")), ("1", _("With a comment"))],
        states=[("", _("Counted answers")), *labels.said(labels.STATES)],
    )


def _scores(asked: Filter, published: PublishedForm | None) -> Options:
    """The groups of the form's first question that has some, promoters and so on; nothing without a form."""
    options: Options = [("", _("All scores"))]
    grouped = ((q.key, _groups(q.metric)) for q in (published.definition.questions if published else ()))
    key, groups = next(((key, groups) for key, groups in grouped if groups), ("", []))
    options += [(f"{key}:{numbers}", label) for numbers, label in groups]
    if asked.score and asked.score not in dict(options):
        options.append((asked.score, score_label(asked.score, published)))
    return options
