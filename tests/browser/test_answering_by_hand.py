"""Second thoughts, other languages and other people at one phone, by hand and without script."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import people
from tests.browser.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture(params=[False, True], ids=["without_script", "with_script"])
def hand(
    request: pytest.FixtureRequest, browser: Browser, product: Product, faults: people.Faults
) -> Iterator[BrowserContext]:
    context = people.visitor(browser, product, faults, java_script_enabled=request.param, has_touch=True)
    yield context
    context.close()


def write(page: Page, score: int, comment: str) -> None:
    people.choose(page, "recommend", score)
    page.locator("[name=comment]").fill(comment)


def kept(product: Product, *comments: str) -> list[tuple[int, str]]:
    found = [answer for comment in comments for answer in product.responses_with("comment", comment)]
    assert {answer["state"] for answer in found} <= {"complete"}
    return [(answer["answers"]["recommend"], answer["language"]) for answer in found]


def test_another_language_keeps_the_words_and_enter_sends(hand: BrowserContext, product: Product) -> None:
    page, comment = hand.new_page(), uuid4().hex
    page.goto("/s/visit?lang=en")
    write(page, 6, comment)
    page.locator(".langs summary").click()
    page.locator(".langs [lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("[name=comment]")).to_have_value(comment)
    page.locator("[name=email]").fill("hand@example.org")
    page.wait_for_timeout(people.READING_MS)
    page.locator("[name=email]").press("Enter")
    people.receipt(page)
    assert kept(product, comment) == [(6, "ar")]


def test_thanks_leads_to_a_change(hand: BrowserContext, product: Product) -> None:
    page, first, second = hand.new_page(), uuid4().hex, uuid4().hex
    page.goto("/s/visit?lang=en")
    write(page, 2, first)
    people.send(page)
    people.receipt(page)
    page.get_by_role("link", name="Change or add to my answer").click()
    expect(page.locator("[name=comment]")).to_have_value(first)
    write(page, 9, second)
    page.get_by_role("button", name="Change my answer").click()
    people.receipt(page)
    assert kept(product, first, second) == [(9, "en")]


def test_the_next_person_at_a_place_sees_nothing_of_the_last(hand: BrowserContext, product: Product) -> None:
    page, first, second = hand.new_page(), uuid4().hex, uuid4().hex
    page.goto("/q/riga-harbour?lang=en")
    write(page, 2, first)
    people.send(page)
    people.receipt(page)
    expect(page.get_by_role("link", name="Give another answer")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=comment]")).to_have_value("")
    page.reload()
    expect(page.locator("[name=comment]")).to_have_value("")
    write(page, 9, second)
    people.send(page)
    people.receipt(page)
    assert kept(product, first, second) == [(2, "en"), (9, "en")]
