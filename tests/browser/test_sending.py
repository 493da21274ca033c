"""Answering with a keyboard only, in another language half-way, twice by accident, and again after going back."""

from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people
from tests.browser.definitions import EVERYTHING
from tests.browser.product import OWNER, PASSWORD, Product

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const at = document.activeElement;
  return at.name || (at.matches('.send button') ? 'send' : at.className || at.tagName);
}"""


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the control of that name has the focus, and sees that the focus can be seen."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"No Tab leads to {name}")


@pytest.fixture(scope="module")
def every_kind(product: Product) -> str:
    """The name of a form with every kind of question."""
    slug = f"everything-{uuid4().hex[:8]}"
    product.publish(slug, EVERYTHING)
    return slug


def test_every_kind_of_question_is_answered_with_the_keyboard(
    phone: BrowserContext, product: Product, every_kind: str
) -> None:
    page = phone.new_page()
    page.goto(f"/s/{every_kind}")
    for name, keys in {
        "recommend": ["ArrowRight", "ArrowRight", "ArrowRight"],
        "satisfaction": ["Space", "ArrowRight", "ArrowRight"],
        "tidy": ["ArrowLeft"],
        "effort": ["Space"],
        "reason": ["ArrowDown"],
        "bought": ["Space", "Tab", "Tab", "Space"],
        "name": ["M", "a", "x"],
        "comment": ["G", "o", "o", "d", "Enter", "o", "n", "e"],
        "email": ["m", "@", "e", "x", "a", "m", "p", "l", "e", ".", "c", "o", "m"],
        "day": [*"11272026"],
    }.items():
        tab_to(page, name)
        for key in keys:
            page.keyboard.press(key)
    page.wait_for_timeout(people.READING_MS)
    tab_to(page, "send")
    page.keyboard.press("Enter")
    number = people.receipt(page)
    [kept] = [response for response in product.responses(form=every_kind) if response["receipt"] == number]
    assert kept["answers"] == {
        "recommend": 3,
        "satisfaction": 3,
        "tidy": 7,
        "effort": 1,
        "reason": "home",
        "bought": ["roses", "lilies"],
        "name": "Max",
        "comment": "Good\none",
        "email": "m@example.com",
        "day": "2026-11-27",
    }


def test_half_a_date_is_asked_for_again_and_a_typed_one_stays(
    phone: BrowserContext, product: Product, every_kind: str
) -> None:
    """A browser sends nothing for it, so that an answer that need not be would be gone without a word."""
    page = phone.new_page()
    page.goto(f"/s/{every_kind}")
    page.get_by_role("radio", name="3", exact=True).first.check()
    page.locator("[name=reason]").first.check()
    page.locator("[name=day]").press_sequentially("11")
    page.wait_for_timeout(people.READING_MS)
    page.locator(".send button").click()
    expect(page.locator("#day-error")).to_contain_text("2026-12-31")
    expect(page.locator("[name=day]")).to_have_attribute("type", "date")
    page.evaluate("document.querySelector('[name=day]').type = 'text'")  # as on another site's own page
    page.locator("[name=day]").fill("31.12.2026")
    page.evaluate("document.querySelector('[name=day]').classList.add('sent')")
    page.locator(".send button").click()
    expect(page.locator("[name=day].sent")).to_have_count(0)  # the page has come back
    expect(page.locator("[name=day]")).to_have_value("31.12.2026")
    page.locator("[name=day]").fill("2026-12-31")
    page.locator(".send button").click()
    number = people.receipt(page)
    [kept] = [response for response in product.responses(form=every_kind) if response["receipt"] == number]
    assert kept["answers"]["day"] == "2026-12-31"


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_every_kind_of_question_is_answered_with_a_finger(
    phone: BrowserContext, product: Product, every_kind: str, faults: people.Faults, script: bool
) -> None:
    assert phone.browser is not None
    context = people.visitor(phone.browser, product, faults, java_script_enabled=script, has_touch=True)
    page = context.new_page()
    page.goto(f"/s/{every_kind}?lang=ar")
    taps: list[tuple[str, str | int]] = [("recommend", 0), ("satisfaction", 5), ("tidy", 7), ("effort", 1)]
    for question, value in [*taps, ("reason", "self"), ("bought", "roses"), ("bought", "lilies")]:
        people.choose(page, question, value)
    words = {"name": "ليلى", "comment": f"شكرا {uuid4().hex}", "email": "layla@example.com", "day": "2026-02-28"}
    for question, text in words.items():
        page.locator(f"[name={question}]").fill(text)
    people.send(page)
    number = people.receipt(page)
    [kept] = product.responses_with("comment", words["comment"], form=every_kind)
    assert (kept["receipt"], kept["language"], kept["state"]) == (number, "ar", "complete")
    assert kept["answers"] == {**dict(taps), "reason": "self", "bought": ["roses", "lilies"], **words}
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_after_an_error_the_focus_is_on_the_summary_and_nothing_is_lost(
    phone: BrowserContext, product: Product, every_kind: str, faults: people.Faults, script: bool
) -> None:
    assert phone.browser is not None
    context = people.visitor(phone.browser, product, faults, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"/s/{every_kind}")
    people.choose(page, "satisfaction", 4)
    people.choose(page, "bought", "tulips")
    page.locator("[name=comment]").fill("Typed and kept <b>&amp;</b>")
    page.locator("[name=email]").fill("not an address")
    page.locator(".send button").press("Enter")
    summary = page.locator(".note--error")
    expect(summary).to_be_focused()
    expect(summary.locator("a")).to_have_count(3)
    expect(page.locator("[name=comment]")).to_have_value("Typed and kept <b>&amp;</b>")
    expect(page.locator("[name=email]")).to_have_value("not an address")
    expect(page.locator("[name=satisfaction][value='4']")).to_be_checked()
    expect(page.locator("[name=bought][value=tulips]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#q-recommend")
    page.keyboard.press("Tab")
    assert people.focused_name(page) == "recommend"
    context.close()


def test_staff_sign_in_with_the_keyboard(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/app/answers")
    tab_to(page, "email")
    page.keyboard.type(OWNER)
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/answers")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_another_language_keeps_what_was_typed(phone: BrowserContext, product: Product) -> None:
    page = phone.new_page()
    page.goto("/s/visit?lang=en")
    comment = f"Half in English {uuid4().hex}"
    people.choose(page, "recommend", 6)
    people.choose(page, "satisfaction", 2)
    page.locator("[name=comment]").fill(comment)
    identity = page.locator("[name=_id]").input_value()
    page.locator(".langs summary").click()
    page.locator(".langs [lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("[name=recommend][value='6']")).to_be_checked()
    expect(page.locator("[name=satisfaction][value='2']")).to_be_checked()
    expect(page.locator("[name=comment]")).to_have_value(comment)
    assert page.locator("[name=_id]").input_value() == identity
    people.send(page)
    people.receipt(page)
    [kept] = product.responses_with("comment", comment, form="visit")
    assert (kept["language"], kept["answers"]["recommend"]) == ("ar", 6)


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_a_double_click_counts_once(
    phone: BrowserContext, product: Product, faults: people.Faults, script: bool
) -> None:
    assert phone.browser is not None
    context = people.visitor(phone.browser, product, faults, java_script_enabled=script)
    page = context.new_page()
    page.goto("/s/visit")
    comment = f"Twice {uuid4().hex}"
    people.choose(page, "recommend", 10)
    page.locator("[name=comment]").fill(comment)
    page.wait_for_timeout(people.READING_MS)
    page.locator(".send button").dblclick()
    people.receipt(page)
    assert len(product.responses_with("comment", comment, form="visit")) == 1
    context.close()


def test_going_back_and_sending_again_keeps_the_first_answer(phone: BrowserContext, product: Product) -> None:
    page = phone.new_page()
    page.goto("/s/visit")
    comment = f"The first {uuid4().hex}"
    people.choose(page, "recommend", 9)
    page.locator("[name=comment]").fill(comment)
    people.send(page)
    number = people.receipt(page)
    page.go_back()
    expect(page.locator("[name=comment]")).to_have_value(comment)
    page.locator(".send button").click()
    assert people.receipt(page) == number

    page.go_back()
    people.choose(page, "recommend", 1)
    page.locator(".send button").click()
    expect(page.locator("button[name=_again][value=change]")).to_be_visible()
    expect(page.locator("input[name=recommend]:checked")).to_have_value("1")
    assert [each["answers"]["recommend"] for each in product.responses_with("comment", comment, form="visit")] == [9]
