"""The filter of answers and figures for programs: its parameters as dependencies, declared in the OpenAPI document."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Annotated

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from survey_service.counts.dimensions import DIMENSIONS, RECEIVED, Chosen
from survey_service.responses.filters import MAX_TEXT, Filter, days
from survey_service.responses.schemas import STATES
from survey_service.responses.values import CALLED

SLUG_PATTERN = "^([a-z0-9][a-z0-9-]{0,63})?$"
Slug = Annotated[str, QueryParameter(pattern=SLUG_PATTERN, description="A form's public name.")]
Code = Annotated[str, QueryParameter(pattern=CALLED["place"].pattern, description=DIMENSIONS["place"].about)]
# Without a bound all days are meant: a day that may be None would let the text `null` pass for one.
First = Annotated[date, QueryParameter(name="from", description="First local day.")]
Last = Annotated[date, QueryParameter(name="to", description="Last local day, included.")]
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


def in_query(names: Iterable[str]) -> Callable[..., Awaitable[Chosen]]:
    """A dependency for programs: the values of these dimensions, declared in the OpenAPI document."""

    async def chosen(**values: str) -> Chosen:
        return Chosen(**values)

    declared = {
        name: Annotated[str, QueryParameter(pattern=CALLED[name].pattern, description=DIMENSIONS[name].about)]
        for name in names
    }
    chosen.__annotations__ = {**declared, "return": Chosen}
    chosen.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="", annotation=annotation)
            for name, annotation in declared.items()
        ],
        return_annotation=Chosen,
    )
    return chosen


async def asked_in_query(
    where: NamedDependency[Chosen],
    form: Slug = "",
    first: First = date.min,
    last: Last = date.max,
    score: Score = "",
    comment: Commented = False,
    q: Search = "",
    kept_as: State = "",
) -> Filter:
    """The same for programs, as a dependency: declared in the OpenAPI document."""
    first_day, last_day = days(first, last)
    return Filter(
        form=form,
        first=first_day,
        last=last_day,
        score=score,
        comment=comment,
        q=q.replace("\0", "").strip(),
        state=kept_as,
        **msgspec.structs.asdict(where),
    )


FILTERS = {"where": Provide(in_query(DIMENSIONS)), "asked": Provide(asked_in_query)}
"""Dependencies of a handler that lists answers: it takes `asked`."""
FIGURES = {"where": Provide(in_query(RECEIVED))}
"""Dependencies of a handler that makes figures: it takes `where`."""
