"""Nothing that staff type is lost, by hand: mouse, keyboard, without script, without a connection, two at once."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from tests.browser import people
from tests.browser.product import COOKIE, OWNER, PASSWORD, Product

BUILDER = "/app/forms/visit"
PAGES = [
    f"{BUILDER}",
    f"{BUILDER}/settings",
    "/app/forms/new",
    "/app/places/new",
    "/app/invitations",
    "/app/settings",
    "/app/settings/staff",
    "/app/settings/keys",
    "/app/settings/workspace",
]
"""Pages of staff on which words are typed."""
FIELDS = "main form[method=post] :is(input:is([type=text], [type=email], [type=url]), textarea)"


@pytest.fixture
def wire(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """The owner's desk with a connection that may break; the browser's complaints about that are none of ours."""
    context = people.staff(browser, product, people.Faults())
    yield context
    context.close()


def save_button(page: Page) -> Locator:
    return page.locator(".head__row button", has_text="Save draft")


@pytest.mark.parametrize("path", PAGES)
def test_leaving_asks_and_what_was_typed_is_here_again(desk: BrowserContext, path: str) -> None:
    page = desk.new_page()
    page.goto(path)
    field = page.locator(FIELDS).locator("visible=true").first
    before = field.input_value()
    field.fill("Typed & not saved")
    page.get_by_role("link", name="Today", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("not saved yet")
    expect(page.get_by_role("button", name="Stay here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_value("Typed & not saved")
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.get_by_role("button", name="Leave without saving").click()
    page.wait_for_url("**/app")
    page.goto(path)
    expect(field).to_have_value("Typed & not saved")
    expect(page.get_by_role("status").filter(has_text="is here again")).to_be_visible()
    page.get_by_role("button", name="Begin afresh").click()
    expect(field).to_have_value(before)
    expect(page.get_by_role("status").filter(has_text="is here again")).to_have_count(0)
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.wait_for_url("**/app")


def test_closing_and_reloading_ask(desk: BrowserContext) -> None:
    page = desk.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{BUILDER}/settings")
    page.get_by_label("Name", exact=True).press_sequentially("!")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Name", exact=True)).to_have_value(re.compile("^!"))
    page.get_by_role("button", name="Begin afresh").click()
    page.goto("/app")


def test_passwords_are_not_kept(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/app/settings/password")
    page.get_by_label("Current password").fill("secret-typed")
    page.wait_for_timeout(500)
    assert "secret-typed" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.get_by_role("button", name="Leave without saving").click()
    page.goto("/app/settings/password")
    expect(page.get_by_label("Current password")).to_have_value("")


def test_nothing_typed_outlives_signing_out(desk: BrowserContext, product: Product) -> None:
    page = desk.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{BUILDER}/settings")
    page.get_by_label("Name", exact=True).fill("Kept from before")
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.get_by_role("button", name="Leave without saving").click()
    page.wait_for_url("**/app")
    assert "Kept from before" in page.evaluate("JSON.stringify({...sessionStorage})")
    page.goto(BUILDER)
    page.locator("[name='thanks_title.en']").fill("Typed just now")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Sign out").locator("visible=true").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert asked == ["beforeunload"]
    assert not [key for key in page.evaluate("Object.keys(sessionStorage)") if key.startswith("typed:")]
    desk.add_cookies([{"name": COOKIE, "value": product.session(), "url": product.address}])
    page.goto(f"{BUILDER}/settings")
    expect(page.get_by_label("Name", exact=True)).not_to_have_value("Kept from before")


def test_nothing_typed_is_shown_to_somebody_else(desk: BrowserContext, product: Product) -> None:
    page = desk.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/app/places/new")
    page.get_by_label("Name", exact=True).fill("Not for others")
    page.goto("/app/settings/staff")
    page.goto("/app/places/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Not for others")
    desk.clear_cookies()
    desk.add_cookies([{"name": COOKIE, "value": colleague(product), "url": product.address}])
    page.goto("/app/places/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    assert "Not for others" not in page.evaluate("JSON.stringify({...sessionStorage})")


def colleague(product: Product) -> str:
    """The cookie of a manager who was never here before."""
    with httpx.Client(base_url=product.address, cookies={COOKIE: product.session()}) as owner:
        token = re.findall(r'name="_csrf_token" value="([^"]+)"', owner.get("/app/settings/staff").text)[0]
        person = {"name": "Maris", "email": f"{uuid4().hex}@linden.example", "role": "manager"}
        made = owner.post("/app/settings/staff", data={"_csrf_token": token, **person})
    link = re.findall(r"/app/link/[\w.-]+", made.text)[0]
    answer = httpx.post(f"{product.address}{link}")
    assert answer.status_code == 303, answer.text
    return answer.cookies[COOKIE]


def test_what_was_saved_is_not_offered_again(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(BUILDER)
    page.locator("[name='thanks_title.en']").fill("Thanks, saved")
    page.wait_for_timeout(500)
    save_button(page).click()
    page.wait_for_url("**done=saved")
    page.goto("/app")
    page.goto(BUILDER)
    expect(page.locator("[name='thanks_title.en']")).to_have_value("Thanks, saved")
    expect(page.get_by_role("button", name="Begin afresh")).to_have_count(0)


def test_without_a_connection_the_page_stays_and_can_send_again(wire: BrowserContext) -> None:
    page = wire.new_page()
    page.goto(BUILDER)
    page.locator("[name='thanks_title.en']").fill("Typed in a tunnel")
    wire.set_offline(True)
    save_button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("There is no connection.")
    expect(page.locator("[name='thanks_title.en']")).to_have_value("Typed in a tunnel")
    expect(page.locator("[aria-disabled=true]")).to_have_count(0)
    wire.set_offline(False)
    save_button(page).click()
    page.wait_for_url("**done=saved")
    expect(page.locator("[name='thanks_title.en']")).to_have_value("Typed in a tunnel")


def cut(route: Route) -> None:
    route.abort("connectionreset") if route.request.method == "POST" else route.continue_()


def answer_as_a_proxy(route: Route) -> None:
    page = "<h1>Bad gateway</h1>"
    route.fulfill(
        status=502, body=page, content_type="text/html"
    ) if route.request.method == "POST" else route.continue_()


@pytest.mark.parametrize("trouble", [cut, answer_as_a_proxy])
@pytest.mark.parametrize(
    ("path", "button"),
    [("/app/places/new", "Add the place"), (f"{BUILDER}/settings", "Keep the settings"), (BUILDER, "Save draft")],
)
def test_what_did_not_arrive_is_here_again(
    wire: BrowserContext, trouble: Callable[[Route], None], path: str, button: str
) -> None:
    page = wire.new_page()
    page.goto(path)
    field = page.locator(FIELDS).locator("visible=true").first
    words = f"Typed before trouble {uuid4().hex[:6]}"
    field.fill(words)
    page.route("**/app/**", trouble)
    with page.expect_event("requestfinished" if trouble is answer_as_a_proxy else "requestfailed", is_post):
        page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()
    page.unroute("**/app/**")
    page.goto("/app/settings/staff")
    page.goto(path)
    expect(field).to_have_value(words)
    expect(page.get_by_role("status").filter(has_text="is here again")).to_be_visible()
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url("**done=*")
    page.goto(path)
    expect(page.get_by_role("button", name="Begin afresh")).to_have_count(0)


def is_post(request: Request) -> bool:
    return request.method == "POST"


def test_a_slow_answer_is_told_and_stop_gives_the_button_back(wire: BrowserContext) -> None:
    page = wire.new_page()
    held: list[str] = []

    def hold(route: object) -> None:
        held.append("held")

    page.goto(BUILDER)
    page.locator("[name='thanks_title.en']").fill("Typed before Stop")
    wire.route("**/save", hold, times=1)
    # All of it in the page: a driver cannot look into a page that waits for an answer.
    page.evaluate("""() => {
      globalThis.told = [];
      setInterval(() => told.push(document.querySelector('[aria-busy=true]')
        ? document.querySelector('.sending').textContent : 'free'), 100);
      [...document.querySelectorAll('.head__row button')].find((each) => each.textContent === 'Save draft').click();
      setTimeout(() => stop(), 1500);
    }""")
    page.wait_for_timeout(2500)
    told = page.evaluate("told")
    assert held == ["held"]
    assert told[0] == "free"
    assert "Sending…" in told
    assert told[-1] == "free"
    save_button(page).click()
    page.wait_for_url("**done=saved")
    expect(page.locator("[name='thanks_title.en']")).to_have_value("Typed before Stop")


@pytest.mark.parametrize("script", [True, False])
def test_after_the_session_ended_one_signs_in_on_the_spot(
    browser: Browser, product: Product, faults: people.Faults, script: bool
) -> None:
    context = people.staff(browser, product, faults, java_script_enabled=script)
    page = context.new_page()
    page.goto("/app/settings/workspace")
    page.get_by_label("Postal address").fill(f"Street {script}\nTown")
    context.clear_cookies()
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text=f"Street {script}")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/app/settings/workspace?done=1")
    expect(page.get_by_label("Postal address")).to_have_value(f"Street {script}\nTown")
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_two_at_once(browser: Browser, product: Product, faults: people.Faults, script: bool) -> None:
    contexts = [people.staff(browser, product, faults, java_script_enabled=script) for _ in range(2)]
    one, other = (context.new_page() for context in contexts)
    for page in (one, other):
        page.goto("/app/forms/contact/settings")
    name, sites = f"Renamed {script}", "https://www.example.com"
    other.get_by_label("Sites that may show it").fill(sites)
    other.get_by_role("button", name="Keep the settings").click()
    other.wait_for_url("**done=saved")
    one.get_by_label("Name", exact=True).fill(name)
    one.get_by_role("button", name="Keep the settings").click()
    one.wait_for_url("**done=saved")
    expect(one.get_by_label("Sites that may show it")).to_have_value(sites)
    other.get_by_label("Name", exact=True).fill("Renamed by the other")
    other.get_by_role("button", name="Keep the settings").click()
    expect(other.get_by_text(f"It says now: {name}")).to_be_visible()
    other.get_by_text("Keep theirs").click()
    other.get_by_role("button", name="Keep the settings").click()
    other.wait_for_url("**done=saved")
    expect(other.get_by_label("Name", exact=True)).to_have_value(name)
    other.get_by_label("Sites that may show it").fill("*")
    other.get_by_role("button", name="Keep the settings").click()
    other.wait_for_url("**done=saved")
    for context in contexts:
        context.close()


def test_without_script_the_tabs_of_the_builder_keep_what_was_typed(
    browser: Browser, product: Product, faults: people.Faults
) -> None:
    context = people.staff(browser, product, faults, java_script_enabled=False)
    page = context.new_page()
    page.goto(BUILDER)
    page.locator("[name='thanks_title.en']").fill("Kept by a tab")
    page.get_by_role("button", name="Versions").click()
    page.wait_for_url(f"**{BUILDER}/versions")
    page.goto(BUILDER)
    expect(page.locator("[name='thanks_title.en']")).to_have_value("Kept by a tab")
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_focus_stays_where_the_act_was(
    browser: Browser, product: Product, faults: people.Faults, script: bool
) -> None:
    context = people.staff(browser, product, faults, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{BUILDER}?shown=2")
    page.locator("#question-2").get_by_role("button", name="Move down").focus()
    for place in (3, 4):
        page.keyboard.press("Enter")
        page.wait_for_url(f"**shown={place}&did=down")
        expect(page.locator(f"#question-{place}").get_by_role("button", name="Move down")).to_be_focused()
        if script:
            expect(page.locator("[data-say]")).to_have_text(f"Moved down: it is question {place} now.")
    for place in (3, 2):
        page.locator(f"#question-{place + 1}").get_by_role("button", name="Move up").click()
        page.wait_for_url(f"**shown={place}&did=up")
        expect(page.locator(f"#question-{place}").get_by_role("button", name="Move up")).to_be_focused()
    context.close()
