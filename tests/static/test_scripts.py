"""The scripts of respondent pages in a real browser, over pages that are served from memory."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.chromium import chromium
from tests.static.samples import STATIC, invitation, render, survey, words

pytestmark = pytest.mark.browser
HERE = "https://feedback.example"
SHOP = "https://shop.example"
SETTLE = 1500  # ms: longer than the pause of a mere movement


class Site:
    """Answers every request of a page and keeps what was posted."""

    def __init__(self) -> None:
        self.posts: list[dict[str, list[str]]] = []
        self.pages: dict[str, str] = {}

    def handle(self, route: Route) -> None:
        request = route.request
        if request.method == "POST":
            post = parse_qs(request.post_data or "")
            if "_show_in" in post:
                values = {
                    name: given if len(given) > 1 or name == "bought" else given[0] for name, given in post.items()
                }
                page = survey(post["_show_in"][0], values=values)
                route.fulfill(body=page, content_type="text/html; charset=utf-8")
                return
            self.posts.append(post)
            route.fulfill(body=render("survey/thanks.html"), content_type="text/html; charset=utf-8")
        elif request.url == f"{HERE}/embed.js":
            route.fulfill(body=(STATIC / "embed.js").read_text(), content_type="text/javascript")
        elif request.url in self.pages:
            route.fulfill(body=self.pages[request.url], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 360, "height": 500}, has_touch=True) as opened:
        yield opened


@pytest.fixture
def site(context: BrowserContext) -> Site:
    answering = Site()
    context.route("**/*", answering.handle)
    return answering


@pytest.fixture
def one_click(context: BrowserContext, site: Site) -> Page:
    site.pages[f"{HERE}/i/token?recommend=9"] = invitation()
    page = context.new_page()
    page.goto(f"{HERE}/i/token?recommend=9")
    return page


def test_opening_an_invitation_records_nothing(one_click: Page, site: Site) -> None:
    one_click.wait_for_timeout(SETTLE)
    assert site.posts == []


def test_what_a_scanners_script_does_records_nothing(one_click: Page, site: Site) -> None:
    one_click.evaluate("""() => {
        for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll", "click"])
            document.body.dispatchEvent(new Event(name, { bubbles: true }));
        document.body.style.minHeight = "5000px";
        window.scrollTo(0, 900);
        document.querySelector("input[value='3']").click();
    }""")
    one_click.wait_for_timeout(SETTLE)
    assert site.posts == []


def test_a_hidden_page_records_nothing(one_click: Page, site: Site) -> None:
    one_click.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    one_click.mouse.wheel(0, 100)
    one_click.keyboard.press("ArrowDown")
    one_click.wait_for_timeout(SETTLE)
    assert site.posts == []


def test_a_turn_of_the_wheel_sends_the_score_once(one_click: Page, site: Site) -> None:
    one_click.mouse.wheel(0, 100)
    one_click.wait_for_selector("text=Thank you")
    assert [post["recommend"] for post in site.posts] == [["9"]]
    assert site.posts[0]["_partial"] == ["0"]


def test_a_tap_beside_the_scale_sends_the_score(one_click: Page, site: Site) -> None:
    one_click.tap("h1")
    one_click.wait_for_selector("text=Thank you")
    assert [post["recommend"] for post in site.posts] == [["9"]]


def test_tapping_another_number_sends_that_one(one_click: Page, site: Site) -> None:
    one_click.tap("input[value='3']")
    one_click.wait_for_selector("text=Thank you")
    assert [post["recommend"] for post in site.posts] == [["3"]]


def test_arrow_keys_walk_over_the_scale_and_the_button_sends(one_click: Page, site: Site) -> None:
    one_click.focus("input[value='9']")
    one_click.keyboard.press("ArrowLeft")
    one_click.keyboard.press("ArrowLeft")
    one_click.wait_for_timeout(SETTLE)
    assert site.posts == []
    one_click.keyboard.press("Enter")
    one_click.wait_for_selector("text=Thank you")
    assert [post["recommend"] for post in site.posts] == [["7"]]


def test_moving_towards_the_scale_waits(one_click: Page, site: Site) -> None:
    one_click.mouse.move(5, 5)
    one_click.mouse.move(20, 40)
    box = one_click.locator("input[value='4']").bounding_box()
    assert box
    one_click.mouse.move(box["x"] + 5, box["y"] + 5)
    one_click.wait_for_timeout(SETTLE)
    assert site.posts == []


def test_without_script_the_button_sends(browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        site = Site()
        context.route("**/*", site.handle)
        site.pages[f"{HERE}/i/token"] = invitation()
        page = context.new_page()
        page.goto(f"{HERE}/i/token")
        page.click("button.btn")
        assert [post["recommend"] for post in site.posts] == [["9"]]


@pytest.fixture
def asked(context: BrowserContext, site: Site) -> Page:
    site.pages[f"{HERE}/s/visit"] = survey()
    page = context.new_page()
    page.goto(f"{HERE}/s/visit")
    return page


def test_progress_counts_questions_not_boxes(asked: Page) -> None:
    asked.check("input[name=bought] >> nth=0", force=True)
    asked.check("input[name=bought] >> nth=1", force=True)
    asked.fill("[name=comment]", "Lovely")
    assert asked.inner_text(".progress span") == "2 of 10 answered"
    assert asked.locator(".bar .done").count() == 2


def test_changing_the_language_keeps_every_answer_and_the_id(asked: Page, site: Site) -> None:
    asked.check("input[name=recommend][value='6']", force=True)
    asked.check("input[name=bought] >> nth=1", force=True)
    asked.fill("[name=comment]", "Lovely roses")
    asked.click("summary")
    asked.click(".langs [lang=ar]")
    asked.wait_for_selector("html[dir=rtl]")
    asked.click("button.btn")
    asked.wait_for_selector("text=Thank you")
    (post,) = site.posts
    kept = {name: post[name] for name in ("recommend", "bought", "comment", "_id", "_language")}
    assert kept == {
        "recommend": ["6"], "bought": ["staff"], "comment": ["Lovely roses"],
        "_id": ["__RESPONSE_ID__"], "_language": ["ar"],
    }  # fmt: skip


def test_a_double_click_sends_once(context: BrowserContext, asked: Page, site: Site) -> None:
    asked.evaluate("() => { const send = document.querySelector('button.btn'); send.click(); send.click(); }")
    asked.wait_for_selector("text=Thank you")
    assert len(site.posts) == 1


def test_the_summary_has_the_focus_after_an_error(context: BrowserContext, site: Site) -> None:
    site.pages[f"{HERE}/s/visit"] = survey(errors={"reason": "Choose one answer."})
    page = context.new_page()
    page.goto(f"{HERE}/s/visit")
    page.wait_for_function("document.activeElement.classList.contains('note--error')")


EMBEDDING = f"""<!doctype html><title>Shop</title><h1>Shop</h1>
<div data-survey="visit" data-language="am" data-place="P7K" data-title="Your visit"></div>
<div data-survey="visit" data-height="300"></div>
<script async src="{HERE}/embed.js"></script>"""


@pytest.fixture
def shop(context: BrowserContext, site: Site) -> Page:
    site.pages[f"{SHOP}/"] = EMBEDDING
    site.pages[f"{HERE}/s/visit?_embed=1&lang=am&_place=P7K"] = survey("am", embed=True)
    site.pages[f"{HERE}/s/visit?_embed=1"] = survey(embed=True)
    page = context.new_page()
    page.goto(f"{SHOP}/")
    page.wait_for_selector("iframe")
    return page


def heights(page: Page) -> list[float]:
    return [float(height) for height in page.eval_on_selector_all("iframe", "all => all.map(one => one.offsetHeight)")]


def test_embedded_frames_take_the_height_of_their_form(shop: Page) -> None:
    shop.locator("iframe").nth(1).scroll_into_view_if_needed()
    shop.wait_for_function("[...document.querySelectorAll('iframe')].every(one => one.offsetHeight > 900)")
    assert shop.locator("iframe").first.get_attribute("title") == "Your visit"
    inner = shop.frames[1].evaluate("document.documentElement.scrollHeight - innerHeight")
    assert inner <= 0


def test_heights_from_elsewhere_are_ignored(shop: Page) -> None:
    shop.wait_for_function("document.querySelector('iframe').offsetHeight > 900")
    before = heights(shop)[0]
    shop.evaluate("postMessage({ survey: 'height', height: 7 }, '*')")
    shop.wait_for_timeout(200)
    assert heights(shop)[0] == before


def test_elements_that_come_later_are_filled_once(shop: Page) -> None:
    shop.evaluate("""() => {
        const late = document.createElement("section");
        late.innerHTML = '<div data-survey="visit"></div>';
        document.body.append(late);
        document.body.prepend(late);
    }""")
    shop.wait_for_selector("section iframe")
    shop.wait_for_timeout(200)
    assert shop.locator("iframe").count() == 3


def test_an_embed_stores_nothing_at_the_visitors(context: BrowserContext, shop: Page) -> None:
    shop.wait_for_function("document.querySelector('iframe').offsetHeight > 900")
    assert context.storage_state() == {"cookies": [], "origins": []}


def test_the_page_reads_the_same_without_script(browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(survey())
        shown = re.sub(r"\s+", " ", page.inner_text("main"))
        assert "10 questions, about 1 minute" in shown
        assert "Send" in words(page.content())


HEARS = """
window.EventSource = class extends EventTarget {
  constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('open'))); }
  close() {}
}"""
LISTENS = """<body><script type="module">
import { listen } from "./static/js/news.js";
listen(() => {}, (on) => { if (on) document.body.dataset.on = document.title; });
</script>"""


def test_two_services_on_one_host_both_hear_of_news(context: BrowserContext, site: Site) -> None:
    context.add_init_script(HEARS)
    script = (STATIC / "js/news.js").read_text()
    context.route("**/news.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    for base in ("first", "second"):
        site.pages[f"{HERE}/{base}/"] = LISTENS
        page = context.new_page()
        page.add_init_script("window.holds = () => navigator.locks.query()")
        page.goto(f"{HERE}/{base}/")
        page.wait_for_selector("[data-on]", state="attached", timeout=5000)
    held = page.evaluate("holds().then((locks) => locks.held.map((lock) => lock.name).sort())")
    assert held == ["news:/first/app/stream", "news:/second/app/stream"]
