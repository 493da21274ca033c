"""What staff see stands where it belongs: at an edge, in a row, or apart."""

import os

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import people
from tests.browser.product import Product

pytestmark = pytest.mark.browser

NARROW = (
    *("/app", "/app/answers", "/app/answers?form=visit&comment=1", "/app/spam", "/app/follow-up", "/app/customers"),
    *("/app/invitations", "/app/sending", "/app/forms", "/app/forms/visit", "/app/forms/visit/share"),
    *("/app/settings", "/app/settings/staff", "/app/settings/audit", "/app/settings/standing", "/app/reports"),
)
PICTURES = os.environ.get("BROWSER_PICTURES")
BOXES = (
    """(all) => all.map((each) => { const box = each.getBoundingClientRect(); return [box.x, box.top, box.bottom]; })"""
)


def test_what_follows_a_title_stands_at_its_edge_where_it_is_below_it(
    browser: Browser, product: Product, faults: people.Faults
) -> None:
    context = people.staff(browser, product, faults, viewport=people.PHONE, locale="de-DE")
    page = context.new_page()
    page.goto("/app/answers?form=visit")
    page.locator("main .comment__meta a[href^='/app/answers/']").first.click()
    page.wait_for_url("**/app/answers/**")
    [title, more] = page.locator("h1, h1 > .soft").evaluate_all(BOXES)
    context.close()
    assert more[1] > title[1] + 20
    assert more[0] == pytest.approx(title[0], abs=1)


@pytest.mark.parametrize("language", ["en", "de", "ar", "am"])
def test_nothing_to_press_is_cut_off_on_a_phone(
    browser: Browser, product: Product, faults: people.Faults, language: str
) -> None:
    """Tabs, filters and buttons, in languages with long words too."""
    context = people.staff(browser, product, faults, viewport=people.PHONE, locale=language)
    page = context.new_page()
    for path in NARROW:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        people.keep_picture(page, PICTURES, f"narrow-{path.strip('/').replace('/', '-')}-{language}")
        assert people.overflow(page) == "", (path, language)
        assert people.cut_off(page) == "", (path, language)
    context.close()


def test_the_note_of_a_preview_stands_apart_from_the_questions(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/app/forms/visit/preview?lang=en")
    [note, progress] = page.locator(".note, .progress").evaluate_all(BOXES)
    assert progress[1] - note[2] >= 16


def test_the_buttons_beside_a_link_stand_in_a_row(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/app/forms/visit/share")
    buttons = page.locator("section[aria-labelledby=link] .btn").evaluate_all(BOXES)
    assert len(buttons) == 2
    assert buttons[0][1] == buttons[1][1]


def test_a_place_is_set_in_as_deep_as_it_belongs(desk: BrowserContext) -> None:
    """With its own name, which stands below it."""
    page = desk.new_page()
    page.goto("/app/places")
    names = page.locator("tbody th").filter(has=page.locator(".under bdi"))
    edges = [[box[0] for box in name.locator("a, .under bdi").evaluate_all(BOXES)] for name in names.all()]
    assert len({round(name) for name, _own in edges}) == 3
    assert all(name == pytest.approx(own, abs=1) for name, own in edges)


def test_the_last_number_of_a_trend_is_no_larger_than_the_title_of_its_card(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/app?form=visit")
    size = "(each) => parseFloat(getComputedStyle(each).fontSize)"
    last, title = page.locator(".chart .lead").first, page.locator(".card__head h2").first
    assert last.evaluate(size) <= title.evaluate(size)
