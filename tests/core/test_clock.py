"""Time is aware UTC; days are those of the workspace's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest

from survey_service.core import clock


def test_now_is_aware_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2027, 1, 1)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 12, 31)),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", date(2026, 12, 31)),
        (datetime(2026, 3, 4, 18, 14, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 4)),
        (datetime(2026, 3, 4, 18, 15, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 5)),
        (datetime(2026, 3, 4, 21, tzinfo=UTC), "Africa/Addis_Ababa", date(2026, 3, 5)),
    ],
)
def test_a_day_is_the_places_own(moment: datetime, zone: str, day: date) -> None:
    assert clock.local_day(moment, zone) == day


def test_an_unknown_zone_is_an_error() -> None:
    assert issubclass(ZoneInfoNotFoundError, KeyError)
    with pytest.raises(KeyError):
        clock.local_day(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Nowhere")
