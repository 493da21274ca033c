"""Moments are written in one way, by day as by night."""

import re
from datetime import UTC, datetime

import pytest

from survey_service.core import moments
from survey_service.core.i18n import staff
from survey_service.core.templates import PACKAGE

BARE_COMMA = re.compile(r"loop\.last %\}[,;] |join\('[,;] '\)|\}, \{hour\(|\{\{ '[,;] '")
ONE_DIGIT = re.compile(r"\.hour\}|%-[HI]|%I\b|(?<![Hh])[Hh]:mm|\d, \d:\d\d\b")


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (datetime(2026, 10, 5, 9, 5, tzinfo=UTC), "UTC", "5 Oct 2026, 09:05"),
        (datetime(2026, 9, 5, 20, 50, tzinfo=UTC), "Asia/Colombo", "6 Sep 2026, 02:20"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "Europe/Riga", "1 Jan 2027, 01:59"),
        (datetime(2026, 11, 27, 0, 0, tzinfo=UTC), "UTC", "27 Nov 2026, 00:00"),
    ],
)
def test_a_moment_in_a_zone(moment: datetime, zone: str, said: str) -> None:
    assert moments.local_time(moment, zone) == said
    assert moments.local_day(moment, zone) == said.partition(",")[0]


def test_no_module_and_no_page_writes_an_hour_with_one_digit() -> None:
    """`2:20` beside `02:25` on one page: each had its own way."""
    files = sorted(path for kind in ("*.py", "*.html", "*.txt") for path in PACKAGE.rglob(kind))
    assert len(files) > 100
    assert not [str(path) for path in files if ONE_DIGIT.search(path.read_text(encoding="utf-8"))]


def test_a_day_and_an_hour_are_parted_as_the_language_does() -> None:
    moment = datetime(2026, 11, 27, 14, 26, tzinfo=UTC)
    assert moments.at("27 November", moment) == "27 November, 14:26"
    with staff.spoken("ar"):
        assert moments.at("27 نوفمبر", moment) == "27 نوفمبر، 14:26"
    with staff.spoken("am"):
        assert moments.local_time(moment, "UTC").endswith("፣ 14:26")


def test_no_page_parts_a_row_by_a_latin_comma() -> None:
    """Arabic and Amharic have their own: `_(', ')` in templates, `in_a_row` in modules."""
    files = sorted(path for kind in ("*.py", "*.html") for path in PACKAGE.rglob(kind))
    assert not [str(path) for path in files if BARE_COMMA.search(path.read_text(encoding="utf-8"))]
