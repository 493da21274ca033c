"""Nothing that a respondent typed is lost, and nobody sees what another one typed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from survey_service.responses.schemas import MAX_SUBMISSION_BYTES
from tests.browser import people
from tests.browser.product import Product, links_of

pytestmark = pytest.mark.browser

STATE = ".send .state"
AGED = """(ms) => { for (const name of Object.keys(sessionStorage)) {
  const kept = JSON.parse(sessionStorage[name]);
  sessionStorage[name] = JSON.stringify({ ...kept, at: kept.at - ms });
} }"""
NO_STORAGE = (
    """Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError') } })"""
)
TEXT = {"kind": "short_text", "required": False}


def words_of(page: Page) -> str:
    """Something that only this test types."""
    comment = f"Roses {uuid4().hex}"
    people.choose(page, "recommend", 8)
    page.locator("[name=comment]").fill(comment)
    return comment


def identity(page: Page) -> str:
    return page.locator("[name=_id]").input_value()


def opened(phone: BrowserContext, address: str = "/s/visit") -> Page:
    page = phone.new_page()
    page.goto(address)
    return page


def arrived_once(product: Product, comment: str, form: str = "visit") -> None:
    """One answer with that comment, and it counts."""
    assert [kept["state"] for kept in product.responses_with("comment", comment, form=form)] == ["complete"]


def is_empty(page: Page) -> None:
    expect(page.locator("[name=comment]")).to_have_value("")
    expect(page.locator("form.survey :checked")).to_have_count(0)


# Sending ---------------------------------------------------------------------------------------------------------


def hang(page: Page) -> None:
    """The network takes what is sent first, and nothing comes back."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/*", hold)


@pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "pressed_again"])
def test_what_hung_is_sent_at_the_next_press(phone: BrowserContext, product: Product, stopped: bool) -> None:
    page = opened(phone)
    comment = words_of(page)
    hang(page)
    people.send(page)
    expect(page.locator(STATE)).to_have_text("Sending…")
    if stopped:
        page.evaluate("window.stop()")
    page.wait_for_timeout(1_000)
    page.locator(".send button").click()
    people.receipt(page)
    arrived_once(product, comment)


def test_a_long_wait_is_said_and_the_button_may_be_pressed_again(phone: BrowserContext, product: Product) -> None:
    page = opened(phone)
    comment = words_of(page)
    hang(page)
    people.send(page)
    expect(page.locator(STATE)).to_contain_text("longer than usual")
    page.locator(".send button").click()
    people.receipt(page)
    arrived_once(product, comment)


def refuse(route: Route) -> None:
    route.abort() if route.request.method == "POST" else route.continue_()


def break_down(route: Route) -> None:
    route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html")


def other_page(route: Route) -> None:
    route.fulfill(body="<h1>Sign in to the guests' network</h1>", content_type="text/html")


@pytest.mark.parametrize("trouble", [refuse, break_down, other_page])
def test_trouble_on_the_way_keeps_the_page(
    phone: BrowserContext, product: Product, faults: people.Faults, trouble: Callable[[Route], Any]
) -> None:
    page = opened(phone)
    comment = words_of(page)
    page.route("**/s/visit", trouble)
    people.send(page)
    expect(page.locator(STATE)).to_contain_text("It did not get through. Everything you wrote is kept.")
    expect(page.locator("[name=comment]")).to_have_value(comment)
    assert product.responses_with("comment", comment, form="visit") == []
    page.unroute("**/s/visit")
    page.wait_for_timeout(1_000)
    page.locator(".send button").click()
    people.receipt(page)
    arrived_once(product, comment)
    faults.told.clear()  # the trouble itself


def test_without_a_network_it_waits_and_goes_out_by_itself(
    phone: BrowserContext, product: Product, faults: people.Faults
) -> None:
    page = opened(phone)
    comment = words_of(page)
    phone.set_offline(True)
    expect(page.locator(STATE)).to_contain_text("No network. You can go on")
    people.send(page)
    expect(page.locator(STATE)).to_contain_text("sent as soon as you are online")
    expect(page.locator("[name=comment]")).to_have_value(comment)
    page.wait_for_timeout(1_000)
    phone.set_offline(False)
    people.receipt(page)
    arrived_once(product, comment)
    faults.told.clear()


def test_an_invitation_whose_sending_hung_is_sent_at_the_next_press(phone: BrowserContext, product: Product) -> None:
    link = next(link for link in links_of(product.invite(name="Sara")) if "recommend=7" in link)
    page = opened(phone, link)
    hang(page)
    page.mouse.wheel(0, 60)
    expect(page.locator(STATE)).to_have_text("Sending…")
    page.evaluate("window.stop()")
    page.wait_for_timeout(1_000)
    page.locator(".send button").click()
    page.wait_for_url("**/more")
    expect(page.locator("[name=recommend][value='7']")).to_be_checked()


# Coming back -----------------------------------------------------------------------------------------------------


def test_a_reloaded_page_has_the_words_and_is_the_same_answer(phone: BrowserContext, product: Product) -> None:
    page = opened(phone)
    comment, first = words_of(page), identity(page)
    page.wait_for_timeout(people.READING_MS)
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value(comment)
    expect(page.locator("[name=recommend][value='8']")).to_be_checked()
    expect(page.locator(".progress")).to_contain_text("2 of")
    assert identity(page) == first
    page.locator(".send button").click()  # at once: who wrote long ago is no machine
    people.receipt(page)
    arrived_once(product, comment)


def test_an_answer_whose_thanks_were_lost_is_not_counted_again(
    phone: BrowserContext, product: Product, faults: people.Faults
) -> None:
    page = opened(phone)
    comment = words_of(page)
    page.wait_for_timeout(people.READING_MS)
    page.route("**/s/visit", lambda route: (route.fetch(max_redirects=0), route.abort())[1])
    page.locator(".send button").click()
    expect(page.locator(STATE)).to_contain_text("did not get through")
    page.unroute("**/s/visit")
    page.reload()
    page.locator(".send button").click()
    people.receipt(page)
    arrived_once(product, comment)
    faults.told.clear()


def test_words_are_there_after_going_elsewhere_and_can_be_dropped(phone: BrowserContext) -> None:
    page = opened(phone)
    comment, first = words_of(page), identity(page)
    page.goto("/s/contact")
    page.goto("/s/visit?lang=en")
    expect(page.locator("[name=comment]")).to_have_value(comment)
    expect(page.locator(".note")).to_contain_text("Your words from before are here again.")
    page.get_by_role("button", name="Begin afresh").click()
    is_empty(page)
    expect(page.locator(".note")).to_have_count(0)
    assert identity(page) != first
    page.reload()
    is_empty(page)


def test_an_untouched_page_says_nothing_of_words(phone: BrowserContext) -> None:
    page = opened(phone)
    page.reload()
    expect(page.locator(".note")).to_have_count(0)


def test_words_after_an_error_stay_when_the_page_is_loaded_again(phone: BrowserContext) -> None:
    page = opened(phone)
    page.locator("[name=comment]").fill("No score yet")
    people.send(page)
    expect(page.locator(".note--error")).to_be_focused()
    assert page.title().startswith("(1) One answer is missing.")
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value("No score yet")


def test_a_new_version_takes_over_what_it_still_asks(phone: BrowserContext, product: Product) -> None:
    slug = f"changing-{uuid4().hex[:8]}"
    score = {"kind": "nps", "key": "recommend", "text": {"en": "How likely?"}, "required": True}
    comment = {"kind": "long_text", "key": "comment", "text": {"en": "What else?"}, "required": False}
    town = {"key": "town", "text": {"en": "Which town?"}, **TEXT}
    street = {"key": "street", "text": {"en": "Which street?"}, **TEXT}
    product.publish(slug, {"title": {"en": "Changing"}, "languages": ["en"], "questions": [score, town, comment]})
    page = opened(phone, f"/s/{slug}")
    words = words_of(page)
    page.locator("[name=town]").fill("Riga")
    body = {"title": {"en": "Changing"}, "languages": ["en"], "questions": [score, street, comment]}
    changed = product.api.patch(f"/api/v1/forms/{slug}", json={"definition": body})
    assert changed.is_success, changed.text
    product.write(f"forms/{slug}/publish")
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value(words)
    expect(page.locator("[name=street]")).to_have_value("")
    people.send(page)
    people.receipt(page)
    arrived_once(product, words, slug)


# The next person -------------------------------------------------------------------------------------------------


def test_after_thanks_a_reloaded_page_is_another_answer(phone: BrowserContext, product: Product) -> None:
    page = opened(phone)
    comment, first = words_of(page), identity(page)
    people.send(page)
    number = people.receipt(page)
    page.go_back()
    page.reload()
    is_empty(page)
    assert identity(page) != first
    other = words_of(page)
    people.send(page)
    assert people.receipt(page) != number
    arrived_once(product, comment)
    arrived_once(product, other)


def test_where_many_answer_the_way_back_is_another_answer(phone: BrowserContext, product: Product) -> None:
    page = opened(phone, "/s/visit?_place=riga-harbour")
    words_of(page)
    first = identity(page)
    people.send(page)
    people.receipt(page)
    page.go_back()
    is_empty(page)
    assert identity(page) != first


def test_where_many_answer_an_address_opened_anew_is_empty(phone: BrowserContext) -> None:
    page = opened(phone, "/s/visit?_place=riga-harbour")
    comment = words_of(page)
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value(comment)
    page.goto("/s/visit?_place=riga-harbour&lang=en")
    is_empty(page)


def test_words_end_after_twenty_minutes_of_silence(phone: BrowserContext) -> None:
    page = opened(phone)
    comment = words_of(page)
    page.evaluate(AGED, 19 * 60_000)
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value(comment)
    page.evaluate(AGED, 60_001)
    page.reload()
    is_empty(page)


def test_another_tab_and_another_visit_know_nothing(phone: BrowserContext) -> None:
    page = opened(phone)
    words_of(page)
    is_empty(opened(phone))
    assert phone.storage_state()["origins"] == []


# Browsers and forms of all kinds ---------------------------------------------------------------------------------


def test_a_browser_that_keeps_nothing_sends_all_the_same(phone: BrowserContext, product: Product) -> None:
    phone.add_init_script(NO_STORAGE)
    page = opened(phone)
    comment = words_of(page)
    people.send(page)
    people.receipt(page)
    arrived_once(product, comment)


def test_questions_may_be_named_like_parts_of_a_form(phone: BrowserContext, product: Product) -> None:
    """A control hides its form's property of the same name: `action`, `elements`, `reset`…"""
    slug, names = f"named-{uuid4().hex[:8]}", ["action", "elements", "reset", "submit", "method", "target", "id"]
    questions = [{"key": name, "text": {"en": f"The {name}?", "ar": f"{name}؟"}, **TEXT} for name in names]
    product.publish(slug, {"title": {"en": "Names", "ar": "أسماء"}, "languages": ["en", "ar"], "questions": questions})
    page = opened(phone, f"/s/{slug}?_place=riga-harbour")
    mark = uuid4().hex
    for name in names:
        page.locator(f"[name={name}]").fill(f"{name} {mark}")
    page.locator(".langs summary").click()
    page.locator(".langs [lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.reload()
    people.send(page)
    people.receipt(page)
    [kept] = product.responses_with("action", f"action {mark}", form=slug)
    assert kept["answers"] == {name: f"{name} {mark}" for name in names}


def test_what_is_too_long_is_not_asked_for_again_as_it_is(phone: BrowserContext, product: Product) -> None:
    """To press again would never help."""
    page = opened(phone)
    comment = words_of(page)
    page.locator("[name=comment]").fill("x" * (MAX_SUBMISSION_BYTES + 1))
    people.send(page)
    expect(page.locator(STATE)).to_contain_text("Make it a little shorter. Everything you wrote is kept.")
    page.locator("[name=comment]").fill(comment)
    page.wait_for_timeout(1_000)
    page.locator(".send button").click()
    people.receipt(page)
    arrived_once(product, comment)
