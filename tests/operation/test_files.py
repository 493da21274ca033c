"""What commands write is whole, and nobody else's."""

from pathlib import Path

import pytest

from survey_service.operation.files import whole


@pytest.mark.parametrize("before", [None, 0o640, 0o644])
def test_a_new_file_is_its_owners_alone_and_one_that_was_there_stays_as_open(
    tmp_path: Path, before: int | None
) -> None:
    path = tmp_path / "answers.csv"
    if before is not None:
        path.write_bytes(b"of yesterday")
        path.chmod(before)
    with whole(path) as written:
        written.write(b"of today")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"of today", before or 0o600)


def test_an_error_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(b"of yesterday")
    with pytest.raises(ZeroDivisionError), whole(path) as written:
        written.write(b"of to" + b"day" * (1 // 0))
    assert path.read_bytes() == b"of yesterday"
    assert [file.name for file in tmp_path.iterdir()] == ["answers.csv"]


def test_what_a_killed_command_left_is_in_nobodys_way(tmp_path: Path) -> None:
    left = tmp_path / ".answers.csv.partial"
    left.write_bytes(b"half")
    left.chmod(0o644)
    with whole(tmp_path / "answers.csv") as written:
        written.write(b"whole")
    assert (tmp_path / "answers.csv").stat().st_mode & 0o777 == 0o600
    assert not left.exists()
