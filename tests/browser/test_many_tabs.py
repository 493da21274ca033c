"""Many open dashboards in one browser: the service answers in each, and all hear of news over one connection."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser import people
from tests.browser.product import Product
from tests.waiting import eventually

pytestmark = pytest.mark.browser

TABS = 8
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
COUNT_STREAMS = """{
  const Plain = EventSource;
  window.streams = [];
  window.EventSource = class extends Plain {
    constructor(...rest) { super(...rest); window.streams.push(this); }
  };
}"""
OPEN = "window.streams.filter((stream) => stream.readyState !== 2).length"
SEE = """(state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture(params=[True, False], ids=["locks", "no locks"])
def locks(request: pytest.FixtureRequest) -> bool:
    """Whether pages can have a lock: only those that came over HTTPS or from this machine can."""
    return bool(request.param)


@pytest.fixture
def owner(browser: Browser, product: Product, faults: people.Faults, locks: bool) -> Iterator[BrowserContext]:
    """The owner's desk, whose pages note their connections."""
    context = people.staff(browser, product, faults)
    context.add_init_script(COUNT_STREAMS)
    if not locks:
        context.add_init_script(NO_LOCKS)
    yield context
    context.close()


def streams(pages: list[Page]) -> int:
    """How many connections for news the pages hold."""
    return sum(int(page.evaluate(OPEN)) for page in pages)


def opened(context: BrowserContext, *, locks: bool) -> list[Page]:
    """So many dashboards, one after the other; without locks those before lie behind the newest."""
    pages: list[Page] = []
    for _ in range(TABS):
        if pages and not locks:
            pages[-1].evaluate(SEE, "hidden")
        page = context.new_page()
        page.goto("/app?period=all", wait_until="domcontentloaded")
        expect(page.locator("[data-live]")).to_have_attribute("data-live", "on")
        pages.append(page)
    return pages


def test_eight_tabs_hold_one_connection_and_all_hear(owner: BrowserContext, product: Product, locks: bool) -> None:
    pages = opened(owner, locks=locks)
    assert streams(pages) == 1
    product.write("forms/visit/responses", {"id": str(uuid4()), "answers": {"recommend": 9}})
    for page in pages if locks else pages[-1:]:
        expect(page.locator("[data-news]")).to_contain_text("New answers are in")


def test_the_next_tab_takes_over_when_the_one_that_listens_goes(
    owner: BrowserContext, product: Product, locks: bool
) -> None:
    first, second, *rest = opened(owner, locks=locks)
    first.evaluate(SEE, "hidden")
    for page in rest:
        page.close()
    second.evaluate(SEE, "visible")
    eventually(lambda: streams([second]) == 1, "connection of the tab that is left")
    assert streams([first]) == 0
    product.write("forms/visit/responses", {"id": str(uuid4()), "answers": {"recommend": 10}})
    expect(second.locator("[data-news]")).to_contain_text("New answers are in")
    first.evaluate(SEE, "visible")
    expect(first.locator("[data-live]")).to_have_attribute("data-live", "on")


def test_figures_are_not_called_live_while_no_news_come(owner: BrowserContext) -> None:
    page = owner.new_page()
    page.route("**/app/stream", lambda route: route.fulfill(status=204))
    with page.expect_response("**/app/stream"):
        page.goto("/app?period=all", wait_until="domcontentloaded")
    expect(page.locator("[data-live]")).to_have_attribute("data-live", "off")
    expect(page.locator("[data-live=off]")).to_be_hidden()


def test_figures_are_not_called_live_any_more_once_the_news_are_gone(
    owner: BrowserContext, faults: people.Faults
) -> None:
    """However often the browser tries again."""
    page, asked = owner.new_page(), []

    def news(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=200, content_type="text/event-stream", body="retry: 300\n\n")
        else:
            route.abort()

    page.route("**/app/stream", news)
    page.goto("/app?period=all", wait_until="domcontentloaded")
    expect(page.locator("[data-live]")).to_have_text("Not live any more: what you see may be old.")
    assert len(asked) > 3
    page.close()
    faults.told = [said for said in faults.told if "/app/stream: Failed to load" not in said]
