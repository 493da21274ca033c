"""How long somebody has waited is said in whole units that have passed."""

from datetime import timedelta

import pytest

from survey_service.core.durations import age


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_whole_and_rounded_down(waited: timedelta, said: str) -> None:
    assert age(waited) == said
