"""The ledger of withdrawals outlives a power cut in the middle of a line."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.messaging import queries, withdrawals
from survey_service.messaging.schemas import Withdrawal

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_torn_line_takes_none_of_the_next_along(tmp_path: Path, cut: int) -> None:
    ledger, home = tmp_path / "ledger", new_id()
    first, torn, third, fourth = (Withdrawal(home, name, NOW) for name in ("first", "torn", "third", "fourth"))
    withdrawals.append(ledger, [first])
    withdrawals.append(ledger, [torn])
    ledger.write_bytes(ledger.read_bytes()[:-cut])
    withdrawals.append(ledger, [third, fourth])
    whole = [first, torn, third, fourth] if cut == 1 else [first, third, fourth]
    assert withdrawals.read(ledger) == whole


def test_lines_without_empty_ones_between_are_read_too(tmp_path: Path) -> None:
    ledger, home = tmp_path / "ledger", new_id()
    said = [Withdrawal(home, str(number), NOW) for number in range(3)]
    withdrawals.append(ledger, said)
    ledger.write_text("\n".join(line for line in ledger.read_text().splitlines() if line))
    assert withdrawals.read(ledger) == said


def test_a_short_write_goes_on_where_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, home, write = tmp_path / "ledger", new_id(), os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:7]))
    said = [Withdrawal(home, f"address {number}", NOW) for number in range(3)]
    withdrawals.append(ledger, said)
    assert withdrawals.read(ledger) == said


def test_the_last_word_is_the_latest_wherever_it_stands(tmp_path: Path) -> None:
    ledger, home = tmp_path / "ledger", new_id()
    late = Withdrawal(home, "a", NOW, back=True)
    withdrawals.append(ledger, [late, Withdrawal(home, "a", NOW - timedelta(days=1)), Withdrawal(home, "b", NOW)])
    withdrawals.append(ledger, [Withdrawal(home, "b", NOW, back=True)])
    assert withdrawals.read(ledger) == [late, Withdrawal(home, "b", NOW, back=True)]


async def test_a_long_ledger_is_applied_in_batches(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, home, sizes = tmp_path / "ledger", new_id(), []
    gone = [Withdrawal(home, f"gone {number}", NOW + timedelta(seconds=number)) for number in range(7)]
    back = [Withdrawal(home, f"back {number}", NOW + timedelta(seconds=number)) for number in range(4)]
    withdrawals.append(ledger, [*gone, *back])
    assert await withdrawals.apply(ledger) == 11
    withdrawals.append(
        ledger, [Withdrawal(home, each.address_hash, NOW + timedelta(days=1), back=True) for each in back]
    )
    withdrawals.append(ledger, [Withdrawal(home, f"late {number}", NOW) for number in range(3)])
    monkeypatch.setattr(withdrawals, "AT_ONCE", 3)
    whole = withdrawals._apply

    async def batch(said: Sequence[Withdrawal]) -> int:
        sizes.append(len(said))
        return await whole(said)

    monkeypatch.setattr(withdrawals, "_apply", batch)
    assert await withdrawals.apply(ledger) == 4 + 3
    assert sizes == [3, 3, 3, 3, 2]
    known = {said.address_hash for said in await queries.known()}
    assert known == {f"gone {number}" for number in range(7)} | {f"late {number}" for number in range(3)}
    assert await withdrawals.apply(ledger) == 0


async def test_the_moment_of_a_withdrawal_is_kept(database: Database, tmp_path: Path) -> None:
    said = Withdrawal(new_id(), "a", NOW, reason="complained")
    withdrawals.append(tmp_path / "ledger", [said])
    await withdrawals.apply(tmp_path / "ledger")
    assert await queries.known() == [said]
