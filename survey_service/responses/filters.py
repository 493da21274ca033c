"""The filter of answers and figures as it was asked for: one for pages, the API, exports, commands and reports. Pure.

Which dimensions it has, `counts.dimensions` lists; `responses.meaning` says what is meant by it.
"""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from survey_service.core.errors import Invalid
from survey_service.core.given_twice import repeated, twice
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.counts.dimensions import DIMENSIONS, RECEIVED, Chosen

TITLES: Mapping[str, str] = {
    "form": N_("Form"),
    "from": N_("First day"),
    "to": N_("Last day"),
    **{name: dimension.title for name, dimension in DIMENSIONS.items()},
    "score": N_("Score"),
    "comment": N_("Comment"),
    "q": N_("Search comments or a receipt"),
    "state": N_("State"),
}
"""What pages call the query parameters; these are the same on pages, in the API and in exports."""
MAX_TEXT = 100


class Filter(Chosen, frozen=True):
    """Which answers, or what a figure is about; empty members do not restrict.

    `first` and `last` are local days, both included; `malformed` has by its parameter what was typed for one and is
    none, `repeated` the parameters that came more than once.
    A value of a dimension is a code; a place's includes what lies below it. Figures leave out what only lists
    can: `score`, `comment`, `q` and `state`.
    """

    form: str = ""
    first: date | None = None
    last: date | None = None
    score: str = ""
    comment: bool = False
    q: str = ""
    state: str = ""
    malformed: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def chosen(self) -> dict[str, str]:
        """The values that are set, by dimension."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}

    @property
    def texts(self) -> dict[str, str]:
        """What is set as an address says it, by parameter in their order; empty for what is not."""
        days = {"from": self.first.isoformat() if self.first else "", "to": self.last.isoformat() if self.last else ""}
        return {
            "form": self.form,
            **days,
            **dict(self.malformed),
            **{name: getattr(self, name) for name in DIMENSIONS},
            "score": self.score,
            "comment": "1" if self.comment else "",
            "q": self.q,
            "state": self.state,
        }

    def of_figures(self) -> "Filter":
        """What of the filter is restricted before figures are made: form, days, and what is known at receipt."""
        return Filter(form=self.form, first=self.first, last=self.last, **{n: getattr(self, n) for n in RECEIVED})


def typed(given: Mapping[str, str]) -> Filter:
    """The filters among the parameters of an address; what no text can hold is left out."""
    texts = {name: given.get(name, "").replace("\0", "").strip()[:MAX_TEXT] for name in TITLES}
    days = {name: _day(texts[name]) for name in ("from", "to")}
    return Filter(
        form=texts["form"],
        first=days["from"],
        last=days["to"],
        **{name: texts[name] for name in DIMENSIONS},
        score=texts["score"],
        comment=bool(texts["comment"]),
        q=texts["q"],
        state=texts["state"],
        malformed=tuple((name, texts[name]) for name, day in days.items() if texts[name] and day is None),
        repeated=tuple(name for name in repeated(given.items()) if name in TITLES),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def days(first: date, last: date) -> tuple[date | None, date | None]:
    """The bounds of a period, None where there is none."""
    return first if first > date.min else None, last if last < date.max else None


def query(asked: Filter, **changes: str) -> str:
    """The filters as a query string, with some changed or more added; empty if nothing is set."""
    values = asked.texts | changes
    return urlencode({name: value for name, value in values.items() if value})


def require_sense(asked: Filter) -> None:
    """Raises Invalid for what is given twice, for a day that is none, and for days the wrong way round."""
    for name in asked.repeated:
        raise twice(name, _(TITLES[name]))
    for name, _typed in asked.malformed:
        raise Invalid.field(name, "malformed", _("Write the day as 2026-10-31."))
    if asked.first and asked.last and asked.first > asked.last:
        raise Invalid.field("from", "after_to", _("The first day lies after the last."))
