"""From what a person or program typed to a filter of responses, and back to an address."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from survey_service.core.errors import Invalid, NotFound
from survey_service.core.text import fold
from survey_service.forms import queries as forms
from survey_service.forms.schemas import FormHead
from survey_service.places import queries as places
from survey_service.places.schemas import NO_PLACE
from survey_service.questions.scale import ScaleQuestion
from survey_service.responses.queries import SENTIMENTS, AnswerFilter, with_receipt
from survey_service.responses.schemas import CHANNELS, COUNTED_STATES, STATES

NAMES = ("form", "from", "to", "place", "channel", "language", "sentiment", "score", "comment", "q", "state")
"""The query parameters, the same on pages, in the API and in exports."""
MAX_TEXT = 100
NO_FORM, OTHER_FORM = "form_missing", "other_form"
"""What is wrong with a score that was asked for beside no form, or beside one that does not ask for it."""
SCORE_NEEDED = "“score” names a scale question of the form, such as recommend:0-6."
SCORE = re.compile(r"([a-z][a-z0-9_]{0,39})((?:\.[0-9]{1,3}){0,20})(?::([0-9]{1,2})?(?:(-)([0-9]{1,2})?)?)?", re.ASCII)

Slug = Annotated[str, QueryParameter(pattern="^([a-z0-9][a-z0-9-]{0,63})?$", description="A form's public name.")]
Code = Annotated[
    str,
    QueryParameter(
        pattern="^([a-z0-9-]{1,40})?$",
        description="A place's code; what lies below it is included. `-`: answers without a place.",
    ),
]
# Without a bound all days are meant: a day that may be None would let the text `null` pass for one.
First = Annotated[date, QueryParameter(name="from", description="First local day.")]
Last = Annotated[date, QueryParameter(name="to", description="Last local day, included.")]
Channel = Annotated[str, QueryParameter(pattern=f"^({'|'.join(CHANNELS)})?$", description="The channel.")]
Language = Annotated[
    str, QueryParameter(pattern="^([A-Za-z0-9-]{1,35})?$", description="BCP 47 tag of the language answered in.")
]
Sentiment = Annotated[
    str, QueryParameter(pattern=f"^({'|'.join(SENTIMENTS)})?$", description="How the comment was read.")
]
Score = Annotated[
    str,
    QueryParameter(
        max_length=MAX_TEXT,
        pattern="^([a-z][a-z0-9_]{0,39}(\\.[0-9]{1,3}){0,20}(:[0-9]{0,2}(-[0-9]{0,2})?)?)?$",
        description="Answers to a scale question of `form`, such as `recommend:0-6`, `recommend:9-` or `recommend`; "
        "`recommend.2:0-6` only to its second wording.",
    ),
]
Commented = Annotated[bool, QueryParameter(description="Only answers with a comment.")]
Search = Annotated[
    str, QueryParameter(max_length=MAX_TEXT, description="Words of the comment, or the number of a receipt.")
]
State = Annotated[
    str,
    QueryParameter(
        name="state",
        pattern=f"^({'|'.join(STATES)})?$",
        description="One state; what is counted (complete, erased) if absent.",
    ),
]


class Asked(msgspec.Struct, frozen=True):
    """The filters as they were typed; empty ones do not restrict. `comment` is `1` or empty."""

    form: str = ""
    first: str = ""
    last: str = ""
    place: str = ""
    channel: str = ""
    language: str = ""
    sentiment: str = ""
    score: str = ""
    comment: str = ""
    q: str = ""
    state: str = ""


class AskedScore(NamedTuple):
    """An answer to a scale question: its lowest and highest number, and the wordings and versions that are meant."""

    question: str = ""
    lowest: int | None = None
    highest: int | None = None
    revisions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()


def typed(given: Mapping[str, str]) -> Asked:
    """The filters among the parameters of an address; what no text can hold is left out."""
    values = [given.get(name, "").replace("\0", "").strip()[:MAX_TEXT] for name in NAMES]
    return Asked(*values)


async def asked_in_query(
    form: Slug = "",
    first: First = date.min,
    last: Last = date.max,
    place: Code = "",
    channel: Channel = "",
    language: Language = "",
    sentiment: Sentiment = "",
    score: Score = "",
    comment: Commented = False,
    q: Search = "",
    kept_as: State = "",
) -> Asked:
    """The same for programs, as a dependency: declared in the OpenAPI document."""
    return Asked(
        form=form,
        first=first.isoformat() if first > date.min else "",
        last=last.isoformat() if last < date.max else "",
        place=place,
        channel=channel,
        language=language,
        sentiment=sentiment,
        score=score,
        comment="1" if comment else "",
        q=q.replace("\0", "").strip(),
        state=kept_as,
    )


def query(asked: Asked, **changes: str) -> str:
    """The filters as a query string, with some changed or more added; empty if nothing is set."""
    values = dict(zip(NAMES, msgspec.structs.astuple(asked), strict=True)) | changes
    return urlencode({name: value for name, value in values.items() if value})


async def resolve(workspace: UUID, asked: Asked) -> tuple[AnswerFilter, FormHead | None]:
    """The filter, and the form if one is named. What is searched for is a receipt's number if an answer has it, else
    words of comments.

    Raises NotFound for a form or place that is not the workspace's, Invalid with the parameter for other faults.
    """
    head = await form_of(workspace, asked.form) if asked.form else None
    first, last = _day("from", asked.first), _day("to", asked.last)
    if first and last and first > last:
        raise Invalid.field("from", "after_to", "The first day lies after the last.")
    for name, value, allowed in (
        ("channel", asked.channel, CHANNELS),
        ("sentiment", asked.sentiment, SENTIMENTS),
        ("state", asked.state, STATES),
    ):
        if value and value not in allowed:
            raise Invalid.field(name, "unknown", f"“{name}” is one of {', '.join(allowed)}.")
    score = await _score(head, asked.score)
    found = await with_receipt(workspace, asked.q) if asked.q else ()
    wanted = AnswerFilter(
        workspace=workspace,
        form=head.id if head else None,
        from_day=first,
        to_day=last,
        places=await places_meant(workspace, asked.place) if asked.place else (),
        channel=asked.channel,
        language=asked.language,
        sentiment=asked.sentiment,
        question=score.question,
        lowest=score.lowest,
        highest=score.highest,
        revisions=score.revisions,
        versions=score.versions,
        commented=bool(asked.comment),
        ids=found,
        search="" if found else fold(asked.q),
        states=(asked.state,) if asked.state else COUNTED_STATES,
    )
    return wanted, head


async def form_of(workspace: UUID, slug: str) -> FormHead:
    """A published form of the workspace. Raises NotFound, for another workspace's too."""
    head = await forms.head(slug)
    if head.workspace != workspace:
        raise NotFound("There is no form with this name.")
    return head


async def places_meant(workspace: UUID, code: str) -> tuple[UUID | None, ...]:
    """A place with all below it, or nothing but None for answers without one. NotFound for another workspace's."""
    if code == NO_PLACE:
        return (None,)
    place = await places.place_by_code(code)
    if place is None or place.workspace != workspace:
        raise NotFound("There is no place with this code.")
    return tuple(await places.subtree(workspace, place.id))


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid.field(name, "malformed", "Write the day as 2026-10-31.") from error


async def _score(head: FormHead | None, score: str) -> AskedScore:
    """`recommend:0-6`, `recommend:9-`, `recommend:7` or `recommend`, each also as `recommend.2…` for one wording."""
    if not score:
        return AskedScore()
    if head is None:
        raise Invalid.field("score", NO_FORM, "Scores are of one form: choose it with “form”.")
    found = SCORE.fullmatch(score)
    if found is None:
        raise Invalid.field("score", "unknown", SCORE_NEEDED)
    if not await _is_scale(head, found[1]):
        raise Invalid.field("score", OTHER_FORM, SCORE_NEEDED)
    key, wordings, low, dash, high = found.groups()
    lowest, highest = (int(number) if number else None for number in (low, high))
    revisions = tuple(sorted({int(number) for number in wordings.split(".")[1:]}))
    versions = await _versions(head, key, revisions) if revisions else ()
    return AskedScore(key, lowest, highest if dash else lowest, revisions, versions)


async def _versions(head: FormHead, key: str, revisions: tuple[int, ...]) -> tuple[int, ...]:
    """The versions that asked the question in one of these wordings."""
    asked = await forms.versions_asking(head.workspace, head.id, key)
    found = tuple(number for number, revision in asked if revision in revisions)
    if not found:
        raise Invalid.field("score", "unknown", "The form never asked this question in such a wording.")
    return found


async def _is_scale(head: FormHead, key: str) -> bool:
    """Whether a version asks or asked for a number under this key; answers stay when it is asked no more."""
    asked = next((question for question in head.definition.questions if question.key == key), None)
    asked = asked or (await forms.last_questions(head.workspace, head.id)).get(key)
    return isinstance(asked, ScaleQuestion)
