"""What is checked before an answer is kept: language, place, customer and hidden values; and what follows."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from survey_service.accounts import audit
from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Forbidden, Gone, Invalid
from survey_service.core.ids import ALPHABET, new_id
from survey_service.forms import queries as forms
from survey_service.forms import service as form_service
from survey_service.forms.schemas import FormChange, PublishedForm
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses import queries, service
from survey_service.responses.schemas import PreparedResponse, Submission
from survey_service.responses.service import Origin
from tests import factories
from tests.answers import Killed, an_owner, differences, keep, killed_after_commit, once_before_a_plan, release
from tests.conftest import KEYS
from tests.lasting import waits_for_a_replica

pytestmark = pytest.mark.usefixtures("client")
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


async def published() -> PublishedForm:
    return await forms.published("visit")


async def prepared(now: datetime = NOON, origin: Origin | None = None, **more: Any) -> PreparedResponse:
    submission = Submission(more.pop("answers", {"recommend": 9}), **more)
    return await service.prepare(await published(), submission, origin or Origin(channel="api"), KEYS, now)


async def refused(**more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        await prepared(**more)
    return [(e.field, e.code) for e in error.value.errors]


async def test_an_entry_is_what_was_sent_and_nothing_more() -> None:
    home = await factories.published()
    identity = uuid4()
    entry = await prepared(id=identity, answers={"recommend": 3, "comment": " slow ", "email": "A@Example.ORG"})
    assert (entry.workspace, entry.client_id, entry.state, entry.channel) == (home, identity, "complete", "api")
    assert (entry.score, entry.comment, entry.language, entry.version) == (3, "slow", "en", 1)
    assert (entry.received_at, entry.day) == (NOON, NOON.date())
    assert (entry.customer, entry.customer_strength, entry.place, entry.spam_reason) == (None, "", None, "")
    assert entry.claimed_email == "A@example.org"
    assert entry.id != entry.client_id


async def test_a_suspect_is_kept_apart() -> None:
    await factories.published()
    entry = await prepared(origin=Origin(channel="link", spam_reason="honeypot"))
    assert (entry.state, entry.spam_reason) == ("spam", "honeypot")


@pytest.mark.parametrize(
    ("wanted", "language"), [(None, "en"), ("", "en"), ("am", "am"), ("am-ET", "am"), ("EN-us", "en")]
)
async def test_the_language_is_one_of_the_forms(wanted: str | None, language: str) -> None:
    await factories.published()
    assert (await prepared(language=wanted)).language == language


async def test_everything_wrong_is_told_at_once() -> None:
    await factories.published()
    found = await refused(answers={"recommend": 11}, language="xx", place="nowhere", customer="forged")
    assert set(found) == {
        ("recommend", "out_of_range"), ("language", "not_offered"), ("place", "unknown"), ("customer", "unknown")
    }  # fmt: skip


async def test_a_day_is_the_workspaces_own() -> None:
    home = await factories.published()
    await database.execute("UPDATE workspace SET time_zone = 'Africa/Addis_Ababa' WHERE id = {}", home)
    late = datetime(2026, 10, 5, 21, 30, tzinfo=UTC)
    assert (await prepared(late)).day.isoformat() == "2026-10-06"


async def test_a_place_of_somebody_else_is_unknown() -> None:
    home = await factories.published()
    ours = await places.create_place(home, NewPlace("Piassa", code="piassa"), clock.now())
    theirs = await places.create_place(home, NewPlace("Bole", code="bole"), clock.now())
    await database.execute("UPDATE place SET workspace = {} WHERE id = {}", new_id(), theirs.id)
    assert (await prepared(place="piassa")).place == ours.id
    assert await refused(place="bole") == [("place", "unknown")]
    assert (await prepared(origin=Origin(channel="qr", place_code="piassa"))).place == ours.id


async def test_only_declared_hidden_values_are_kept() -> None:
    await factories.published()
    entry = await prepared(hidden={"order": "A-7", "secret": "x"})
    assert msgspec.json.decode(entry.hidden) == {"order": "A-7"}


async def test_who_is_invited_is_believed_and_what_they_type_is_no_claim() -> None:
    await factories.published()
    customer, invitation = new_id(), new_id()
    origin = Origin(channel="email", invitation=invitation, customer=customer, customer_strength="verified")
    entry = await prepared(origin=origin, id=uuid4(), answers={"recommend": 9, "email": "other@example.org"})
    assert (entry.customer, entry.customer_strength, entry.claimed_email) == (customer, "verified", "")
    assert entry.client_id == entry.invitation == invitation


async def test_closed_and_locked_forms_take_nothing() -> None:
    home = await factories.published()
    await form_service.change(home, "visit", FormChange(accepts_json=False), clock.now())
    with pytest.raises(Forbidden):
        service.require_json_allowed(await published())
    await form_service.set_open(home, "visit", False, clock.now())
    with pytest.raises(Gone):
        await prepared()


def test_a_receipt_depends_on_form_and_id() -> None:
    form, one, other = UUID(int=1), UUID(int=2), UUID(int=3)
    receipts = [service.receipt_of(form, one), service.receipt_of(form, other), service.receipt_of(other, one)]
    assert len(set(receipts)) == 3
    assert service.receipt_of(form, one) == receipts[0]
    for receipt in receipts:
        assert [len(part) for part in receipt.split("-")] == [4, 4]
        assert set(receipt) <= {*ALPHABET, "-"}


async def test_of_two_who_release_one_does() -> None:
    home = await factories.published()
    entry = await keep(state="spam", spam_reason="honeypot", answers={"recommend": 9, "comment": "good"})
    assert sorted(await asyncio.gather(*(release(home, entry.id) for _ in range(4)))) == [0, 0, 0, 1]
    (row,) = await database.fetch("SELECT state, spam_reason FROM response")
    assert row == {"state": "complete", "spam_reason": ""}
    assert len(await database.fetch("SELECT id FROM event WHERE kind = 'response.received'")) == 1
    assert len(await database.fetch("SELECT id FROM job")) == 1


async def suspect(email: str = "old@customers.example", **more: Any) -> PreparedResponse:
    return await keep(answers={"recommend": 0, "email": email, **more}, state="spam", at=clock.now())


async def changed_by_its_author(entry: PreparedResponse, **answers: Any) -> None:
    row = await queries.one(entry.workspace, entry.id)
    await service.amend(await published(), row, Submission({"recommend": 10} | answers), KEYS)


async def trail() -> list[tuple[str, str]]:
    found = await database.fetch("SELECT action, subject FROM audit_entry WHERE action LIKE 'answers%' ORDER BY at")
    return [(row["action"], row["subject"]) for row in found]


async def test_what_is_released_counts_as_its_author_left_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed between the reading of the answer and its release: its figures, words and customer are the new ones."""
    home = await factories.published()
    entry, other = await suspect(comment="old"), await suspect("other@customers.example")
    new = {"email": "new@customers.example", "comment": "new"}
    once_before_a_plan(monkeypatch, lambda: changed_by_its_author(entry, **new))
    assert await release(home, entry.id, other.id) == 2
    assert await differences(home) == []
    (row,) = await database.fetch("SELECT score, comment, customer, state FROM response WHERE id = {}", entry.id)
    assert (row["score"], row["comment"], row["state"]) == (10, "new", "complete")
    (known,) = await database.fetch("SELECT value FROM customer_identity WHERE customer = {}", row["customer"])
    assert known["value"] == "new@customers.example"
    assert await trail() == [("answers_released", "1")] * 2


async def test_what_its_author_goes_on_changing_stays_in_the_spam_box(monkeypatch: pytest.MonkeyPatch) -> None:
    home = await factories.published()
    entry, scores = await suspect(), iter((1, 2, 3))

    async def change() -> None:
        await changed_by_its_author(entry, recommend=next(scores))

    once_before_a_plan(monkeypatch, change, service.RELEASE_TRIES)
    with pytest.raises(Conflict):
        await release(home, entry.id)
    assert await database.fetch("SELECT state, score FROM response") == [{"state": "spam", "score": 3}]
    assert await differences(home) == []
    assert await trail() == []


@pytest.mark.parametrize("act", [service.release, service.discard])
async def test_what_cannot_be_told_in_the_trail_is_not_done(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """The process ends before the line is written: no answer is gone, and none counts."""
    home = await factories.published()
    entries = [await suspect() for _ in range(3)]

    def end(*_: Any) -> Any:
        raise Killed

    with monkeypatch.context() as ending:
        ending.setattr(audit, "_entry", end)
        with pytest.raises(Killed):
            await act(an_owner(home), [entry.id for entry in entries])
    assert await database.fetch("SELECT state FROM response") == [{"state": "spam"}] * 3
    assert await differences(home) == []
    assert await act(an_owner(home), [entry.id for entry in entries]) == 3
    assert await trail() == [(f"answers_{act.__name__.rstrip('e')}ed", "3")]


async def test_who_is_killed_right_after_a_release_has_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    home = await factories.published()
    entries = [await suspect() for _ in range(3)]
    killed_after_commit(monkeypatch)
    with pytest.raises(Killed):
        await release(home, *(entry.id for entry in entries))
    left = await database.fetch("SELECT id FROM response WHERE state = 'spam'")
    assert await trail() == [("answers_released", str(3 - len(left)))]


async def test_what_left_the_spam_box_is_neither_released_nor_discarded() -> None:
    home = await factories.published()
    entry = await keep()
    for act in (service.release, service.discard):
        assert await act(an_owner(home), [entry.id, new_id()]) == 0
        assert await act(an_owner(home), []) == 0
    assert len(await database.fetch("SELECT id FROM response")) == 1
    assert await trail() == []


async def test_a_stranger_reaches_no_spam_box() -> None:
    await factories.published()
    entry = await keep(state="spam", spam_reason="honeypot")
    for act in (service.release, service.discard):
        assert await act(an_owner(new_id()), [entry.id]) == 0
    assert await database.fetch("SELECT state FROM response") == [{"state": "spam"}]


async def test_what_is_too_old_or_not_complete_is_not_amended() -> None:
    await factories.published()
    entry = await keep(at=clock.now() - service.AMENDABLE_FOR)
    row = await queries.one(entry.workspace, entry.id)
    with pytest.raises(Gone):
        await service.amend(await published(), row, Submission({"recommend": 1}), KEYS)
    erased = msgspec.structs.replace(row, state="erased", received_at=clock.now())
    with pytest.raises(Gone):
        await service.amend(await published(), erased, Submission({"recommend": 1}), KEYS)
    assert (await database.fetch("SELECT id, score FROM response")) == [{"id": entry.id, "score": 9}]


@pytest.mark.parametrize("strength", ["claimed", "verified"])
async def test_who_is_killed_right_after_a_commit_has_told_the_timeline(
    monkeypatch: pytest.MonkeyPatch, strength: str
) -> None:
    """Nobody would do it later: the answer itself is changed already."""
    await factories.published()
    entry = await keep(answers={"recommend": 2, "comment": "Late", "email": "hana@customers.example"}, at=clock.now())
    await database.execute("UPDATE response SET customer_strength = {}", strength)
    row = await queries.one(entry.workspace, entry.id)
    killed_after_commit(monkeypatch)
    with pytest.raises(Killed):
        await service.amend(await published(), row, Submission({"recommend": 9, "comment": "Early"}), KEYS)
    told = await database.fetch("SELECT details FROM timeline_entry WHERE subject = {}", entry.id)
    scores = [msgspec.json.decode(each["details"])["score"] for each in told]
    assert scores == ([9] if strength == "verified" else [])


async def test_the_same_answers_again_change_nothing() -> None:
    await factories.published()
    entry = await keep(at=clock.now())
    row = await queries.one(entry.workspace, entry.id)
    assert await service.amend(await published(), row, Submission({"recommend": 9}), KEYS) == entry.receipt
    assert await database.fetch("SELECT id FROM event WHERE kind = 'response.amended'") == []
    other = msgspec.structs.replace(row, fingerprint="another")
    with pytest.raises(Conflict):
        await service.amend(await published(), other, Submission({"recommend": 1}), KEYS)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_is_told_again_that_an_answer_is_kept_can_rely_on_it() -> None:
    await factories.published()
    entry = await keep(at=clock.now())
    row = await queries.one(entry.workspace, entry.id)
    assert not await waits_for_a_replica("response")
    assert await service.amend(await published(), row, Submission({"recommend": 9}), KEYS) == entry.receipt
    assert await waits_for_a_replica("response")


async def test_the_same_answers_to_one_that_is_gone_are_not_said_to_be_kept() -> None:
    await factories.published()
    entry = await keep(at=clock.now())
    row = await queries.one(entry.workspace, entry.id)
    await database.execute("DELETE FROM response WHERE id = {}", entry.id)
    with pytest.raises(Conflict):
        await service.amend(await published(), row, Submission({"recommend": 9}), KEYS)
