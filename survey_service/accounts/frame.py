"""The frame of the pages under Settings: their tabs, and what is wrong with what was sent."""

from typing import Any

from survey_service.accounts.entrance import SETTINGS
from survey_service.accounts.guards import Caller
from survey_service.accounts.schemas import ROLES
from survey_service.core.edits import Differs
from survey_service.core.errors import ServiceError
from survey_service.core.http import Html
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.templates import staff_page

STANDING = "/app/settings/standing"
STAFF, KEYS = "/app/settings/staff", "/app/settings/keys"
TABS = (
    ("account", N_("Your account"), SETTINGS, "viewer"),
    ("staff", N_("Staff"), STAFF, "owner"),
    ("keys", N_("API keys"), KEYS, "owner"),
    ("workspace", N_("General"), "/app/settings/workspace", "owner"),
    ("audit", N_("What was done"), "/app/settings/audit", "owner"),
    ("standing", N_("How it stands"), STANDING, "viewer"),
)


def _messages(error: ServiceError) -> dict[str, str]:
    """The error's sentences by field."""
    return {entry.field: entry.message for entry in error.errors}


def settings_page(caller: Caller, name: str, tab: str, *, error: ServiceError | None = None, **context: Any) -> Html:
    """One of the pages under Settings, with the tabs that the caller's role opens."""
    order = list(ROLES)
    rows = [
        (_(label), href, None, key == tab)
        for key, label, href, role in TABS
        if order.index(caller.role) <= order.index(role)
    ]
    return staff_page(
        caller,
        f"accounts/{name}.html",
        current="settings",
        status_code=error.status if error else 200,
        tabs=rows,
        errors=_messages(error) if error else {},
        error=None if isinstance(error, Differs) else error,
        **context,
    )
