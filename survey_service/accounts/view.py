"""What is said before somebody gives up their own access, or takes that of somebody with API keys."""

from collections.abc import Iterator, Sequence

import msgspec

from survey_service.accounts.queries import StaffRow
from survey_service.accounts.schemas import ROLE_NAMES, ROLES
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import listed, ngettext, number


class Question(msgspec.Struct, frozen=True):
    """What is asked, what follows, and the words of the button that does it all the same."""

    title: str
    follows: list[str]
    button: str


def question(staff: StaffRow, keys: Sequence[str], role: str, *, own: bool) -> Question:
    """Before a person gets another `role`, or is disabled where that is empty; `own` if they ask themselves, and `keys`
    are the names of the API keys that stop."""
    name = staff.name or staff.email
    if role:
        title = _("Change your own role?") if own else _("Change the role of %(name)s?", name=name)
        button = _("Change the role")
    else:
        title = _("Disable your own account?") if own else _("Disable the account of %(name)s?", name=name)
        button = _("Disable the account")
    follows = [*(_own(staff, role) if own else _theirs(name, role)), *_keys(keys)]
    return Question(title, follows, button)


def _own(staff: StaffRow, role: str) -> Iterator[str]:
    if not role:
        yield _("You are signed out everywhere, here too, and cannot sign in until another owner enables your account.")
        return
    yield _("From then on your role is %(role)s: %(may)s.", role=_(ROLE_NAMES[role]), may=_(ROLES[role]))
    yield _("Only another owner can give you back the role that you have now.")
    yield _("You are signed out everywhere, here too.")
    if not staff.has_password:
        yield _("You have no password yet. Choose one first, or you cannot sign in again.")


def _theirs(name: str, role: str) -> Iterator[str]:
    yield _("%(name)s is signed out everywhere.", name=name)
    if not role:
        yield _("%(name)s cannot sign in until an owner enables the account.", name=name)


def _keys(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        yield ngettext(
            "%(n)s API key stops, and programs that use it are refused: %(names)s.",
            "%(n)s API keys stop, and programs that use them are refused: %(names)s.",
            len(keys),
            n=number(len(keys)),
            names=listed(keys),
        )
