"""Who left stays away, and links that were sent go on, whatever becomes of keys and databases."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from piccolo.table import Table

from survey_service.accounts import signing_service
from survey_service.accounts.tables import Installation, SigningKey, Workspace
from survey_service.core import clock, tokens
from survey_service.core import database as core_database
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.invitations import queries, service
from survey_service.invitations.schemas import InvitationRow, NewInvitation
from survey_service.invitations.tables import Invitation
from survey_service.messaging import suppression, withdrawals
from survey_service.messaging.schemas import UNSUBSCRIBED, Withdrawal
from survey_service.messaging.tables import Suppression
from tests import factories
from tests.conftest import KEYS, SECRET, new_database, opened_for, settings_for
from tests.invitations.product import EMAIL, publish, queue

NEWER = "a-newer-key-of-the-tests-that-is-long-enough"
COPIED: Sequence[type[Table]] = (Workspace, Installation, SigningKey, Invitation, Suppression)


def links(keys: Keyring, row: InvitationRow) -> dict[str, str]:
    """Those of a mail that went out."""
    return {
        purpose: tokens.sign_id(keys, purpose, row.id)
        for purpose in (queries.INVITATION_TOKEN, queries.UNSUBSCRIBE_TOKEN)
    }


async def assert_nothing_is_forgotten(settings: Settings, row: InvitationRow, sent: dict[str, str]) -> None:
    keys = await signing_service.signing_keys(settings)
    assert await suppression.reason(keys, row.workspace, row.email) == UNSUBSCRIBED
    for purpose, token in sent.items():
        assert (await queries.invitation_by_token(keys, token, purpose)).id == row.id


async def left(settings: Settings, home: UUID, ledger: Path | None = None) -> tuple[InvitationRow, dict[str, str]]:
    """Somebody who left by the link of a mail, and the links of that mail."""
    keys = await signing_service.signing_keys(settings)
    row = await queue(home)
    await service.unsubscribe(keys, row, clock.now(), ledger)
    return row, links(keys, row)


@pytest.mark.parametrize("change", ["first", "newer", "rotated", "twice"])
async def test_under_other_keys(workspace: UUID, settings: Settings, change: str) -> None:
    before = settings if change == "newer" else replace(settings, secret_key="")
    row, sent = await left(before, workspace)
    now, after = clock.now(), before
    if change == "first":
        after = replace(settings, secret_key=NEWER)
    elif change == "newer":
        after = replace(settings, secret_key=f"{NEWER},{SECRET}")
    else:
        for days in range(3 if change == "twice" else 1):
            await signing_service.rotate(before, now - timedelta(days=9 - days))
    keys = await signing_service.signing_keys(after)
    assert tokens.sign_id(keys, queries.INVITATION_TOKEN, row.id) != sent[queries.INVITATION_TOKEN]
    await assert_nothing_is_forgotten(after, row, sent)
    assert (await service.queue_invitation(keys, workspace, _again(), now)).state == "suppressed"
    none_known = Keyring("of another installation altogether")
    assert await suppression.reason(none_known, workspace, row.email) == UNSUBSCRIBED


def _again() -> NewInvitation:
    return NewInvitation(form="visit", email=EMAIL.upper(), again=True)


async def test_in_a_restored_database_by_the_ledger_alone(workspace: UUID, settings: Settings, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    row, sent = await left(settings, workspace, ledger)
    await core_database.execute("DELETE FROM suppression")
    await withdrawals.apply(ledger)
    await assert_nothing_is_forgotten(replace(settings, secret_key=f"{NEWER} {SECRET}"), row, sent)
    assert EMAIL not in ledger.read_text()


async def test_with_rows_that_were_copied_to_the_other_engine(
    sqlite_template: Path, postgres_server: str, postgres_template: str, tmp_path: Path
) -> None:
    here = replace(settings_for(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"), secret_key="")
    async with opened_for(here):
        home = await factories.workspace()
        await publish(home)
        row, sent = await left(here, home)
        await signing_service.rotate(here, clock.now() - timedelta(days=1))
        rows = {table: await core_database.fetch(table.select()) for table in COPIED}
    async with new_database(postgres_server, postgres_template) as address:
        there = replace(settings_for(address), secret_key=NEWER)
        async with opened_for(there):
            for table, copied in rows.items():
                await core_database.execute(table.insert(*(table(**one) for one in copied)))
            await assert_nothing_is_forgotten(there, row, sent)


@pytest.mark.parametrize("kept", [suppression.keyed_hash, suppression.former_hash])
async def test_what_was_keyed_is_kept_without_a_key_when_it_is_met(workspace: UUID, tmp_path: Path, kept: Any) -> None:
    ledger = tmp_path / "ledger"
    withdrawals.append(ledger, [Withdrawal(workspace, kept(SECRET, EMAIL), clock.now(), reason="complained")])
    await withdrawals.apply(ledger)
    newer = Keyring(NEWER, SECRET)
    assert await suppression.reason(newer, workspace, EMAIL) == "complained"
    assert len(await core_database.fetch("SELECT id FROM suppression")) == 1
    assert (await service.queue_invitation(newer, workspace, _again(), clock.now())).state == "suppressed"
    assert await suppression.reason(Keyring(NEWER), workspace, EMAIL) == "complained"
    assert await suppression.reason(Keyring(NEWER), workspace, "HANA@customers.example") == "complained"
    await withdrawals.apply(ledger)
    await core_database.execute("DELETE FROM suppression")
    await withdrawals.apply(ledger)
    assert await suppression.reason(Keyring(NEWER), workspace, EMAIL) == "complained"


async def test_what_the_ledger_missed_it_is_told_at_the_next_start(
    workspace: UUID, settings: Settings, tmp_path: Path
) -> None:
    row, _ = await left(settings, workspace)
    await withdrawals.apply(tmp_path / "ledger")
    assert [said.address_hash for said in withdrawals.read(tmp_path / "ledger")] == [
        suppression.address_hash(workspace, row.email)
    ]
    before = (tmp_path / "ledger").read_bytes()
    await withdrawals.apply(tmp_path / "ledger")
    assert (tmp_path / "ledger").read_bytes() == before


def test_an_address_is_another_one_in_another_workspace() -> None:
    here, there = new_id(), new_id()
    assert suppression.address_hash(here, EMAIL) == suppression.address_hash(here, EMAIL.upper())
    assert suppression.address_hash(here, EMAIL) != suppression.address_hash(there, EMAIL)
    assert suppression.address_hash(here, EMAIL) not in suppression.address_hashes(KEYS, here, EMAIL)[1:]
