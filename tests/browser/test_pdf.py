"""Asking for a PDF: it says that it is being made, is made once, and tells what went wrong where one looks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import people

pytestmark = pytest.mark.browser

BUSY = '{"status": 503, "title": "Unavailable", "detail": "Other reports are being made. Try again in a minute."}'


@pytest.fixture(params=["/app?form=visit&period=last-month", "/app/reports"])
def page(desk: BrowserContext, request: pytest.FixtureRequest) -> Page:
    page = desk.new_page()
    page.goto(request.param)
    return page


def press(page: Page, times: int) -> None:
    """Presses what makes the PDF, so fast that none is answered in between."""
    page.locator("a[data-pdf], form[data-pdf] button").first.evaluate(
        "(button, times) => { for (let n = 0; n < times; n += 1) button.click(); }", times
    )


def until(holds: Callable[[], bool], page: Page) -> None:
    """Lets the browser work until it holds: what it asks for is told a little after what it shows."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the browser did not come to it")


def test_it_says_so_while_it_is_made_and_makes_one(page: Page) -> None:
    asked: list[Route] = []
    page.route("**/summary.pdf?*", lambda route: asked.append(route))
    press(page, 3)
    said = page.locator("[data-pdf-said]")
    expect(said).to_contain_text("is being made")
    until(lambda: len(asked) == 1, page)
    expect(page.locator("[data-pdf][data-waits], [data-pdf] [data-waits]")).to_have_count(1)
    with page.expect_download() as download:
        asked[0].fulfill(body=b"%PDF", headers={"Content-Disposition": 'attachment; filename="october.pdf"'})
    assert download.value.suggested_filename == "october.pdf"
    expect(said).to_contain_text("The PDF is made.")
    assert len(asked) == 1
    press(page, 1)
    expect(said).to_contain_text("is being made")
    until(lambda: len(asked) == 2, page)


def test_what_went_wrong_is_told_on_the_page(page: Page, faults: people.Faults) -> None:
    page.route("**/summary.pdf?*", lambda route: route.fulfill(status=422, body=BUSY, content_type="application/json"))
    press(page, 1)
    expect(page.locator("[data-pdf-said]")).to_have_text("Other reports are being made. Try again in a minute.")
    expect(page.locator("h1")).to_be_visible()
    faults.told.clear()  # the browser tells of every refusal, this one was wanted
    page.unroute("**/summary.pdf?*")
    with page.expect_download(timeout=60_000):
        press(page, 1)


def test_no_network_is_told_on_the_page(page: Page, faults: people.Faults) -> None:
    page.route("**/summary.pdf?*", lambda route: route.abort())
    press(page, 1)
    expect(page.locator("[data-pdf-said].error")).to_have_text(re.compile("did not arrive"))
    faults.told.clear()
