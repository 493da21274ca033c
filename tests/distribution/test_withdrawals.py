"""The ledger of withdrawals outlives a power cut in the middle of a line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey_service.core.ids import new_id
from survey_service.distribution import withdrawals
from survey_service.distribution.withdrawals import Withdrawal

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
