"""Every page there is, found in the route table: accessible in light and dark, on a phone and at a desk, and quiet.

A new page is in these tests by being a route. What it may need is a value in `known`; an address without a page has
a line in `NO_PAGES`.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from survey_service.app import routes
from survey_service.core.i18n import starter_text
from survey_service.inbox.export import FORMATS
from tests.browser import people
from tests.browser.definitions import EVERYTHING
from tests.browser.product import COOKIE, Product, links_of
from tests.factories import page_fields

pytestmark = pytest.mark.browser

NO_PAGES = {
    "/": 303,
    **{f"/app/answers.{made.name}": made.media_type for made in FORMATS.values()},
    "/app/figures/{name:str}": "application/json",
    "/app/employees/{employee_id:uuid}/qr.png": "image/png",
    "/app/employees/{employee_id:uuid}/qr.svg": "image/svg+xml",
    "/app/places/{place_id:uuid}/qr.png": "image/png",
    "/app/places/{place_id:uuid}/qr.svg": "image/svg+xml",
    "/app/reports/summary.pdf": "application/pdf",
    "/embed.js": "text/javascript",
    "/healthz": "application/json",
    "/metrics": "text/plain",
    "/readyz": "application/json",
}
"""Addresses without a page, and the type (or the status) they answer with."""
APART = re.compile(r"/(api|schema|static)/|/app/stream$")
"""Programs' addresses, files, and the answer that never ends."""
FOR_STRANGERS = {"/app/sign-in", "/app/link/{secret:str}"}
"""Pages of staff who are not signed in yet."""

Look = tuple[Literal["light", "dark"], ViewportSize]
LOOKS: Sequence[Look] = (
    ("light", people.PHONE),
    ("dark", people.PHONE),
    ("dark", people.DESK),
    ("light", people.DESK),
)  # fmt: skip
PICTURES = os.environ.get("BROWSER_PICTURES")
"""A folder for a picture of every page in every look, for those who want to see them."""

ALL_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
VISUAL_RULES = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block", "target-size"]}
"""What may differ between light and dark when the rest was looked at in the same width."""
FINDINGS = """([within, options]) => axe.run(within ?? document, options).then((results) =>
  results.violations.flatMap((violation) => violation.nodes.map((node) =>
    `${violation.id}: ${node.target.join(' ')} ${node.failureSummary}`)))"""


def paths() -> list[str]:
    """The path of every GET route that a browser may open, as it stands in the table."""
    found = {
        route.path
        for route in Litestar(routes(), openapi_config=None).routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }
    return sorted(path for path in found if not APART.match(path))


PAGES = [path for path in paths() if path not in NO_PAGES]
WORLD = ["he", "ja", "hi", "cy"]
VARIANTS = (
    *(f"/s/visit?lang={language}" for language in ("am", "ar", "ka", "ml", "si")),
    *(f"/s/visit/thanks?receipt=ABCD-EFGH&lang={language}" for language in ("am", "ar")),
    *(f"/s/world?lang={language}" for language in WORLD),
    *("/s/everything", "/s/everything?lang=ar", "/s/contact", "/s/callback?lang=am", "/s/visit?_embed=1"),
    *("/i/{token}?recommend=9", "/i/{token}?recommend=2&lang=ar", "/i/{token}?recommend=5&lang=am"),
    *("/app?period=yesterday", "/app?period=all&place=riga", "/app?form=contact", "/app?period=last-year"),
    *("/app/answers?state=spam", "/app/answers?form=visit&score=recommend:0-6&comment=1", "/app/answers?from=never"),
    *("/app/customers?search=nobody-has-this-name", "/app/places/{place_id}/poster?lang=ar"),
    "/app/answers/{response_id}?why=1",
)
"""Pages again in another language, another state, or with nothing to show."""


def test_the_table_of_what_is_no_page_is_true(desk: BrowserContext, known: dict[str, str]) -> None:
    assert set(NO_PAGES) <= set(paths())
    for path, kind in NO_PAGES.items():
        answer = desk.request.get(filled(path, known), max_redirects=0, params={"form": "visit"})
        told = answer.status if isinstance(kind, int) else answer.headers["content-type"].split(";")[0]
        assert told == kind, path


# What pages are asked for ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(product: Product) -> Product:
    """The product with a form that has every kind of question, and one in scripts that the demo has not; nobody wrote
    our words in its last language."""
    product.publish("everything", EVERYTHING)
    asked = {"key": "recommend", "kind": "nps", "text": dict.fromkeys(WORLD, "Recommend?") | starter_text("recommend")}
    title = dict.fromkeys(WORLD, "Visit") | starter_text("visit_title")
    product.publish("world", {"title": title, "languages": WORLD, "questions": [asked]})
    return product


def link_secret(product: Product) -> str:
    """The secret of a new colleague's sign-in link."""
    with httpx.Client(base_url=product.address, cookies={COOKIE: product.session()}) as owner:
        page = owner.get("/app/settings/staff").text
        token = re.findall(r'name="_csrf_token" value="(\w+)"', page)[0]
        colleague = {"name": "Maris", "email": f"{uuid4().hex}@linden.example", "role": "viewer"}
        made = owner.post("/app/settings/staff", data={"_csrf_token": token, **colleague})
        return str(re.findall(r"/app/link/([\w.-]+)", made.text)[0])


@pytest.fixture(scope="module")
def known(shop: Product) -> dict[str, str]:
    """Something that exists for each path parameter; tokens by the path that takes them."""
    asked, done = shop.invite(name="Sara"), shop.invite(name="Noor")
    token = {mail: re.findall(r"/i/([\w.-]+)\?", " ".join(links_of(mail)))[0] for mail in (asked, done)}
    assert httpx.post(f"{shop.address}/i/{token[done]}", data={"recommend": "9", "_partial": "0"}).status_code == 303
    newest = shop.responses(form="visit", channel="email", language="en")[0]
    place = next(place for place in shop.read("places", limit=200)["items"] if place["code"] == "riga-harbour")
    return {
        "slug": "visit",
        "language": shop.write("languages", {"language": "cy"})["language"],
        "number": "1",
        "name": "trend",
        "code": "riga-harbour",
        "place_id": place["id"],
        "employee_id": shop.read("employees", place="riga-harbour")["items"][0]["id"],
        "customer_id": newest["customer"],
        "response_id": row_id(shop),
        "invitation_id": shop.read("invitations", limit=1)["items"][0]["id"],
        "secret": link_secret(shop),
        "token": token[asked],
        "/i/{token:str}/more": token[done],
        "/s/{slug:str}/more/{token:str}": change_token(shop),
        "/u/{token:str}": re.findall(r"/u/([\w.-]+)", " ".join(links_of(asked)))[0],
    }


def change_token(product: Product) -> str:
    """What lets somebody change the answer that they have just given."""
    with httpx.Client(base_url=product.address, follow_redirects=True) as visitor:
        fields = page_fields(visitor.get("/s/visit").text)
        thanks = visitor.post("/s/visit", data={**fields, "recommend": "9"})
    return str(re.findall(r"/s/visit/more/([\w.-]+)", thanks.text)[0])


def row_id(product: Product) -> str:
    """What staff pages call an answer with a comment in English."""
    query = {"form": "visit", "comment": "1", "language": "en"}
    listed = httpx.get(f"{product.address}/app/answers", params=query, cookies={COOKIE: product.session()})
    return str(re.findall(r'href="/app/answers/([0-9a-f-]{36})', listed.text)[0])


def filled(path: str, known: dict[str, str]) -> str:
    """The address of something that exists."""
    values = {**known, "token": known.get(path, known["token"])}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values[found[1]], path)


# Looking ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cookie(product: Product) -> dict[str, str]:
    """The owner's, signed in once."""
    return {"name": COOKIE, "value": product.session(), "url": product.address}


NO_NEWS = """window.EventSource = class extends EventTarget {
  constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('open'))); }
  close() {}
}"""
"""News of what the fixtures did would exchange the page's content while axe measures it."""


@pytest.fixture
def page(
    browser: Browser, product: Product, cookie: dict[str, str], faults: people.Faults, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page of the owner's browser, or of a customer's without any cookie where the address is theirs."""
    context = people.visitor(browser, product, faults, reduced_motion="reduce")
    path = str(request.node.callspec.params.get("path", ""))
    if path.startswith("/app") and path not in FOR_STRANGERS:
        context.add_cookies([cookie])  # type: ignore[list-item]
    context.add_init_script(NO_NEWS)
    yield context.new_page()
    context.close()


MARKUP_FAULTS = r"""() => {
  const moment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
  const all = (chosen) => [...document.querySelectorAll(chosen)];
  return [
    ...all('time[datetime]').filter((each) => !moment.test(each.dateTime)),
    ...all('select[required]:not([multiple])').filter((each) => each.options[0]?.value !== ''),
    ...all('[action=""], [formaction=""]'),
  ].map((each) => each.cloneNode().outerHTML);
}"""
"""What HTML does not allow and browsers pass over: more than milliseconds, a required choice that is made already,
an empty address that a form is sent to."""


def assert_fit(page: Page, name: str, looks: Sequence[Look] = LOOKS) -> None:
    """Valid where browsers are lenient; axe-core finds nothing in any look; and it is not wider than the phone."""
    assert page.evaluate(MARKUP_FAULTS) == []
    page.evaluate(Axe().axe_script)
    widths = set()
    for scheme, size in looks:
        rules = VISUAL_RULES if size["width"] in widths else ALL_RULES
        widths.add(size["width"])
        people.look_at(page, size["width"], size["height"], scheme)
        people.keep_picture(page, PICTURES, f"{re.sub('[^a-z0-9]+', '-', name.lower())[:80]}-{scheme}-{size['width']}")
        assert page.evaluate(FINDINGS, [None, rules]) == [], (scheme, size["width"])
        assert people.overflow(page) == "", (scheme, size["width"])
        assert people.cut_off(page) == "", (scheme, size["width"])


# What is folded away -----------------------------------------------------------------------------------------------

UNFOLDED: Sequence[Look] = (("dark", people.PHONE), ("light", people.DESK))
OPENERS = "[data-opens], button[aria-expanded='false']"
THUMB = 44
"""Pixels that a thumb needs of what is chosen in a menu."""
MENU_FAULTS = """(menu, thumb) => [...menu.querySelectorAll('a[href], button, select, input:not([type=hidden])')]
  .filter((each) => each.checkVisibility()).flatMap((each) => {
    const { height } = (each.closest('label') ?? each).getBoundingClientRect();
    return height < thumb - 0.5 ? [`${each.textContent.trim() || each.name}: ${height} px high`] : [];
  })"""
UNMARKED = """(menu) => {
  const looks = (each) => {
    const { color, backgroundColor, fontWeight } = getComputedStyle(each);
    return [color, backgroundColor, fontWeight].join();
  };
  return [...menu.querySelectorAll('[aria-current]')].filter((each) => {
    const other = [...menu.querySelectorAll(each.localName)].find((o) => o !== each && !o.ariaCurrent);
    return other && looks(other) === looks(each);
  }).map((each) => each.textContent.trim());
}"""


def menus(page: Page) -> list[Locator]:
    """What opens over the page, one at a time."""
    return [menu for menu in page.locator("details[data-menu]").all() if menu.locator("summary").first.is_visible()]


def assert_menu_fits(page: Page, menu: Locator, thumb: int) -> None:
    """Opened by hand: in sight, as high as a thumb needs on a phone, with the chosen one marked."""
    menu.locator("summary").first.click()
    assert page.evaluate(FINDINGS, [menu.element_handle(), ALL_RULES]) == []
    assert menu.evaluate(MENU_FAULTS, thumb) == []
    assert menu.evaluate(UNMARKED) == []
    assert people.overflow(page) == ""
    menu.locator("summary").first.click()


def assert_dialog_fits(page: Page, opener: Locator) -> None:
    """The same for what a button opens; Escape closes it."""
    opener.click()
    assert page.evaluate(FINDINGS, [None, ALL_RULES]) == []
    assert people.overflow(page) == ""
    page.keyboard.press("Escape")


def unfold(page: Page) -> int:
    """Opens all folds that are no menus; so many there are."""
    opened: int = page.evaluate("""() => {
      const folds = [...document.querySelectorAll('details:not([data-menu])')];
      for (const fold of folds) fold.open = true;
      return folds.length;
    }""")
    return opened


def assert_fit_unfolded(page: Page, name: str) -> None:
    """As before with every menu and dialog opened, one after the other, and then every fold."""
    for scheme, size in UNFOLDED:
        people.look_at(page, size["width"], size["height"], scheme)
        on_phone = size["width"] < people.DESK["width"]
        for menu in menus(page):
            assert_menu_fits(page, menu, THUMB if on_phone else 24)
        for opener in page.locator(OPENERS).all():
            assert_dialog_fits(page, opener)
        if unfold(page):
            people.keep_picture(page, PICTURES, f"{re.sub('[^a-z0-9]+', '-', name.lower())[:80]}-open-{size['width']}")
            assert page.evaluate(FINDINGS, [None, ALL_RULES]) == [], (scheme, size["width"])
            assert people.overflow(page) == "", (scheme, size["width"])
        assert people.cut_off(page) == "", (scheme, size["width"])


@pytest.mark.parametrize("path", PAGES)
def test_every_page(page: Page, product: Product, known: dict[str, str], path: str) -> None:
    address = filled(path, known)
    answer = page.goto(address)
    assert answer is not None
    assert (answer.status, page.url.removeprefix(product.address)) == (200, address)
    assert answer.headers["content-type"].startswith("text/html")
    assert_fit(page, path)
    assert_fit_unfolded(page, path)


@pytest.mark.parametrize("path", VARIANTS)
def test_pages_in_other_languages_and_states(page: Page, known: dict[str, str], path: str) -> None:
    answer = page.goto(filled(path, known))
    assert answer is not None
    assert answer.status in (200, 422)
    assert_fit(page, path, LOOKS[::2])
    assert_fit_unfolded(page, path)


# Pages that say what went wrong ----------------------------------------------------------------------------------


def opened(path: str, status: int) -> Callable[[Page], int]:
    """Goes there by address."""

    def go(page: Page) -> int:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        return status

    return go


def sent_without_answers(language: str) -> Callable[[Page], int]:
    """Sends a survey as it is."""

    def go(page: Page) -> int:
        page.goto(f"/s/everything?lang={language}")
        page.locator("[name=email]").fill("no address")
        page.locator(".send button").click()
        expect(page.locator(".note--error li")).to_have_count(3)
        return 422

    return go


def wrong_password(page: Page) -> int:
    page.goto("/app/sign-in")
    page.get_by_label("E-mail address").fill("nobody@linden.example")
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return 422


WRONG: dict[str, Callable[[Page], int]] = {
    "no such page": opened("/no-such-page", 404),
    "no such survey": opened("/s/no-such-survey", 404),
    "no such poster": opened("/q/no-such-poster", 404),
    "no such invitation": opened("/i/no-such-token", 404),
    "no such way out": opened("/u/no-such-token", 404),
    "no such link": opened("/app/link/no-such-secret", 410),
    "missing answers": sent_without_answers("en"),
    "missing answers, Arabic": sent_without_answers("ar"),
    "wrong password": wrong_password,
}


@pytest.mark.parametrize("name", WRONG)
def test_pages_that_say_what_went_wrong(page: Page, shop: Product, name: str) -> None:
    WRONG[name](page)
    expect(page.locator("h1")).to_have_count(1)
    assert_fit(page, f"wrong-{name}")


@pytest.mark.parametrize(
    "path", ["/app/forms/no-such-form", "/app/customers/00000000-0000-7000-8000-000000000000", "/app?from=never"]
)
def test_staff_pages_that_say_what_went_wrong(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status in (404, 422)
    assert_fit(page, f"wrong-{path}", LOOKS[::2])
