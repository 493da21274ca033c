"""The timeline in words."""

from datetime import UTC, datetime

import pytest

from survey_service import joined
from survey_service.core.ids import new_id
from survey_service.customers import history
from survey_service.customers.schemas import CLAIMED, VERIFIED, Details, TimelineRecord

NINE = datetime(2026, 10, 5, 9, 5, tzinfo=UTC)


def entry(kind: str, details: Details, strength: str = VERIFIED) -> TimelineRecord:
    return TimelineRecord(new_id(), kind, strength, new_id(), details, NINE)


@pytest.mark.parametrize(
    ("kind", "channel", "title"),
    [
        ("response", "carrier pigeon", "Answered"),
        ("invitation_sent", "email", "Invitation sent"),
        ("moved_house", "", "Moved house"),
    ],
)
def test_what_nobody_named_is_shown_by_its_name(kind: str, channel: str, title: str) -> None:
    assert history.event(entry(kind, Details(channel=channel)), joined.TIMELINE, {}, "UTC").title == title


def test_a_claim_says_so_and_an_unread_language_why() -> None:
    details = Details(form="Visit", comment="გმადლობთ", language="ka", sentiment="unsupported", score=9)
    shown = history.event(entry("response", details, CLAIMED), joined.TIMELINE, {}, "UTC")
    assert (shown.badge, shown.score) == ("Claimed", 9)
    assert shown.told == ["Visit", "Georgian"]
    assert shown.mood_reason == "no reader for Georgian yet"


def test_why_it_was_not_read_is_said_once() -> None:
    why = "the language was not recognised"
    details = Details(form="Visit", comment="…", language="und", sentiment="unsupported", reason=why)
    shown = history.event(entry("response", details), joined.TIMELINE, {}, "UTC")
    assert shown.mood_reason == why
    assert why not in shown.told
    refused = Details(form="Visit", reason="The server refused the address")
    assert "refused" in history.event(entry("invitation_failed", refused), joined.TIMELINE, {}, "UTC").told[0]


def test_an_invitation_that_went_out_is_one_line() -> None:
    first, second = new_id(), new_id()
    steps = [
        (second, "invitation_queued"), (first, "invitation_sent"), (first, "invitation_queued"),
        (first, "invitation_failed"), (first, "invitation_queued"),
    ]  # fmt: skip
    entries = [
        TimelineRecord(new_id(), kind, VERIFIED, subject, Details(form="Visit"), NINE) for subject, kind in steps
    ]
    ((_, events),) = history.by_month(entries, joined.TIMELINE, {}, "UTC")
    assert [shown.title for shown in events] == [
        "Invitation waiting to go out",
        "Invitation sent",
        "Invitation not delivered",
    ]
