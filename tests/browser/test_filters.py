"""Filters worked by hand: every choice of every form that asks for another view, with script and without."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import people
from tests.browser.product import Product

pytestmark = pytest.mark.browser

PAGES = (
    "/app",
    "/app?period=all&place=riga",
    "/app/answers",
    "/app/answers?form=visit",
    "/app/customers",
    "/app/follow-up",
)
FORMS = "main form[method=get]"
WITHOUT_INVITATIONS = "/app/invitations?state=failed"
"""The filter of invitations stands there once there is one, or once it is set."""


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def staff(
    request: pytest.FixtureRequest, browser: Browser, product: Product, faults: people.Faults
) -> Iterator[BrowserContext]:
    """The owner's desk, with and without script."""
    context = people.staff(browser, product, faults, java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/app/settings",
        "/app/settings/workspace",
        "/app/settings/audit",
        "/app/settings/standing",
        "/app/forms/visit/share",
    ],
)
def test_every_tab_is_in_sight_on_a_phone(staff: BrowserContext, path: str) -> None:
    """Settings have six tabs; which page that is stands among them."""
    page = staff.new_page()
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(path)
    tabs, current = page.locator(".tabs"), page.locator(".tabs [aria-current]")
    expect(current).to_have_count(1)
    expect(current).to_be_in_viewport(ratio=0.99)
    for tab in tabs.locator("a, button").all():
        expect(tab).to_be_in_viewport(ratio=0.99)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def asked(page: Page, name: str) -> list[str]:
    """What the address says of a filter."""
    return parse_qs(urlsplit(page.url).query).get(name, [])


def reach(field: Locator) -> None:
    """Opens the fold in which a field lies."""
    fold = field.locator("xpath=ancestor::details[not(@open)]")
    for number in range(fold.count()):
        fold.nth(number).locator("summary").click()


def choose(page: Page, name: str, value: str, *, script: bool) -> None:
    """Chooses, and presses the button where nothing applies by itself."""
    field = page.locator(f"{FORMS} select[name={name}]")
    reach(field)
    with page.expect_navigation():
        field.select_option(value)
        if not script:
            page.locator(f"{FORMS} .filters__go").click()


@pytest.mark.parametrize("path", [*PAGES, WITHOUT_INVITATIONS])
def test_every_choice_of_every_filter_applies(staff: BrowserContext, path: str, request: pytest.FixtureRequest) -> None:
    script = request.node.callspec.params["staff"]
    page = staff.new_page()
    page.goto(path)
    names = [name for name in people.attributes(page, f"{FORMS} select", "name") if name]
    for name in names:
        page.goto(path)
        offered = people.attributes(page, f"{FORMS} select[name={name}] option:not([selected])", "value")
        value = next((value for value in reversed(offered) if value), None)
        if value is None:
            continue
        choose(page, name, value, script=script)
        assert asked(page, name) == [value], (path, name)
        expect(page.locator(f"{FORMS} select[name={name}]")).to_have_value(value)
        if "" in offered:
            choose(page, name, "", script=script)
            assert asked(page, name) in ([], [""]), (path, name)


@pytest.mark.parametrize(("path", "name"), [("/app/answers", "q"), ("/app/customers", "search")])
def test_enter_in_a_search_searches(staff: BrowserContext, path: str, name: str) -> None:
    page = staff.new_page()
    page.goto(path)
    field = page.locator(f"{FORMS} input[name={name}]")
    field.fill("an")
    with page.expect_navigation():
        field.press("Enter")
    assert asked(page, name) == ["an"]
    expect(page.locator(f"{FORMS} input[name={name}]")).to_have_value("an")


@pytest.mark.parametrize("path", ["/app", "/app/answers"])
def test_a_day_half_typed_in_a_closed_fold_blocks_nothing(
    staff: BrowserContext, path: str, request: pytest.FixtureRequest
) -> None:
    page = staff.new_page()
    page.goto(path)
    day = page.locator(f"{FORMS} input[name=from]")
    reach(day)
    day.focus()
    page.keyboard.type("12")
    page.locator("main h1").click()
    page.locator(f"{FORMS} details:has(input[name=from])").evaluate("fold => fold.open = false")
    choose(page, "channel", "qr", script=request.node.callspec.params["staff"])
    assert asked(page, "channel") == ["qr"]


def test_several_filters_are_set_and_taken_off_one_after_the_other(
    staff: BrowserContext, request: pytest.FixtureRequest
) -> None:
    script = request.node.callspec.params["staff"]
    page = staff.new_page()
    page.goto("/app/answers")
    for name, value in (("form", "visit"), ("score", "recommend:0-6"), ("language", "en"), ("channel", "qr")):
        choose(page, name, value, script=script)
    assert [asked(page, name) for name in ("form", "score", "language", "channel")] == [
        ["visit"], ["recommend:0-6"], ["en"], ["qr"],
    ]  # fmt: skip
    choose(page, "form", "contact", script=script)
    expect(page.get_by_text("The score was one of another form")).to_be_visible()
    expect(page.locator(f"{FORMS} select[name=language]")).to_have_value("en")
    for _ in range(3):
        page.locator("[aria-label='Filters that are set'] .chip--set").first.click()
    expect(page.locator(".chip--set", has_text="remove this filter")).to_have_count(0)


def test_a_report_is_made_as_the_page_offers_it(staff: BrowserContext) -> None:
    page = staff.new_page()
    page.goto("/app/reports")
    page.get_by_label("Place").select_option("riga")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download the PDF")).click()
    assert download.value.suggested_filename.endswith(".pdf")


@pytest.mark.parametrize("path", [*PAGES, WITHOUT_INVITATIONS])
def test_no_filter_is_required(desk: BrowserContext, path: str) -> None:
    page = desk.new_page()
    page.goto(path)
    assert page.locator(FORMS).count() > 0
    assert page.locator(f"{FORMS} [required]").count() == 0
