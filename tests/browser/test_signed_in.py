"""Where one is signed in, on a phone that runs no script."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import people
from tests.browser.product import COOKIE, OWNER, PASSWORD, Product

pytestmark = pytest.mark.browser

LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15"


def test_an_owner_ends_a_session_by_phone_without_script(
    browser: Browser, product: Product, faults: people.Faults
) -> None:
    with httpx.Client(base_url=product.address, headers={"User-Agent": LAPTOP}) as laptop:
        laptop.post("/app/sign-in", data={"email": OWNER, "password": PASSWORD})
        assert laptop.get("/app/settings").status_code == 200
        context = people.staff(browser, product, faults, viewport=people.PHONE, java_script_enabled=False)
        page = context.new_page()
        page.goto("/app/settings")
        assert page.evaluate("document.documentElement.scrollWidth") <= people.PHONE["width"]
        places = page.locator("section[aria-labelledby=signed-in] li")
        expect(places.filter(has_text="This browser")).to_have_count(1)
        expect(places.filter(has_text="This browser").locator("button")).to_have_count(0)
        theirs = places.filter(has_text="Safari on Mac").first
        expect(theirs).to_contain_text("127.0.0.1")
        theirs.get_by_role("button", name="Sign out in Safari on Mac").click()
        expect(page.locator("main")).to_contain_text("You are signed out there.")
        expect(places.filter(has_text="This browser")).to_have_count(1)
        assert laptop.get("/app/settings").headers["Location"].startswith("/app/sign-in")
        assert laptop.cookies[COOKIE]
        context.close()
