"""What the staff's pages of forms have in common: addresses, who may do what, heading and tabs."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from survey_service.accounts.guards import Caller, reaches
from survey_service.core.i18n.staff import N_, long_day
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import at
from survey_service.core.templates import staff_page
from survey_service.forms.schemas import FormRow

VIEW: dict[str, Any] = {"role": "viewer"}
MANAGE: dict[str, Any] = {"role": "manager"}
EDIT: dict[str, Any] = {**MANAGE, "edits": True}
"""Of what two people may change at once: the page carries marks, and what both changed is asked about."""
FORMS = "/app/forms"
STATE_WORDS = {"draft": N_("Draft"), "open": N_("Open"), "closed": N_("Closed"), "archived": N_("Archived")}

Html = Response[bytes]


def may_write(caller: Caller) -> bool:
    """Whether the caller's role reaches to changing forms."""
    return reaches(caller.role, "manager")


def local(moment: datetime, caller: Caller) -> datetime:
    """A moment in the workspace's time zone."""
    return moment.astimezone(ZoneInfo(caller.time_zone))


def when(moment: datetime, caller: Caller) -> str:
    """The same in words: `5 October 2026, 09:05`."""
    here = local(moment, caller)
    return at(long_day(here), here)


def tabs_of(slug: str, current: str) -> list[tuple[str, str, None, bool]]:
    """The tabs of a form's pages: (label, address, no count, whether it is the current one)."""
    rows = (
        (N_("Questions"), ""),
        (N_("Share"), "/share"),
        (N_("Settings"), "/settings"),
        (N_("Versions"), "/versions"),
    )
    return [(_(label), f"{FORMS}/{slug}{tail}", None, label == current) for label, tail in rows]


def form_page(caller: Caller, row: FormRow, name: str, tab: str, **context: Any) -> Html:
    """One of the pages of a form, `builder/<name>.html`, with its heading and tabs."""
    return staff_page(
        caller,
        f"builder/{name}.html",
        current="forms",
        form=row,
        state_word=_(STATE_WORDS[row.state]),
        may_write=may_write(caller),
        tabs=tabs_of(row.slug, tab),
        **context,
    )
