"""Every form of every staff page is filled in and sent by hand: with the mouse, with the keyboard, and without script.

The forms are found on the pages. A new one fails here until `scenes` has a line that says what is typed into it and
what must be seen afterwards; so does a line whose form is on no page.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from survey_service.app import routes
from tests.browser import form_scenes, people, sending_scenes, settings_scenes
from tests.browser.conftest import FEW_RESPONSES
from tests.browser.product import COOKIE, demonstrated
from tests.browser.scenes import SCENES, WRONG, Scene, Shop
from tests.browser.test_walk import pattern, walk
from tests.browser.ways import Keys, Mouse, Way, fill, unfold
from tests.hands import forms_of

__all__ = ["form_scenes", "sending_scenes", "settings_scenes"]

pytestmark = pytest.mark.browser

APART = {
    "POST /app/again": "only where a session ended meanwhile; pressed in a test of its own below",
    "GET /app/reports/summary.pdf": "answers with a file; pressed in a test of its own below",
}
"""Forms without a line, and where they are sent."""
LAST = "POST /app/begin"
"""Ends the demo that the others need."""
WAYS: dict[str, tuple[Callable[[Page], Way], bool]] = {
    "mouse": (Mouse, True),
    "keyboard": (Keys, True),
    "no script": (Mouse, False),
}
"""Hands, and whether scripts run."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A demo of its own, for things that cannot be undone."""
    with tempfile.TemporaryDirectory(prefix="survey-forms-") as folder:
        file = Path(folder) / "survey.db"
        with demonstrated(f"sqlite:///{file}", FEW_RESPONSES) as product:
            cookies = {COOKIE: product.session()}
            with httpx.Client(base_url=product.address, cookies=cookies, timeout=60) as owner:
                yield Shop(product, file, owner)


# The table and the pages -----------------------------------------------------------------------------------------


def sent_to() -> dict[str, re.Pattern[str]]:
    """Every staff address that a form may be sent to, by method and template."""
    return {
        f"{method} {route.path}": pattern(route.path)
        for route in Litestar(routes(), openapi_config=None).routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and route.path.startswith("/app")
        for method in ("GET", "POST")
        if method in handler.http_methods
    }


ADDRESSES = dict(sorted(sent_to().items(), key=lambda each: each[0].count("{")))


def key(method: str, address: str) -> str:
    """The line of a form that is sent to that address."""
    path = address.partition("?")[0]
    wanted = method.upper()
    return next((k for k, found in ADDRESSES.items() if k.startswith(wanted) and found.fullmatch(path)), f"? {address}")


IDLE = re.compile(r"/app/forms/[^/]+/(preview|versions/\d+)(\?.*)?")
"""Surveys to be looked at: their buttons do nothing, and say so."""


def forms_on(page: str, path: str) -> set[str]:
    """The lines of all forms and buttons of a page."""
    if IDLE.fullmatch(path):
        assert len(re.findall(r"<button\b[^>]*\bdisabled\b", page)) == page.count("<button")
        return set()
    return {key(form.method, each) for form in forms_of(page, path) for each in (form.action, *form.actions)}


def test_every_form_of_the_pages_has_a_line(shop: Shop) -> None:
    for name in (
        "POST /app/spam",
        "POST /app/follow-up/{promise_id:uuid}/keep",
        "POST /app/settings/keys/{key_id:uuid}/revoke",
    ):
        SCENES[name](shop)
    opened = walk(shop.product).opened
    pages = [(page, address) for found in opened.values() for address, page in found.items() if "/app" in address]
    found = {each for page, address in pages for each in forms_on(page, address.removeprefix(shop.product.address))}
    assert found - SCENES.keys() - APART.keys() == set()
    assert len(found) > len(SCENES) / 2


def test_whatever_can_be_sent_has_a_line() -> None:
    assert {each for each in ADDRESSES if each.startswith("POST")} - SCENES.keys() - APART.keys() == set()
    assert SCENES.keys() - ADDRESSES.keys() == set()


# By hand ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, browser: Browser, shop: Shop, faults: people.Faults) -> Iterator[Way]:
    """Hands at the owner's desk."""
    hands, script = WAYS[request.param]
    context = people.visitor(
        browser, shop.product, faults, viewport=people.DESK, java_script_enabled=script, reduced_motion="reduce"
    )
    yield hands(context.new_page())
    context.close()


def enter(context: BrowserContext, shop: Shop, session: str | None) -> None:
    """Comes as the owner, as the one with that session, or as nobody."""
    cookie = shop.owner.cookies[COOKIE] if session is None else session
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": shop.product.address}])


def form_of(page: Page, scene: Scene) -> Locator:
    """The form of that scene: by its address, or by its button's."""
    return page.locator(scene.form or f"form[action='{scene.action}']").first


def button_of(form: Locator, scene: Scene) -> Locator:
    """What is pressed."""
    own = form.locator(f"button[formaction='{scene.action}']")
    if scene.button:
        return form.locator(scene.button).first
    return own.first if own.count() else form.locator("button:not([formaction])").last


def opened(way: Way, shop: Shop, scene: Scene) -> Locator:
    """The form on its page, all of whose forms have a line."""
    enter(way.page.context, shop, scene.session)
    answer = way.page.goto(scene.page)
    assert answer is not None
    assert answer.status == 200
    assert forms_on(answer.text(), scene.page) <= SCENES.keys() | APART.keys()
    form = form_of(way.page, scene)
    expect(form).to_have_count(1)
    return form


def send(way: Way, form: Locator, scene: Scene, values: dict[str, str]) -> None:
    """Fills the form in and sends it; filters that apply as they are changed need no button."""
    page = way.page
    for name, value in values.items():
        fill(way, form, name, value)
    button = button_of(form, scene)
    unfold(way, button)
    if not button.is_visible():
        return
    with page.expect_navigation():
        way.press(button)


def assert_sent(way: Way, shop: Shop, line: str) -> None:
    """Fills in and sends the form of a line; afterwards the page and the product say what they must."""
    scene = SCENES[line](shop)
    assert key(line.partition(" ")[0], scene.action) == line
    send(way, opened(way, shop, scene), scene, scene.values)
    expect(way.page.locator("main")).to_contain_text(scene.seen)
    expect(way.page.locator(".note--error")).to_have_count(0)
    form = form_of(way.page, scene)
    for name, value in scene.stays.items():
        expect(form.locator(f"[name='{name}']:not([type=hidden])").first).to_have_value(value)
    assert scene.told()


@pytest.mark.parametrize("line", [line for line in SCENES if line != LAST])
def test_every_form_by_hand(way: Way, shop: Shop, line: str) -> None:
    assert_sent(way, shop, line)


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_at_its_field(way: Way, shop: Shop, line: str) -> None:
    scene, wrong = SCENES[line](shop), WRONG[line]
    send(way, opened(way, shop, scene), scene, wrong.values)
    expect(way.page.locator(".note--error")).to_be_visible()
    form = form_of(way.page, scene)
    field = form.locator(f"[name='{wrong.field}']")
    expect(field).to_have_attribute("aria-invalid", "true")
    error = way.page.locator(f"[id='{field.get_attribute('aria-describedby').split()[-1]}']")
    expect(error).to_be_visible()
    expect(error).to_contain_text(wrong.says)
    for name, value in wrong.values.items():
        control = form.locator(f"[name='{name}']:not([type=hidden])")
        kind = control.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            expect(form.locator(f"[name='{name}'][value='{value}']")).to_be_checked()
        else:
            expect(control.first).to_have_value("" if kind == "password" else value)


# Forms that are no line of the table -----------------------------------------------------------------------------


def test_who_signed_in_elsewhere_meanwhile_sends_it_again(way: Way, shop: Shop) -> None:
    page, context = way.page, way.page.context
    enter(context, shop, None)
    page.goto("/app/settings/workspace")
    context.clear_cookies()
    form = page.locator("form[action='/app/settings/workspace']")
    fill(way, form, "postal_address", "Harbour 9\nRiga")
    with page.expect_navigation():
        way.press(form.locator("button").last)
    enter(context, shop, None)
    with page.expect_navigation():
        way.press(page.locator("button[formaction='/app/again']"))
    expect(page.get_by_role("listitem").filter(has_text="Harbour 9")).to_be_visible()
    with page.expect_navigation():
        way.press(page.get_by_role("button", name="Send it now"))
    expect(page.locator("[name=postal_address]")).to_have_value("Harbour 9\nRiga")


def test_the_pdf_is_fetched(way: Way, shop: Shop) -> None:
    enter(way.page.context, shop, None)
    way.page.goto("/app/reports")
    form = way.page.locator("form[action='/app/reports/summary.pdf']")
    fill(way, form, "comments", "1")
    with way.page.expect_download() as fetched:
        way.press(form.locator("button"))
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF-")


def test_the_demo_is_ended_by_hand(way: Way, shop: Shop) -> None:
    assert_sent(way, shop, LAST)


def test_a_question_has_its_line_to_itself_on_a_phone(desk: BrowserContext) -> None:
    """What kind it is stands below its words, not beside them."""
    page = desk.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/app/forms/visit")
    text = page.locator(".qrow__text").first.bounding_box()
    kind = page.locator(".qrow__kind").first.bounding_box()
    assert text
    assert kind
    assert text["width"] > 200
    assert kind["y"] >= text["y"] + text["height"]


def test_on_share_the_link_is_what_is_pressed_first(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/app/forms/visit/share")
    assert page.locator("main .btn--primary").all_inner_texts() == ["Copy the link"]
