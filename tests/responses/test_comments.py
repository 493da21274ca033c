"""Comments are read after they were answered: their moods move counts once, whatever happens in between."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.forms import queries as forms
from survey_service.responses import comments, queries, service
from survey_service.responses.schemas import Submission
from survey_service.sentiment import service as sentiment
from tests import factories
from tests.answers import Killed, differences, keep, killed_after_commit, once_before_a_plan
from tests.conftest import KEYS

pytestmark = pytest.mark.usefixtures("client")
GOOD, BAD = "I love it, wonderful roses", "Terrible, rude and horrible"


async def labels() -> dict[str, str]:
    return {row["comment"]: row["sentiment"] for row in await database.fetch("SELECT comment, sentiment FROM response")}


async def test_a_mood_stands_on_the_answer_and_on_the_timeline() -> None:
    home = await factories.published()
    good = await keep(answers={"recommend": 9, "comment": GOOD, "email": "hana@customers.example"})
    bad = await keep(answers={"recommend": 1, "comment": BAD})
    none = await keep(answers={"recommend": 5})
    assert await comments.read_comments([good.id, bad.id, none.id], clock.now()) == 2
    assert await labels() == {GOOD: "positive", BAD: "negative", "": ""}
    readings = await database.fetch("SELECT response, label, language, question FROM comment_reading ORDER BY label")
    assert [(r["response"], r["label"]) for r in readings] == [(bad.id, "negative"), (good.id, "positive")]
    assert {(r["language"], r["question"]) for r in readings} == {("en", "comment")}
    (entry,) = await database.fetch("SELECT details FROM timeline_entry WHERE subject = {}", good.id)
    assert '"sentiment":"positive"' in entry["details"]
    assert await differences(home) == []


@pytest.mark.parametrize("state", ["spam", "erased", "test", "partial"])
async def test_only_answers_that_are_complete_are_read(state: str) -> None:
    await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": GOOD})
    await database.execute("UPDATE response SET state = {}", state)
    assert await comments.read_comments([entry.id], clock.now()) == 0
    assert await labels() == {GOOD: ""}


@pytest.mark.parametrize("change", ["state = 'erased', comment = ''", "sentiment = 'negative'"])
async def test_what_changed_while_it_was_read_is_left_alone(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": GOOD, "email": "hana@customers.example"})
    await keep(answers={"recommend": 1, "comment": BAD})
    write = database.current().run

    async def meanwhile(plan: Any) -> Any:
        await database.execute(f"UPDATE response SET {change} WHERE id = {{}}", entry.id)
        return await write(plan)

    monkeypatch.setattr(database.current(), "run", meanwhile)
    (other,) = await database.fetch("SELECT id FROM response WHERE comment = {}", BAD)
    await comments.read_comments([entry.id, other["id"]], clock.now())
    (row,) = await database.fetch("SELECT sentiment FROM response WHERE id = {}", entry.id)
    assert row["sentiment"] == ("negative" if "negative" in change else "")
    (told,) = await database.fetch("SELECT details FROM timeline_entry WHERE subject = {}", entry.id)
    assert "positive" not in told["details"]
    assert [r["response"] for r in await database.fetch("SELECT response FROM comment_reading")] == [other["id"]]


@pytest.mark.parametrize("was", ["", "positive"], ids=["unread", "read"])
async def test_an_answer_changed_while_it_was_read_is_not_given_its_old_reading(
    monkeypatch: pytest.MonkeyPatch, was: str
) -> None:
    """Its words and its score are others, also where its mood was none before and is none again."""
    home = await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": GOOD, "email": "hana@customers.example"}, at=clock.now())
    if was:
        await comments.read_comments([entry.id], clock.now())

    async def change(comment: str = BAD) -> None:
        row, form = await queries.one(home, entry.id), await forms.published("visit")
        await service.amend(form, row, Submission({"recommend": 1, "comment": comment}), KEYS)

    once_before_a_plan(monkeypatch, change)
    await comments.read_comments([entry.id], clock.now())
    assert await labels() == {BAD: ""}
    assert await differences(home) == []
    await comments.read_comments([entry.id], clock.now())
    assert await labels() == {BAD: "negative"}
    assert await differences(home) == []


async def test_words_that_are_changed_and_changed_back_are_read_again() -> None:
    home = await factories.published()
    first = {"recommend": 9, "comment": GOOD}
    entry = await keep(answers=first, at=clock.now())
    for answers in ({"recommend": 1, "comment": BAD}, first):
        await comments.read_comments([entry.id], clock.now())
        await database.execute("UPDATE job SET state = 'done'")
        row = await queries.one(home, entry.id)
        await service.amend(await forms.published("visit"), row, Submission(dict(answers)), KEYS)
        assert await database.fetch("SELECT kind FROM job WHERE state = 'ready'") == [{"kind": "sentiment.read"}]


async def test_who_is_killed_right_after_a_commit_has_told_the_timeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would do it later: the answer itself is read already."""
    await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": GOOD, "email": "hana@customers.example"})
    killed_after_commit(monkeypatch)
    with pytest.raises(Killed):
        await comments.read_comments([entry.id], clock.now())
    assert await labels() == {GOOD: "positive"}
    (told,) = await database.fetch("SELECT details FROM timeline_entry WHERE subject = {}", entry.id)
    assert '"sentiment":"positive"' in told["details"]


async def test_many_are_read_in_short_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    home = await factories.published()
    kept = [await keep(answers={"recommend": n % 11, "comment": f"{GOOD} {n}"}) for n in range(25)]
    sizes: list[int] = []
    whole = sentiment.read_all

    def counting(batch: Sequence[sentiment.Comment]) -> Any:
        sizes.append(len(batch))
        return whole(batch)

    monkeypatch.setattr(sentiment, "read_all", counting)
    monkeypatch.setattr(comments, "AT_ONCE", 10)
    assert await comments.read_comments([entry.id for entry in kept], clock.now()) == 25
    assert sizes == [10, 10, 5]
    assert set((await labels()).values()) == {"positive"}
    assert await differences(home) == []


async def test_a_new_mood_takes_the_place_of_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    home = await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": GOOD})
    await comments.read_comments([entry.id], clock.now())
    assert await differences(home) == []
    await database.execute("UPDATE response SET comment = {}", BAD)
    await comments.read_comments([entry.id], clock.now())
    assert await labels() == {BAD: "negative"}
    readings = await database.fetch("SELECT label, current FROM comment_reading ORDER BY label")
    assert [(r["label"], bool(r["current"])) for r in readings] == [("negative", True), ("positive", False)]
    assert await differences(home) == []


async def test_a_language_that_nobody_reads_is_said_and_not_neutral(client: httpx.AsyncClient) -> None:
    await factories.published()
    entry = await keep(answers={"recommend": 9, "comment": "በጣም ጥሩ አገልግሎት"}, language="am")
    await comments.read_comments([entry.id], clock.now())
    (reading,) = await database.fetch("SELECT label, polarity, language FROM comment_reading")
    assert reading == {"label": "unsupported", "polarity": None, "language": "am"}
