"""What has just been done to a colleague or a key, said once on the page that follows.

An address can be opened again later, so nothing is said that is not so any more.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from survey_service.accounts.queries import StaffRow

ROLE, DISABLED, ENABLED, REVOKED = "role", "disabled", "enabled", "revoked"
ROLES = {"owner": "an owner", "manager": "a manager", "viewer": "a viewer"}


def address(path: str, deed: str, subject: UUID) -> str:
    """The page that says so."""
    return f"{path}?{urlencode({'deed': deed, 'who': str(subject)})}"


def to_staff(deed: str, person: StaffRow | None) -> str:
    """“Bob can no longer sign in.” Empty if it is not so."""
    if person is None:
        return ""
    name, shut_out = person.name or person.email, person.disabled_at is not None
    return {
        ROLE: f"{name} is {ROLES[person.role]} now.",
        DISABLED: f"{name} can no longer sign in." if shut_out else "",
        ENABLED: "" if shut_out else f"{name} can sign in again.",
    }.get(deed, "")


def to_key(deed: str, key: Mapping[str, Any] | None) -> str:
    """“The key “Till” is revoked …”. Empty if it is not so."""
    if deed != REVOKED or key is None or not key["revoked_at"]:
        return ""
    return f"The key “{key['name']}” is revoked. Programs that use it are refused."
