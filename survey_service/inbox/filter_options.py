"""The filters of the list as staff read them: those that are set, those that can be, and what is left out."""

from uuid import UUID

import msgspec

from survey_service.core.i18n import language_name
from survey_service.forms import queries as forms
from survey_service.forms.schemas import FormHead
from survey_service.inbox.view import ANSWERS, READER, Options
from survey_service.places import queries as places
from survey_service.places.schemas import NO_PLACE
from survey_service.places.tree import outline
from survey_service.questions.texts import text_in
from survey_service.responses import labels
from survey_service.responses.filters import Asked, query

GROUPS = (("Promoters, 9–10", "9-10"), ("Passives, 7–8", "7-8"), ("Detractors, 0–6", "0-6"))


class Choices(msgspec.Struct, frozen=True):
    """What can be chosen in each filter: (value, label), the first meaning no filter."""

    forms: Options
    places: Options
    channels: Options
    languages: Options
    sentiments: Options
    scores: Options
    comments: Options
    states: Options


def exclusions(asked: Asked, uncounted: dict[str, int]) -> Options:
    """What the list leaves out, in words, each with the address that shows it."""
    return [(f"{n:,} {state}", f"{ANSWERS}?{query(asked, state=state)}") for state, n in uncounted.items()]


async def chips(workspace: UUID, asked: Asked, head: FormHead | None, path: str = ANSWERS) -> Options:
    """The filters that are set, in words, each with the address of the list at `path` without it."""
    named = await _labels(workspace, asked, head)
    without = {"form": {"form": "", "score": ""}}
    return [
        (text, f"{path}?{rest}" if (rest := query(asked, **without.get(name, {name: ""}))) else path)
        for name, text in named.items()
        if text
    ]


async def _labels(workspace: UUID, asked: Asked, head: FormHead | None) -> dict[str, str]:
    return {
        "form": head.name if head else asked.form,
        "from": f"From {asked.first}" if asked.first else "",
        "to": f"To {asked.last}" if asked.last else "",
        "place": await _place_name(workspace, asked.place),
        "channel": labels.channel(asked.channel),
        "language": language_name(asked.language, READER) if asked.language else "",
        "sentiment": labels.SENTIMENTS.get(asked.sentiment, asked.sentiment),
        "score": score_label(asked.score, head),
        "comment": "With a comment" if asked.comment else "",
        "q": f"“{asked.q}”" if asked.q else "",
        "state": labels.STATES.get(asked.state, asked.state),
    }


async def _place_name(workspace: UUID, code: str) -> str:
    if code == NO_PLACE:
        return labels.WITHOUT_PLACE
    place = await places.place_by_code(code) if code else None
    return place.name if place and place.workspace == workspace else code


def score_label(score: str, head: FormHead | None) -> str:
    """`Detractors, 0–6`, or `How easy was it? 5–7` for other scales and ranges."""
    asked, _, numbers = score.partition(":")
    key = asked.partition(".")[0]
    question = next((q for q in head.definition.questions if q.key == key), None) if head else None
    named = {value: label for label, value in GROUPS}.get(numbers)
    if question and question.metric == "nps" and named:
        return named
    text = text_in(question.text, READER, head.definition.languages[0]) if question and head else key
    return f"{text} {numbers.replace('-', '–')}".strip()


async def choices(workspace: UUID, asked: Asked, head: FormHead | None) -> Choices:
    """What each filter offers; a value that is set but not offered is added, so that it is not lost."""
    heads = await forms.heads_of(workspace)
    if head and head.slug not in {each.slug for each in heads}:
        heads.append(head)
    tags = dict.fromkeys(tag for each in ([head] if head else heads) for tag in each.definition.languages)
    tree = outline(await places.places_of(workspace))
    return Choices(
        forms=[("", "All forms"), *((each.slug, each.name) for each in heads)],
        places=_with(
            [
                ("", "All places"),
                *((place.code, "\u2003" * depth + place.name) for depth, place in tree),
                (NO_PLACE, labels.WITHOUT_PLACE),
            ],
            asked.place,
            await _place_name(workspace, asked.place),
        ),
        channels=[("", "Every channel"), *labels.CHANNELS.items()],
        languages=_with([("", "All languages"), *((tag, language_name(tag, READER)) for tag in tags)], asked.language),
        sentiments=[("", "Any mood"), *labels.SENTIMENTS.items()],
        scores=_scores(asked, head),
        comments=[("", "With or without comment"), ("1", "With a comment")],
        states=[("", "Counted answers"), *labels.STATES.items()],
    )


def _with(options: Options, value: str, label: str = "") -> Options:
    return options if any(value == offered for offered, _ in options) else [*options, (value, label or value)]


def _scores(asked: Asked, head: FormHead | None) -> Options:
    """Promoters, passives and detractors of the form's first NPS question; nothing without a form."""
    options: Options = [("", "All scores")]
    nps = next((q.key for q in head.definition.questions if q.metric == "nps"), "") if head else ""
    if nps:
        options += [(f"{nps}:{numbers}", label) for label, numbers in GROUPS]
    if asked.score and asked.score not in dict(options):
        options.append((asked.score, score_label(asked.score, head)))
    return options
