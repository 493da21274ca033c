"""Which time zones people are offered."""

from importlib.resources import files

import pytest

from survey_service.core import zones


def names(standing: str = "") -> list[str]:
    return [name for name, _ in zones.choices(standing)]


@pytest.mark.parametrize(
    "odd",
    [
        "Zulu",
        "W-SU",
        "ROC",
        "localtime",
        "US/Eastern",
        "Etc/GMT+3",
        "EST5EDT",
        "GB",
        "Asia/Calcutta",
        "Africa/Asmera",
        "America/Argentina/ComodRivadavia",
        "Europe/Kiev",
    ],
)
def test_only_places_and_utc_are_offered_but_what_stands_stays(odd: str) -> None:
    assert odd not in names()
    assert (odd in names(odd)) is (odd in zones.time_zones())
    assert names(odd) == sorted(names(odd))


@pytest.mark.parametrize("nowhere", ["localtime", "Factory", "posixrules"])
def test_a_name_that_means_no_place_is_no_zone(nowhere: str) -> None:
    assert nowhere not in zones.time_zones()


def test_every_place_of_the_world_is_offered() -> None:
    """The source's own table of countries and places says what there is, in its third column."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    places = {line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")}
    assert len(places) > 400
    assert places - set(names()) == set()
    assert dict(zones.choices())["America/New_York"] == "America/New York"
