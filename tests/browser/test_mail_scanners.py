"""Mail scanners open every link and run its scripts; only what a person does is an answer."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import people
from tests.browser.product import Product, links_of
from tests.waiting import eventually

pytestmark = pytest.mark.browser

HANDLESS = """async () => {
  const events = [
    new MouseEvent('pointermove', { bubbles: true, movementX: 9, movementY: 9 }),
    new PointerEvent('pointerdown', { bubbles: true }),
    new MouseEvent('click', { bubbles: true }),
    new KeyboardEvent('keydown', { bubbles: true, key: 'a' }),
    new WheelEvent('wheel', { bubbles: true, deltaY: 90 }),
    new Event('touchstart', { bubbles: true }),
    new Event('scroll', { bubbles: true }),
  ];
  for (const target of [window, document.body, document.querySelector('form, main')]) {
    for (const event of events) {
      target.dispatchEvent(event);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  document.body.style.minHeight = '400vh';
  for (const place of [900, 0, 1800]) {
    scrollTo(0, place);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""
"""Everything that a script can pretend."""


@dataclass
class Invited:
    """Somebody who got a mail, and the form's answers that came of it."""

    product: Product
    mail: EmailMessage

    @property
    def links(self) -> list[str]:
        return links_of(self.mail)

    def link(self, score: int) -> str:
        """The address behind that number in the mail."""
        return next(link for link in self.links if link.endswith(f"?recommend={score}"))

    @property
    def plain_link(self) -> str:
        """The invitation's own address."""
        return self.link(0).split("?")[0]

    @property
    def state(self) -> dict[str, Any]:
        """The invitation as the API tells it."""
        rows = self.product.read("invitations", limit=200)["items"]
        found: dict[str, Any] = next(row for row in rows if row["email"] in str(self.mail["To"]))
        return found

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What was recorded for the invitation, wherever it may have ended up."""
        email = str(self.state["email"])
        return [
            response
            for state in ("complete", "partial", "spam")
            for response in self.product.responses(form="visit", channel="email", state=state)
            if self.customer_of(response) == email
        ]

    def customer_of(self, response: dict[str, Any]) -> str:
        """The address of who gave the response."""
        if not response["customer"]:
            return ""
        read = self.product.read(f"customers/{response['customer']}")
        return next((each["value"] for each in read["identities"] if each["kind"] == "email"), "")

    def assert_untouched(self) -> None:
        """Nothing was recorded, and mails may still be sent."""
        assert self.state["answered_at"] is None
        assert self.answers == []
        self.product.write("invitations", {"form": "visit", "email": self.state["email"]})
        assert self.state["state"] in ("queued", "sent")


@pytest.fixture
def invited(product: Product) -> Invited:
    """Somebody new, with the mail they got."""
    return Invited(product, product.invite(name="Sara"))


def test_the_mail_has_a_link_for_each_number_and_a_way_out(invited: Invited) -> None:
    scores = [link.rsplit("=", 1)[1] for link in invited.links if "?recommend=" in link]
    assert sorted(scores, key=int) == [str(number) for number in range(11)]
    assert sum("/u/" in link for link in invited.links) == 1
    assert any(link in invited.mail["List-Unsubscribe"] for link in invited.links)
    assert invited.mail["List-Unsubscribe-Post"] is None, "this product's address is not encrypted"


def test_a_scanner_without_scripts_changes_nothing(invited: Invited) -> None:
    with httpx.Client(follow_redirects=True) as scanner:
        for link in invited.links:
            assert scanner.head(link).status_code == 200, link
            assert scanner.get(link).status_code == 200, link
    invited.assert_untouched()


def test_a_scanner_that_runs_scripts_changes_nothing(invited: Invited, browser: Browser) -> None:
    with_scripts = browser.new_context(viewport=people.PHONE)
    pages = [with_scripts.new_page() for _ in invited.links]
    for page, link in zip(pages, invited.links, strict=True):
        page.goto(link)
    for page in pages:
        page.bring_to_front()
        page.evaluate(HANDLESS)
    time.sleep(5)
    assert [page.url for page in pages] == invited.links
    with_scripts.close()
    invited.assert_untouched()


# People ----------------------------------------------------------------------------------------------------------


def moves(page: Page) -> None:
    page.mouse.move(100, 40)
    page.mouse.move(140, 60, steps=4)


def presses(page: Page) -> None:
    page.mouse.click(20, 20)


def touches(page: Page) -> None:
    page.touchscreen.tap(20, 20)


def types(page: Page) -> None:
    page.keyboard.press("ArrowDown")


def turns_the_wheel(page: Page) -> None:
    page.mouse.wheel(0, 200)


def confirms(page: Page) -> None:
    page.locator(".send button").click()


ACTS = [(moves, 9), (presses, 0), (touches, 10), (types, 6), (turns_the_wheel, 7), (confirms, 8)]


@pytest.fixture
def reader(browser: Browser, faults: people.Faults, product: Product) -> Iterator[BrowserContext]:
    """The phone on which a mail is read."""
    context = people.visitor(browser, product, faults, has_touch=True)
    yield context
    context.close()


@pytest.mark.parametrize(("act", "score"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_what_a_person_does_records_the_score_once(
    invited: Invited, reader: BrowserContext, act: Callable[[Page], None], score: int
) -> None:
    page = reader.new_page()
    page.goto(invited.link(score))
    act(page)
    page.wait_for_url("**/more")
    [kept] = eventually(lambda: invited.answers, "answer")
    assert kept["answers"] == {"recommend": score}
    assert (kept["channel"], kept["customer_strength"]) == ("email", "verified")
    assert invited.state["answered_at"] is not None


def test_without_scripts_the_button_records_it(invited: Invited, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=people.PHONE)
    page = context.new_page()
    page.goto(invited.link(4))
    confirms(page)
    page.wait_for_url("**/more")
    assert [kept["answers"] for kept in invited.answers] == [{"recommend": 4}]
    context.close()


def test_another_number_on_the_page_is_the_one_that_counts(invited: Invited, reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto(invited.link(3))
    page.locator("label:has(input[value='8'])").tap()
    page.wait_for_url("**/more")
    assert [kept["answers"] for kept in invited.answers] == [{"recommend": 8}]


def test_a_word_is_added_after_the_one_tap_and_a_second_tap_changes_nothing_by_itself(
    invited: Invited, reader: BrowserContext
) -> None:
    page = reader.new_page()
    page.goto(invited.link(9))
    confirms(page)
    page.wait_for_url("**/more")
    assert page.locator("input[name=recommend]:checked").get_attribute("value") == "9"
    page.locator("[name=comment]").fill("Fresh after ten days.")
    page.locator(".send button").click()
    people.receipt(page)
    assert [kept["answers"] for kept in invited.answers] == [{"recommend": 9, "comment": "Fresh after ten days."}]

    again = reader.new_page()
    assert getattr(again.goto(invited.link(0)), "status", None) == 200
    expect(again.locator("input[name=recommend]:checked")).to_have_value("0")
    sent = httpx.post(invited.plain_link, data={"recommend": "0"})
    assert (sent.status_code, "Change my answer to 0" in sent.text) == (200, True)
    assert [kept["answers"]["recommend"] for kept in invited.answers] == [9]


def test_mail_programs_unsubscribe_with_one_click(invited: Invited) -> None:
    address = str(invited.mail["List-Unsubscribe"]).strip("<>")
    assert httpx.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    told = invited.product.write("invitations", {"form": "visit", "email": invited.state["email"]})
    assert told["state"] == "suppressed"


def test_people_unsubscribe_with_a_button_and_may_take_it_back(invited: Invited, reader: BrowserContext) -> None:
    email = invited.state["email"]
    page = reader.new_page()
    page.goto(next(link for link in invited.links if "/u/" in link))
    page.locator(".send button").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert invited.product.write("invitations", {"form": "visit", "email": email})["state"] == "suppressed"
    page.locator(".send button").click()
    expect(page.locator("input[name=undo]")).to_have_count(0)
    assert invited.product.write("invitations", {"form": "visit", "email": email})["state"] == "queued"
