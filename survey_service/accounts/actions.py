"""What the audit trail can say: each room declares its actions in its `actions.py`; `survey_service.joined` brings them
together. Here are those of accounts. Pure.
"""

from enum import Enum

from survey_service.accounts.schemas import ROLE_NAMES, SCOPES, WORKSPACE_LABELS
from survey_service.core.i18n.staff import N_, in_a_row, one_after_another
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.telling import Told, keyed, labels, language, message, plainly


def _with_role(subject: str) -> str:
    """An address, and the role that it was given."""
    address, _comma, role = subject.rpartition(", ")
    return in_a_row((address, _(ROLE_NAMES.get(role, role)))) if address else subject


_scope_by_scope = keyed(SCOPES, " ", ": ", one_after_another)


def _with_scopes(subject: str) -> str:
    """The name of a key and what it may do."""
    name, found, scopes = subject.rpartition(": ")
    if found and set(scopes.split()) == set(SCOPES):
        return name + found + _("May do everything")
    return _scope_by_scope(subject)


class AuditAction(Enum):
    """The base of a room's actions. A member is its short name, which is stored and stays, its words, a message, and
    how its subject is told, if not plainly."""

    def __init__(self, key: str, words: str, told: Told = plainly) -> None:
        self.key = key
        self.words = words
        self.told = told


class StaffAction(AuditAction):
    """What is done to colleagues, keys and the workspace."""

    SIGNED_IN = "signed_in", N_("Signed in")
    SIGNED_IN_BY_LINK = "signed_in_by_link", N_("Signed in with a link")
    SIGNED_OUT = "signed_out", N_("Signed out")
    SESSION_ENDED = "session_ended", N_("Signed out elsewhere, in one browser")
    OTHER_SESSIONS_ENDED = "other_sessions_ended", N_("Signed out everywhere else")
    BROWSER_FORGOTTEN = "browser_forgotten", N_("Let a browser be forgotten")
    PASSWORD_CHANGED = "password_changed", N_("Changed the password")
    NAME_CHANGED = "name_changed", N_("Changed their own name")
    LANGUAGE_CHANGED = "language_changed", N_("Changed the language of their pages"), language
    STAFF_ADDED = "staff_added", N_("Added a colleague"), _with_role
    STAFF_DISABLED = "staff_disabled", N_("Disabled an account")
    STAFF_ENABLED = "staff_enabled", N_("Enabled an account")
    ROLE_CHANGED = "role_changed", N_("Changed a role"), keyed(ROLE_NAMES, " → ", ": ", " → ".join)
    LINK_MADE = "link_made", N_("Made a sign-in link")
    KEY_MADE = "key_made", N_("Made an API key"), _with_scopes
    KEY_REVOKED = "key_revoked", N_("Revoked an API key")
    SETTINGS_CHANGED = "settings_changed", N_("Changed the settings"), labels(WORKSPACE_LABELS)
    INTRODUCED = "introduced", N_("Said who they are")
    SENDING_PAUSED = "sending_paused", N_("Paused sending"), message
    BACKED_UP = "backed_up", N_("Made a backup")
    RESTORED = "restored", N_("Brought back a backup")
    SIGNING_KEY_MADE = "signing_key_made", N_("Made a new key for links")
    SIGNING_KEY_DROPPED = "signing_key_dropped", N_("Dropped a key for links")
    SENDING_RESUMED = "sending_resumed", N_("Let sending go on")


def _then_network(subject: str, said: Told) -> str:
    """What was asked for, put into words, and the network that it was asked from."""
    before, _comma, network = subject.rpartition(", ")
    return in_a_row(filter(None, (said(before) if before else "", network)))


def _scope(subject: str) -> str:
    """The scope that a key lacks, in words."""
    return _then_network(subject, lambda scope: _(SCOPES.get(scope, scope)))


def _page(subject: str) -> str:
    """The page that a role does not open, by what the rail calls it; an address by itself tells nobody anything."""
    return _then_network(subject, lambda label: "" if label.startswith("/") else _(label))


class RefusalAction(AuditAction):
    """What somebody was not let do."""

    WRONG_PASSWORD = "wrong_password", N_("Was refused: wrong password")
    DISABLED = "account_disabled", N_("Was refused: the account is disabled")
    WRONG_KEY = "wrong_key", N_("Was refused: an API key that does not hold")
    WRONG_LINK = "wrong_link", N_("Was refused: a sign-in link that does not hold")
    WRONG_ROLE = "wrong_role", N_("Was refused: not for this role"), _page
    WRONG_SCOPE = "wrong_scope", N_("Was refused: not for this API key"), _scope
    TOO_MANY = "too_many", N_("Was asked to wait")


class Actions:
    """The actions of these rooms by their short names. ValueError for two of one name."""

    def __init__(self, *rooms: type[AuditAction]) -> None:
        every = [action for room in rooms for action in room]
        self.by_key = {action.key: action for action in every}
        if len(self.by_key) != len(every):
            raise ValueError(f"two audit actions have one name: {', '.join(sorted(one.key for one in every))}")

    def words(self, key: str) -> str:
        """What was done, in the reader's language; what only a later release declares is told by its name."""
        return _(self.by_key[key].words) if key in self.by_key else key.replace("_", " ").capitalize()

    def subject(self, key: str, subject: str) -> str:
        """To what it was done, in the reader's language."""
        return self.by_key[key].told(subject) if key in self.by_key else subject
