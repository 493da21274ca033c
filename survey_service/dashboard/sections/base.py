"""What every section of a summary says of itself: the contract of this room."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from markupsafe import Markup

from survey_service.dashboard.queries import Scope
from survey_service.dashboard.schemas import Figure, Summary
from survey_service.nps.trend import Period
from survey_service.responses.filters import Filter

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Asking:
    """What a section reads for: a form's counts in a period, and the main question's score in it, which most
    sections are about. `newest` is how many comments are wanted, `min_n` how many answers are enough."""

    scope: Scope
    filters: Filter
    period: Period
    before: Period | None
    hero: Figure | None
    min_n: int
    newest: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a summary is shown on. `dress` has the last word on every drawing; a split has `most_rows`; `comments`
    is whether the customers' words may be seen."""

    dress: Callable[[str], str] = str
    most_rows: int = 1000
    comments: bool = True

    def draw(self, svg: str) -> Markup:
        """A drawing ready for a template; nothing stays nothing."""
        return Markup(self.dress(svg) if svg else "")  # noqa: S704 (our own drawing; its texts are escaped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Generic[Facts]):
    """One section: `read` gives its facts, unrounded; `show` what its partial template draws, None where there is
    nothing to draw. `show` may look at another section's facts by its `of`, if that one stands on the page too.

    The template has the section's name, in the folder of each page that it stands on. What can be explored has its
    figure for Plotly from `explore`, None where there is nothing in it; `/app/figures/<name>` gives that.
    """

    name: str
    read: Callable[[Asking], Awaitable[Facts]]
    show: Callable[[Facts, Summary, Sheet], Mapping[str, Any] | None]
    explore: Callable[[Facts, Summary], bytes | None] | None = None

    def of(self, made: Summary) -> Facts:
        """The section's facts in a summary. KeyError in one that was made without it."""
        return cast(Facts, made.facts[self.name])


async def nothing(asking: Asking) -> None:
    """What a section reads that only shows what the summary has, or another section."""
