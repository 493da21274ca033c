"""What of a demo is removed, statement by statement. A test holds that no table with a workspace is forgotten.

What staff made themselves stays: people, keys, the audit trail, forms (without answers), places and who works at
these. So does the word
of whoever left the mails, but for addresses that the demo made up.
"""

from collections.abc import Sequence
from uuid import UUID

from survey_service.core import database
from survey_service.demo_texts.forms import FORMS
from survey_service.demo_texts.places import PLACES

KEPT = frozenset(("wording", "staff", "staff_session", "staff_device", "sign_in_link", "api_key", "audit_entry"))
"""Tables of which nothing is removed."""
WHOLE = (
    "timeline_entry", "customer_identity", "customer", "comment_reading", "count_cell", "count_delta", "count_margin",
    "promise_notice",
    "promise", "response", "job", "invitation_quota",
)  # fmt: skip
"""Tables of which everything is removed that the workspace has in them."""
MADE_UP = " OR ".join(f"email LIKE '%@example.{top}'" for top in ("org", "com", "net"))
"""Addresses that RFC 2606 keeps free for examples: nobody has one."""

Statement = tuple[str, tuple[object, ...]]


def statements(workspace: UUID) -> list[Statement]:
    """All of them, in their order, for a transaction around them."""
    return [
        *_letters(workspace),
        *[(f"DELETE FROM {table} WHERE workspace = {{}}", (workspace,)) for table in WHOLE],
        *_events(workspace),
        *_places(workspace),
        *_forms(workspace),
    ]


def _letters(workspace: UUID) -> list[Statement]:
    made_up = f"SELECT id FROM invitation WHERE workspace = {{}} AND ({MADE_UP})"
    return [
        (f"DELETE FROM suppression WHERE workspace = {{}} AND source IN ({made_up})", (workspace, workspace)),
        ("DELETE FROM invitation WHERE workspace = {}", (workspace,)),
    ]


def _events(workspace: UUID) -> list[Statement]:
    """The newest event stays: SQLite goes on counting from it."""
    newest = "sequence < (SELECT max(sequence) FROM event)"
    return [(f"DELETE FROM event WHERE workspace = {{}} AND {newest}", (workspace,))]


def _places(workspace: UUID) -> list[Statement]:
    codes: Sequence[str] = [place.code for place in PLACES]
    chosen = f"SELECT id FROM place WHERE workspace = {{}} AND code IN ({database.in_list(codes)})"
    both = (workspace, workspace, *codes)
    return [
        (f"DELETE FROM poster WHERE workspace = {{}} AND place IN ({chosen})", both),
        (f"DELETE FROM employee WHERE workspace = {{}} AND place IN ({chosen})", both),
        (f"UPDATE place SET parent = NULL WHERE workspace = {{}} AND parent IN ({chosen})", both),
        (f"DELETE FROM place WHERE workspace = {{}} AND code IN ({database.in_list(codes)})", (workspace, *codes)),
    ]


def _forms(workspace: UUID) -> list[Statement]:
    slugs = list(FORMS)
    chosen = f"SELECT id FROM form WHERE workspace = {{}} AND slug IN ({database.in_list(slugs)})"
    both = (workspace, workspace, *slugs)
    return [
        (f"DELETE FROM poster WHERE workspace = {{}} AND form IN ({chosen})", both),
        (f"DELETE FROM form_version WHERE workspace = {{}} AND form IN ({chosen})", both),
        (f"DELETE FROM form WHERE workspace = {{}} AND slug IN ({database.in_list(slugs)})", (workspace, *slugs)),
    ]
