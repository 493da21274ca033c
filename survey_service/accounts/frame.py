"""The frame of the pages under Settings: their tabs, and what is wrong with what was sent."""

from typing import Any

from survey_service.accounts.entrance_pages import SETTINGS
from survey_service.accounts.guards import Caller
from survey_service.core.edits import Differs
from survey_service.core.errors import ServiceError
from survey_service.core.http import Html
from survey_service.core.i18n.staff import N_
from survey_service.core.rail import RailSection, Tab
from survey_service.core.templates import staff_page

STAFF, KEYS = f"{SETTINGS}/staff", f"{SETTINGS}/keys"
WORKSPACE, AUDIT = f"{SETTINGS}/workspace", f"{SETTINGS}/audit"
RAIL_SECTION = RailSection(
    key="settings", label=N_("Settings"), href=SETTINGS, icon="settings", position=90, at_foot=True
)
TABS = (
    Tab(section="settings", key="account", label=N_("Your account"), href=SETTINGS, position=10),
    Tab(section="settings", key="staff", label=N_("Staff"), href=STAFF, position=20, role="owner"),
    Tab(section="settings", key="keys", label=N_("API keys"), href=KEYS, position=30, role="owner"),
    Tab(section="settings", key="workspace", label=N_("General"), href=WORKSPACE, position=40, role="owner"),
    Tab(section="settings", key="audit", label=N_("What was done"), href=AUDIT, position=50, role="owner"),
)


def _messages(error: ServiceError) -> dict[str, str]:
    """The error's sentences by field."""
    return {entry.field: entry.message for entry in error.errors}


def settings_page(
    caller: Caller,
    name: str,
    tab: str,
    *,
    error: ServiceError | None = None,
    typed_is_kept: bool = True,
    **context: Any,
) -> Html:
    """One of the pages under Settings, with the tabs that the caller's role opens. `typed_is_kept` is not so where a
    button was pressed, and where fields come back empty."""
    return staff_page(
        caller,
        f"accounts/{name}.html",
        current="settings",
        status_code=error.status if error else 200,
        tabs=caller.rail.tabs_of("settings", tab),
        errors=_messages(error) if error else {},
        error=None if isinstance(error, Differs) else error,
        typed_is_kept=typed_is_kept,
        **context,
    )
