"""Without script a form goes in steps, and what is kept is what a program would have sent."""

from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.conditions.syntax import Condition
from survey_service.core import clock, tokens
from survey_service.core.form_encoding import Fields
from survey_service.forms.definition import Definition
from survey_service.forms.validation import check, from_fields
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.survey import steps
from tests import factories
from tests.answers import rows
from tests.conftest import KEYS
from tests.questions.samples import sample
from tests.survey.walking import Walk

pytestmark = pytest.mark.usefixtures("patient")

LOW = {"of": "recommend", "is": "le", "to": 6}
LATE = {"of": "reasons", "is": "any_of", "to": ["late"]}
BY_QR = {"of": "channel", "is": "is", "to": "qr"}


def both(words: str) -> dict[str, str]:
    return {"en": words, "am": "አማርኛ"}


CHOICES = [{"key": key, "text": both(key)} for key in ("late", "wrong")]
FORM: dict[str, Any] = {
    "title": both("Visit"),
    "languages": ["en", "am"],
    "hidden": ["source"],
    "questions": [
        {"kind": "nps", "key": "recommend", "text": both("Recommend?"), "required": True},
        {"kind": "short_text", "key": "table", "text": both("Which table?"), "show_if": BY_QR},
        {"kind": "multiple_choice", "key": "reasons", "text": both("Why?"), "choices": CHOICES, "required": True,
         "show_if": LOW},
        {"kind": "long_text", "key": "when", "text": both("How late?"), "required": True, "show_if": LATE},
        {"kind": "long_text", "key": "comment", "text": both("Anything else?")},
    ],
}  # fmt: skip


async def stored() -> list[dict[str, Any]]:
    return [msgspec.json.decode(row["answers"]) for row in await rows()]


async def test_each_step_asks_what_the_ones_before_decide(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    assert (walk.form.offered, list(walk.form.buttons)) == ({"recommend"}, ["Next"])
    assert await walk.press("Next", recommend="3") == {"reasons"}
    assert list(walk.form.buttons) == ["Next", "Back"]
    assert await walk.press("Next", reasons=["late", "wrong"]) == {"when", "comment"}
    assert list(walk.form.buttons) == ["Send", "Back"]
    assert await walk.press("Back", when="an hour", comment="Pity") == {"reasons"}
    assert await walk.press("Next", reasons=["late"]) == {"when", "comment"}
    assert ("when", "an hour") in walk.form.sent
    await walk.press("Send")
    assert walk.reply.status_code == 303
    assert await stored() == [{"recommend": 3, "reasons": ["late"], "when": "an hour", "comment": "Pity"}]


async def test_a_step_in_which_nothing_is_asked_is_passed(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    assert await walk.press("Next", recommend="9") == {"comment"}
    assert await walk.press("Back") == {"recommend"}
    assert await walk.press("Next", recommend="2") == {"reasons"}
    await walk.press("Back")
    assert await walk.press("Next", recommend="9") == {"comment"}
    await walk.press("Send", comment="Well")
    assert await stored() == [{"recommend": 9, "comment": "Well"}]


async def test_what_is_wrong_is_said_at_its_step_and_stays_in_another_language(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    assert await walk.press("Next") == {"recommend"}
    assert walk.reply.status_code == 422
    assert 'id="recommend-error"' in walk.reply.text
    await walk.press("Next", recommend="3")
    assert await walk.press("Next") == {"reasons"}
    assert walk.reply.status_code == 422
    fields = walk.form.fields({"reasons": ["late"]}, "Next") | {"_show_in": ["am"]}
    other = Walk(client, "/s/visit")
    other._see(await client.post("/s/visit", data=fields))
    assert '<html lang="am"' in other.reply.text
    assert (other.form.offered, list(other.form.buttons)) == ({"reasons"}, ["ቀጣይ", "ተመለስ"])
    assert await other.press("ቀጣይ") == {"when", "comment"}
    await other.press("ይላኩ", when="an hour")
    assert await stored() == [{"recommend": 3, "reasons": ["late"], "when": "an hour"}]


async def test_what_came_along_is_there_at_the_end(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    fields = walk.form.fields({"recommend": "3"}, "Next") | {"_hidden_source": ["poster"], "sender": ["a plug-in"]}
    walk._see(await client.post("/s/visit", data=fields))
    await walk.press("Next", reasons=["wrong"])
    await walk.press("Send")
    (kept,) = await rows()
    assert "poster" in kept["hidden"]
    assert "a plug-in" in kept["hidden"]


async def test_what_came_along_with_a_form_of_another_site_stays_when_it_is_asked_again(
    client: httpx.AsyncClient,
) -> None:
    await factories.published("visit", FORM)
    again = await client.post("/c/visit", data={"_hidden_source": "poster", "comment": "Pity"})
    assert again.status_code == 422
    assert '<input type="hidden" name="_hidden_source" value="poster">' in again.text


async def test_the_same_walk_twice_asks_what_it_is(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    await walk.press("Next", recommend="9")
    last = walk.form.fields({"comment": "Well"}, "Send")
    assert (await client.post("/s/visit", data=last)).status_code == 303
    again = Walk(client, "/s/visit")
    again._see(await client.post("/s/visit", data=last | {"comment": ["Better"]}))
    change, add, *_back = again.form.buttons
    await again.press(change)
    assert again.reply.status_code == 303
    assert await stored() == [{"recommend": 9, "comment": "Better"}]
    assert add


async def test_an_invitation_and_the_change_of_its_answer_go_in_steps(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    new = NewInvitation("visit", "hana@customers.example", "Hana", "en")
    row = await invitations.queue_invitation(KEYS, home, new, clock.now())
    address = f"/i/{tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, row.id)}"
    walk = await Walk(client, address).begin()
    assert await walk.press("Next", recommend="3") == {"reasons"}
    assert await walk.press("Next", reasons=["late"]) == {"when", "comment"}
    await walk.press("Send", when="an hour")
    assert walk.reply.status_code == 303
    more = await Walk(client, f"{address}/more").begin()
    assert more.form.offered == {"recommend"}
    assert await more.press("Next") == {"reasons"}
    assert await more.press("Next") == {"when", "comment"}
    (send, *_back) = more.form.buttons
    await more.press(send, comment="Pity")
    assert more.reply.status_code == 303
    assert await stored() == [{"recommend": 3, "reasons": ["late"], "when": "an hour", "comment": "Pity"}]


async def test_where_nobody_is_asked_by_answers_one_page_asks_what_is_to_be_asked(client: httpx.AsyncClient) -> None:
    questions = [FORM["questions"][0], FORM["questions"][1]]
    home = await factories.published("visit", FORM | {"questions": questions})
    walk = await Walk(client, "/s/visit").begin()
    assert (walk.form.offered, list(walk.form.buttons)) == ({"recommend"}, ["Send"])
    await factories.place(home)
    there = await Walk(client, "/q/piassa").begin()
    assert there.form.offered <= {"recommend", "table"}


async def test_a_number_that_is_no_step_is_a_whole_page(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    for said in ("99", "-1", "two", "", "٣", "9" * 50):
        fields = factories.page_fields((await client.get("/s/visit")).text) | {"recommend": "9", "_step": said}
        assert (await client.post("/s/visit", data=fields)).status_code == 303, said


CONDITIONS = st.sampled_from(
    [None, LOW, {"not": LOW}, {"of": "reason"}, {"of": "parts", "is": "any_of", "to": ["a"]}, BY_QR, {"of": "comment"}]
)
KINDS = {"recommend": "nps", "reason": "single_choice", "parts": "multiple_choice", "comment": "long_text"}
ANSWERS = st.fixed_dictionaries(
    {"recommend": st.integers(0, 10), "reason": st.sampled_from(["a", "b"]), "comment": st.just("Late")},
    optional={"parts": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True)},
)


def form(conditions: Sequence[Any]) -> Definition:
    before: set[str] = set()
    questions = []
    for (key, kind), condition in zip(KINDS.items(), [None, *conditions], strict=True):
        usable = condition if condition and _reads(condition) <= before | {"channel"} else None
        shown = msgspec.convert(usable, Condition) if usable else None
        questions.append(sample(kind, key=key, required=kind != "multiple_choice", show_if=shown))
        before.add(key)
    return Definition(title={"en": "Form"}, languages=["en"], questions=questions)


def _reads(condition: dict[str, Any]) -> set[str]:
    return {condition["of"]} if "of" in condition else _reads(condition["not"])


def walked(definition: Definition, answers: Fields, around: dict[str, str]) -> dict[str, Any]:
    """What is kept of somebody who answers all that each step asks, with what travelled along."""
    fields: dict[str, list[str]] = {}
    step = steps.opened(definition, around)
    while step:
        along = steps.carried(definition, fields, step)
        fields = {name: [value for own, value in along if own == name] for name, _ in along}
        fields |= {key: answers[key] for key in step.keys if key in answers}
        values = {**around, **check(definition, from_fields(definition, fields), "en", around=around).answers}
        step = steps.after(definition, values, step.number)
    return check(definition, from_fields(definition, fields), "en", around=around).answers


@given(st.lists(CONDITIONS, min_size=3, max_size=3), ANSWERS, st.sampled_from(["qr", "api"]))
def test_steps_keep_what_one_page_keeps(conditions: list[Any], answers: dict[str, Any], channel: str) -> None:
    definition, around = form(conditions), {"language": "en", "channel": channel}
    if steps.opened(definition, around) is None:
        return
    fields = steps.as_fields(answers)
    assert walked(definition, fields, around) == check(definition, answers, "en", around=around).answers


async def test_a_step_does_not_count_what_others_ask(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    walk = await Walk(client, "/s/visit").begin()
    assert 'class="progress"' in walk.reply.text
    await walk.press("Next", recommend="3")
    await walk.press("Next", reasons=["late"])
    assert walk.form.offered == {"when", "comment"}
    assert 'class="progress"' not in walk.reply.text
