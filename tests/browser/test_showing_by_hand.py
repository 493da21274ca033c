"""Questions that are asked of some only, by hand: with script they come and go, without it they all stand there, and
both keep the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import people
from tests.browser.definitions import question
from tests.browser.product import Product

pytestmark = pytest.mark.browser

LOW = {"of": "recommend", "is": "le", "to": 6}
KINDS = [{"key": key, "text": {"en": key.title(), "ar": key}} for key in ("late", "wrong")]
FORM: dict[str, Any] = {
    "title": {"en": "Asked of some", "ar": "لبعضهم"},
    "languages": ["en", "ar"],
    "questions": [
        question("nps", "recommend", "Would you recommend us?", "هل توصي بنا؟", required=True),
        question(
            "multiple_choice", "reasons", "What went wrong?", "ماذا حدث؟", required=True, choices=KINDS, show_if=LOW
        ),
        question(
            "short_text", "when", "How late was it?", "كم تأخر؟",
            show_if={"of": "reasons", "is": "any_of", "to": ["late"]},
        ),
        question(
            "statement", "sorry", "We are sorry.", "نعتذر.", show_if={"of": "when", "is": "length", "to": {"ge": 3}}
        ),
        question("long_text", "comment", "Anything else?", "هل من شيء آخر؟",
                 show_if={"of": "language", "is": "is", "to": "en"}),
    ],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def form(product: Product) -> None:
    product.publish("some", FORM)


@pytest.fixture
def page(browser: Browser, product: Product, faults: people.Faults) -> Iterator[Page]:
    context: BrowserContext = people.visitor(browser, product, faults, has_touch=True)
    opened = context.new_page()
    opened.goto("/s/some?lang=en")
    yield opened
    context.close()


def seen(page: Page) -> list[str]:
    """The questions that somebody sees."""
    every = [each["key"] for each in FORM["questions"]]
    return [key for key in every if page.locator(f"#q-{key}").is_visible()]


def test_questions_come_and_go_with_the_answers(page: Page, product: Product) -> None:
    assert seen(page) == ["recommend", "comment"]
    people.choose(page, "recommend", 3)
    assert seen(page) == ["recommend", "reasons", "comment"]
    page.get_by_label("Late", exact=True).check()
    page.locator("[name=when]").fill("an hour")
    assert seen(page) == ["recommend", "reasons", "when", "sorry", "comment"]
    expect(page.locator(".progress span")).to_have_text("3 of 4 answered")
    people.choose(page, "recommend", 9)
    assert seen(page) == ["recommend", "comment"]
    expect(page.locator(".progress span")).to_have_text("1 of 2 answered")
    people.choose(page, "recommend", 4)
    expect(page.locator("[name=when]")).to_have_value("an hour")
    page.get_by_label("Late", exact=True).uncheck()
    page.get_by_label("Wrong", exact=True).check()
    page.locator("[name=comment]").fill("by hand, with script")
    people.send(page)
    people.receipt(page)
    (kept,) = product.responses_with("comment", "by hand, with script", form="some")
    assert kept["answers"] == {"recommend": 4, "reasons": ["wrong"], "comment": "by hand, with script"}


def test_what_is_asked_is_asked_for_and_stays_in_another_language(page: Page, product: Product) -> None:
    people.choose(page, "recommend", 3)
    people.send(page)
    expect(page.locator(".note--error")).to_contain_text("What went wrong?")
    assert seen(page) == ["recommend", "reasons", "comment"]
    page.locator(".langs summary").click()
    page.locator(".langs [lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert seen(page) == ["recommend", "reasons"]


def test_a_page_that_is_loaded_again_asks_the_same(page: Page) -> None:
    people.choose(page, "recommend", 3)
    page.get_by_label("Late", exact=True).check()
    page.reload()
    expect(page.locator("[name=recommend][value='3']")).to_be_checked()
    assert seen(page) == ["recommend", "reasons", "when", "comment"]


def test_without_script_it_goes_in_steps_and_the_same_is_kept(
    browser: Browser, product: Product, faults: people.Faults
) -> None:
    context = people.visitor(browser, product, faults, java_script_enabled=False)
    page = context.new_page()
    page.goto("/s/some?lang=en")
    assert seen(page) == ["recommend"]
    people.choose(page, "recommend", 3)
    page.get_by_role("button", name="Next").click()
    assert seen(page) == ["reasons"]
    page.get_by_label("Late", exact=True).check()
    page.keyboard.press("Enter")
    assert seen(page) == ["when"]
    page.locator("[name=when]").fill("an hour")
    page.get_by_role("button", name="Back").click()
    assert seen(page) == ["reasons"]
    expect(page.get_by_label("Late", exact=True)).to_be_checked()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[name=when]")).to_have_value("an hour")
    page.get_by_role("button", name="Next").click()
    assert seen(page) == ["sorry", "comment"]
    page.locator("[name=comment]").fill("by hand, without script")
    page.wait_for_timeout(people.READING_MS)
    page.get_by_role("button", name="Send").click()
    people.receipt(page)
    context.close()
    (kept,) = product.responses_with("comment", "by hand, without script", form="some")
    answers = {"recommend": 3, "reasons": ["late"], "when": "an hour", "comment": "by hand, without script"}
    assert kept["answers"] == answers
