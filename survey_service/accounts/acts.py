"""What has just been done to a colleague, a key or oneself, said once on the page that follows.

An address can be opened again later, so nothing is said of others that is not so any more. What somebody did to oneself
is said where nobody is signed in, and so to whoever opens that address.
"""

from collections.abc import Sequence
from uuid import UUID

from survey_service.accounts.queries import KeyRow, StaffRow
from survey_service.core.addresses import with_query
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

ROLE, DISABLED, ENABLED, REVOKED = "role", "disabled", "enabled", "revoked"
ROLES = {
    "owner": N_("%(name)s is an owner now."),
    "manager": N_("%(name)s is a manager now."),
    "viewer": N_("%(name)s is a viewer now."),
}


def address(path: str, act: str, subject: UUID) -> str:
    """The page that says so."""
    return with_query(path, act=act, who=str(subject))


def to_staff(act: str, person: StaffRow | None, keys: Sequence[str] = ()) -> str:
    """“Bob can no longer sign in.” Empty if it is not so. `keys` are the API keys that the person made: they go with
    them."""
    if person is None:
        return ""
    name, shut_out = person.name or person.email, person.disabled_at is not None
    said = {
        ROLE: _(ROLES[person.role], name=name),
        DISABLED: _("%(name)s can no longer sign in.", name=name) if shut_out else "",
        ENABLED: "" if shut_out else _("%(name)s can sign in again.", name=name),
    }.get(act, "")
    if not said or not keys:
        return said
    works = person.role == "owner" and not shut_out
    beside = _("The API keys of %(name)s work.", name=name) if works else _("The API keys of %(name)s stop.", name=name)
    return f"{said} {beside}"


GIVEN_UP = {
    ROLE: N_("Your role is another one now. Sign in again to go on with it."),
    DISABLED: N_("You have given up your own access. An owner can give it back to you."),
}


def to_oneself(act: str) -> str:
    """What somebody did to their own access, on the page to sign in. Empty for anything else."""
    return _(GIVEN_UP[act]) if act in GIVEN_UP else ""


def to_key(act: str, key: KeyRow | None) -> str:
    """“The key “Till” is revoked …”. Empty if it is not so."""
    if act != REVOKED or key is None or not key.revoked_at:
        return ""
    return _("The key “%(name)s” is revoked. Programs that use it are refused.", name=key.name)
