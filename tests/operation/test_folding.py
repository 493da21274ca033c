"""What was stored before addresses had keys and texts were folded is found, compared and kept away as before."""

from uuid import UUID

from survey_service.accounts import queries as accounts
from survey_service.accounts import service as staff
from survey_service.core import clock, database, schema, tokens
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.customers import queries as customers
from survey_service.customers import service
from survey_service.distribution import queries as distribution
from survey_service.responses.filters import Asked, resolve
from survey_service.responses.queries import responses
from tests import factories
from tests.conftest import SECRET

STAMP = "2026-11-26T23:00:00:000001"
ADDED = {
    "customer": ["name_folded"],
    "customer_identity": ["key", "value_folded"],
    "response": ["comment_folded"],
    "staff": ["email_key"],
}
FORMER = ["anna@strasse.example", "hana@bücher.example", "νίκοσ@example.gr"]
"""As addresses were kept: folded, which made another one of the first and of the last."""


async def _back() -> None:
    """The schema as it was before."""
    for index in ("customer_identity_key", "staff_email_key_unique"):
        await database.execute(f"DROP INDEX {index}")
    for table, columns in ADDED.items():
        for column in columns:
            await database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    await database.execute("CREATE UNIQUE INDEX customer_identity_key ON customer_identity (workspace, kind, value)")
    await database.execute("DELETE FROM migration WHERE name = {}", STAMP)


async def _former_customer(workspace: UUID, name: str, email: str) -> None:
    customer, now = new_id(), clock.now()
    await database.execute(
        "INSERT INTO customer (id, workspace, name, language, created_at, seen_at) VALUES ({}, {}, {}, '', {}, {})",
        customer, workspace, name, now, now,
    )  # fmt: skip
    await database.execute(
        "INSERT INTO customer_identity (id, workspace, customer, kind, value, strength, source, created_at) "
        "VALUES ({}, {}, {}, 'email', {}, 'verified', '', {})",
        new_id(), workspace, customer, email, now,
    )  # fmt: skip


async def test_old_rows_are_found_and_compared_after_the_migration(database: Database) -> None:
    home = await factories.published()
    await staff.ensure_owner("Weiß@example.org")
    await _back()
    for number, email in enumerate(FORMER):
        await _former_customer(home, f"Кафе Ёлка {number}", email)
    assert await schema.migrate() == 3
    for number, email in enumerate(FORMER):
        found = await customers.customer_list(home, f"кафе елка {number}", "", 10)
        assert [row.email for row in found.items] == [email]
        again = await service.customer_for_email(home, email, "", "", "claimed", "test", clock.now())
        assert again == found.items[0].id
    assert (await customers.customer_list(home, "BÜCHER", "", 10)).items[0].email == "hana@bücher.example"
    assert await accounts.staff_with_email("WEIß@example.org") is not None


async def test_old_comments_are_found_after_the_migration(database: Database) -> None:
    home = await factories.published()
    from tests.responses.conftest import keep

    kept = [await keep(answers={"recommend": 9, "comment": words}) for words in ("Кафе на Невском", "Nice", "Größe")]
    await keep()
    await _back()
    assert await schema.migrate() == 3
    for query, entry in (("невском", kept[0]), ("NICE", kept[1]), ("grosse", kept[2])):
        wanted, _ = await resolve(home, Asked(q=query))
        assert [row["id"] for row in (await responses(wanted, 10)).items] == [entry.id]


async def test_who_left_before_addresses_had_keys_stays_away(database: Database) -> None:
    home = await factories.published()
    for email in ("weiss@example.org", "hana@bücher.example", "plain@example.org"):
        await _suppressed(home, tokens.keyed(SECRET, "suppression", email))
    for email in ("Weiß@example.org", "weiss@example.org", "Hana@Bücher.example", "PLAIN@example.org"):
        assert await distribution.suppression_reason(SECRET, home, email) == "unsubscribed", email
    assert await distribution.suppression_reason(SECRET, home, "weise@example.org") is None


async def _suppressed(workspace: UUID, address_hash: str) -> None:
    await database.execute(
        "INSERT INTO suppression (id, workspace, address_hash, reason, source, created_at) "
        "VALUES ({}, {}, {}, 'unsubscribed', {}, {})",
        new_id(), workspace, address_hash, new_id(), clock.now(),
    )  # fmt: skip
