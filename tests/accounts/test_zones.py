"""Which time zones people are offered."""

import pytest

from survey_service.accounts import zones


def names(standing: str = "") -> list[str]:
    return [name for name, _ in zones.choices(standing)]


@pytest.mark.parametrize("odd", ["Zulu", "W-SU", "ROC", "localtime", "US/Eastern", "Etc/GMT+3", "EST5EDT", "GB"])
def test_only_places_and_utc_are_offered_but_what_stands_stays(odd: str) -> None:
    assert odd not in names()
    assert (odd in names(odd)) is (odd in zones.time_zones())
    assert names(odd) == sorted(names(odd))


def test_every_place_is_offered() -> None:
    assert {"UTC", "Europe/Riga", "Asia/Tbilisi", "America/Argentina/Buenos_Aires"} <= set(names())
    assert all(name == "UTC" or "/" in name for name in names())
    assert dict(zones.choices())["America/New_York"] == "America/New York"
