"""Today: the page, its links, and what it says when there is nothing to say."""

import html
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from survey_service.accounts import installation_service, sign_in
from survey_service.core.channels import CHANNELS, how
from survey_service.dashboard import plotly_script
from survey_service.forms import queries as forms
from survey_service.forms import service as form_service
from tests import factories
from tests.answers import session_of
from tests.dashboard import seeding
from tests.dashboard.conftest import EMAIL
from tests.dashboard.seeding import Shop

OCTOBER = "/app?form=visit&from=2026-10-01&to=2026-10-31"


def text_of(page: str) -> str:
    plain = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


async def test_the_page_tells_the_figures_in_words(client: httpx.AsyncClient, served: Shop) -> None:
    reply = await client.get(OCTOBER)
    assert reply.status_code == 200
    said = text_of(reply.text)
    assert "20 points above September: more than chance explains." in said
    for part in (
        "43 33 to 51 325 answers",
        "75 % 60 to 86 40 answers",
        "65 % promoters 211",
        "Not counted: 1 spam , 1 test , 0 partial .",
    ):
        assert part in said
    assert "Too few answers: 7 of the 10 needed" in said
    assert 'lang="ml"' in reply.text
    assert 'dir="auto"' in reply.text


async def test_figures_open_into_exactly_their_answers(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get(OCTOBER)).text
    opened = [parse_qs(urlsplit(link).query) for link in links(page) if link.startswith("/app/answers?")]
    assert opened
    assert all(query["form"] == ["visit"] for query in opened)
    asked = [query.get("score") for query in opened]
    assert ["recommend:0-6"] in asked
    assert ["recommend:0-10"] in asked
    assert ["satisfaction:1-5"] in asked
    assert any(query.get("place") == ["galle-face"] for query in opened)
    assert any(query.get("channel") == ["qr"] for query in opened)
    assert any(query.get("comment") == ["1"] for query in opened)
    assert any(query["from"] == ["2026-09-01"] and query["to"] == ["2026-09-30"] for query in opened)


async def test_a_link_of_a_figure_leads_to_as_many_answers(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get(f"{OCTOBER}&place=mg-road")).text
    link = next(link for link in links(page) if "score=recommend%3A0-6" in link and link.startswith("/app/answers?"))
    reply = await client.get(link)
    assert reply.status_code == 200
    assert reply.text.count('class="mark mark--detractor"') >= 8


async def test_filters_live_in_the_address_and_work_without_script(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get(f"{OCTOBER}&channel=qr&place=galle-face")).text
    assert '<form class="filters" method="get" action="/app"' in page
    assert '<option value="qr" selected>' in page
    assert 'value="2026-10-01"' in page
    pdf = next(link for link in links(page) if link.startswith("/app/reports/summary.pdf"))
    assert parse_qs(urlsplit(pdf).query) == {
        "form": ["visit"],
        "from": ["2026-10-01"],
        "to": ["2026-10-31"],
        "place": ["galle-face"],
        "channel": ["qr"],
    }
    preset = next(link for link in links(page) if "period=last-7-days" in link)
    assert "place=galle-face" in preset
    assert "from=" not in preset


async def test_today_opens_the_form_with_the_most_answers(client: httpx.AsyncClient, served: Shop) -> None:
    """Not the oldest form, nor that with the newest answer, nor one without a score, nor one that machines came to."""
    only_text = {"title": {"en": "T"}, "languages": ["en"], "questions": [factories.VISIT["questions"][4]]}
    await factories.published("tasting", {**factories.VISIT, "hidden": []}, served.workspace)
    await factories.published("message", only_text, served.workspace)
    day, days = date(2026, 11, 5), "from=2026-11-01&to=2026-11-30"

    async def opened(query: str = days) -> str:
        page = (await client.get(f"/app?{query}")).text
        choice = page.partition('name="form"')[2].partition("</select>")[0]
        (chosen,) = re.findall(r'<option value="(\w+)" selected>', choice)
        return str(chosen)

    for slug, state, times, expected in (
        ("tasting", "spam", 5, "visit"),
        ("tasting", "complete", 2, "tasting"),
        ("message", "complete", 9, "tasting"),
        ("visit", "complete", 1, "tasting"),
        ("visit", "test", 3, "tasting"),
        ("visit", "complete", 2, "visit"),
        ("tasting", "complete", 2, "tasting"),
    ):
        shop = msgspec.structs.replace(served, published=await forms.published(slug))
        answers = {"comment": "Hello"} if slug == "message" else {"recommend": 9}
        await seeding.write(served.database, [shop.entry(answers, day, state=state) for _ in range(times)])
        assert await opened() == expected, (slug, state)
    assert await opened("from=2026-10-01&to=2026-10-31") == "visit"
    assert await opened("period=all") == "visit"
    assert await opened(f"{days}&form=message") == "message"
    shop = msgspec.structs.replace(served, published=await forms.published("visit"))
    await seeding.write(served.database, [shop.entry({"recommend": 2}, day, channel="kiosk")])
    assert await opened(f"{days}&channel=kiosk") == "visit"
    assert await opened(f"{days}&channel=link") == "tasting"
    crumb = text_of((await client.get(f"/app?{days}")).text.partition('class="crumb"')[2].partition("</p>")[0])
    assert shop.published.name not in crumb
    assert (await forms.published("tasting")).name in crumb


async def test_no_page_may_have_inline_styles(client: httpx.AsyncClient, served: Shop) -> None:
    for address in (OCTOBER, "/app/reports", "/app/answers"):
        policy = (await client.get(address)).headers["content-security-policy"]
        assert "unsafe" not in policy


def explored(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)" data-url="([^"]+)"', html.unescape(page)))


async def test_figures_to_explore_have_the_page_s_numbers(client: httpx.AsyncClient, served: Shop) -> None:
    addresses = explored((await client.get(f"{OCTOBER}&channel=qr")).text)
    hero = (await client.get(f"{OCTOBER}&channel=qr&x=1")).text
    bars = (await client.get(addresses["histogram"])).json()["data"][0]
    assert f"{sum(bars['y'])} answers" in text_of(hero)
    assert bars["customdata"][10].startswith("/app/answers?")
    assert parse_qs(urlsplit(bars["customdata"][10]).query)["channel"] == ["qr"]
    whole = explored((await client.get(OCTOBER)).text)
    line = (await client.get(whole["trend"])).json()["data"][-1]
    assert line["y"][-1] == pytest.approx(100 * (211 - 72) / 325)
    opened = text_of((await client.get(line["customdata"][-1])).text)
    assert "325 answers" in opened


async def test_a_figure_that_is_not_there_is_not_found(client: httpx.AsyncClient, served: Shop) -> None:
    for address in ("/app/figures/pie?form=visit", "/app/figures/trend?form=visit&from=2020-01-01&to=2020-01-31"):
        assert (await client.get(address)).status_code == 404


async def test_a_page_carries_no_figure_twice(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get(OCTOBER)).text
    assert "application/json" not in page
    assert re.findall(r"data-explore ([a-z]+)>", page) == ["hidden", "hidden"]


async def test_too_few_answers_are_a_state_all_through(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get("/app?form=visit&from=2026-10-01&to=2026-10-31&place=downtown")).text
    said, drawn = text_of(page.partition("Newest comments")[0]), page.partition('id="comments"')[0]
    assert re.search(r"Too few answers: \d of the 10 needed", said)
    assert not re.search(r"[0-9] %(?! interval)", said)
    assert not re.search(r"(k|f)-(promoter|passive|detractor)|class=\"(grid|whisker|band|range)\"", drawn)
    assert "Dashed line" not in page
    assert "▲" not in page


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
async def test_plotly_s_script_is_served_compressed_and_for_ever(client: httpx.AsyncClient, encoding: str) -> None:
    reply = await client.get(plotly_script.PATH, headers={"Accept-Encoding": encoding})
    assert reply.status_code == 200
    assert reply.headers.get("content-encoding", "") == encoding
    assert "immutable" in reply.headers["cache-control"]
    assert len(reply.content) == len(plotly_script.source())


def test_an_encoding_that_is_refused_is_not_used() -> None:
    assert plotly_script.best_encoding("br;q=0, gzip") == "gzip"
    assert plotly_script.best_encoding("gzip, deflate, br") == "br"
    assert plotly_script.best_encoding("identity") == ""


async def test_a_period_without_answers_says_what_lies_in_the_spam_box(client: httpx.AsyncClient, served: Shop) -> None:
    spring = date(2025, 4, 1)
    await seeding.write(
        served.database,
        [served.entry({"recommend": 9}, spring, state="spam", place=where) for where in (None, "mg-road", "mg-road")],
    )
    for more, words in (("", "3 answers were"), ("&place=mg-road", "2 answers were"), ("&place=-", "1 answer was")):
        page = (await client.get(f"/app?form=visit&from=2025-04-01&to=2025-04-30{more}")).text
        assert f"{words} taken for a machine’s: look" in text_of(page)
        box = (await client.get(next(link for link in links(page) if link.startswith("/app/spam?")))).text
        assert box.count('<article class="comment">') == int(words[0])
    for full in (OCTOBER, "/app?form=visit&from=2020-01-01&to=2020-01-31"):
        assert "taken for a machine" not in (await client.get(full)).text


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_is_said_of_an_empty_page_fits_its_filters(
    client: httpx.AsyncClient, served: Shop, channel: str
) -> None:
    """A poster brings no answer by SMS, and the form may have answers without the filter."""
    days = "form=visit&from=2020-01-01&to=2020-01-31"
    for more, said in (
        ("", how(channel)),
        ("&place=mg-road", f"{how(channel)} at MG Road"),
        ("&place=-&language=ml", f"{how(channel)} without a place in Malayalam"),
    ):
        page = (await client.get(f"/app?{days}&channel={channel}{more}")).text
        assert f"No answers {said} in this period" in text_of(page)
        assert "poster" not in text_of(page.partition('class="empty"')[2].partition("</section>")[0])
        assert f"/app?{days}" in links(page)
        listed = text_of((await client.get(f"/app/answers?{days}&channel={channel}{more}")).text)
        assert "No answers under these filters Remove one of them above" in listed
    await form_service.set_open(served.workspace, "visit", False, seeding.NOW)
    assert "The form is closed" in text_of((await client.get(f"/app?{days}")).text)


async def test_a_period_without_answers_says_what_to_do(client: httpx.AsyncClient, served: Shop) -> None:
    said = text_of((await client.get("/app?form=visit&from=2020-01-01&to=2020-01-31")).text)
    assert "No answers in January 2020." in said
    assert "Open the survey" in said


async def test_a_form_without_a_score_leads_to_its_answers(client: httpx.AsyncClient, served: Shop) -> None:
    question = {"kind": "short_text", "key": "wish", "text": {"en": "What do you wish for?"}}
    await factories.published(
        "wishes", {"title": {"en": "Wishes"}, "languages": ["en"], "questions": [question]}, served.workspace
    )
    sent = await client.post("/api/v1/forms/wishes/responses", json={"answers": {"wish": "More tulips"}})
    assert sent.status_code == 201
    page = (await client.get("/app?form=wishes")).text
    said = text_of(page)
    assert "This form asks for no score" in said
    assert "No answers in" not in said
    opened = next(link for link in links(page) if link.startswith("/app/answers?") and "form=wishes" in link)
    assert "More tulips" in (await client.get(opened)).text


async def test_what_people_wrote_is_promised_below_only_where_it_is(client: httpx.AsyncClient, served: Shop) -> None:
    questions = {
        "calls": {"kind": "email", "key": "mail", "text": {"en": "Your e-mail"}},
        "words": {"kind": "long_text", "key": "comment", "text": {"en": "What do you wish for?"}},
    }
    sent = {"calls": {"mail": "hana@customers.example"}, "words": {"comment": "More tulips"}}
    for slug, question in questions.items():
        await factories.published(
            slug, {"title": {"en": slug}, "languages": ["en"], "questions": [question]}, served.workspace
        )
        done = await client.post(f"/api/v1/forms/{slug}/responses", json={"answers": sent[slug]})
        assert done.status_code == 201, done.text
        said = text_of((await client.get(f"/app?form={slug}")).text)
        assert "This form asks for no score" in said
        assert ("is below" in said) is ("More tulips" in said) is (slug == "words")


async def test_before_the_first_form_there_is_a_next_step(client: httpx.AsyncClient) -> None:
    await installation_service.ensure_owner(EMAIL)
    client.cookies.set(sign_in.COOKIE, await session_of(EMAIL))
    reply = await client.get("/app")
    assert reply.status_code == 200
    assert "No form is published" in reply.text


async def test_nonsense_in_the_address_is_said_and_not_a_crash(client: httpx.AsyncClient, served: Shop) -> None:
    for query in ("from=soon", "from=2026-10-31&to=2026-10-01", "channel=%00", "period=never", "form=%00"):
        assert (await client.get(f"/app?{query}")).status_code == 422
    assert (await client.get("/app?form=not-there")).status_code == 404
    assert (await client.get("/app?form=visit&place=nowhere")).status_code == 404


async def test_every_preset_opens(client: httpx.AsyncClient, served: Shop) -> None:
    page = (await client.get("/app")).text
    presets = [link for link in links(page) if "period=" in link]
    assert len(presets) == 10
    for link in presets:
        assert (await client.get(link)).status_code == 200


async def test_scores_follow_the_public_contract(client: httpx.AsyncClient, served: Shop, key: dict[str, str]) -> None:
    query = "form=visit&metric=nps&from=2026-10-01&to=2026-10-31&by=channel"
    reply = await client.get(f"/api/v1/scores?{query}", headers=key)
    assert reply.status_code == 200
    body = reply.json()
    assert set(body) == {"score", "low", "high", "n", "state", "histogram", "groups"}
    assert (body["n"], body["state"]) == (325, "ok")
    assert body["score"] == pytest.approx(100 * (211 - 72) / 325)
    assert body["low"] < body["score"] < body["high"]
    assert body["histogram"]["10"] == 149
    assert {group["key"] for group in body["groups"]} == {"link", "qr", "email", "kiosk"}
    empty = (await client.get("/api/v1/scores?form=visit&from=2020-01-01&to=2020-01-31", headers=key)).json()
    assert (empty["score"], empty["low"], empty["high"], empty["n"], empty["state"]) == (None, None, None, 0, "none")


async def test_scores_without_dates_mean_all_time(client: httpx.AsyncClient, served: Shop, key: dict[str, str]) -> None:
    body = (await client.get("/api/v1/scores?form=visit", headers=key)).json()
    assert body["n"] == 8 * 70 + 260 + 325


async def test_scores_refuse_what_cannot_be(client: httpx.AsyncClient, served: Shop, key: dict[str, str]) -> None:
    for query in ("", "form=visit&by=year", "form=visit&from=x", "form=visit&metric=smiles", "form=%00"):
        assert (await client.get(f"/api/v1/scores?{query}", headers=key)).status_code in (400, 422)
    assert (await client.get("/api/v1/scores?form=nothing", headers=key)).status_code == 404
    assert (await client.get("/api/v1/scores?form=visit")).status_code == 401
