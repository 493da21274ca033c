"""The survey on somebody else's site, of another origin."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser import people
from tests.browser.product import Product

pytestmark = pytest.mark.browser

SITE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The florist's own site</title><style>.narrow {{ width: 260px }}</style>
<h1>Roses and tulips</h1>{places}<script async src="{address}/embed.js"></script></html>"""


GROUND, NIGHT = "fff3d6", "101418"
HEARD = """() => { window.heard = []; addEventListener('message', (event) => heard.push(event.data)); }"""
LETTERS = """() => getComputedStyle(document.body).color.match(/\\d+/g).slice(0, 3).every((part) => part < 128)"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a web site; `localhost` is another site than the product's 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(product: Product, tmp_path: Path) -> Iterator[str]:
    """A site with a survey on one page, a narrow one on another, and two on a third."""
    one = '<div data-survey="visit"></div>'
    pages = {
        "one": one,
        "narrow": f'<div class="narrow">{one}</div>',
        "two": f'{one}<p>Between</p><div data-survey="contact" data-title="Write to us" data-language="am"></div>',
        "place": '<div data-survey="visit" data-place="riga-harbour"></div>',
        "painted": f"<style>body {{ background: #{GROUND} }}</style>{one}",
        "night": f"<style>body {{ background: #{NIGHT} }}</style>{one}",
        "modern": f"<style>body {{ background: oklch(0.98 0.02 85) }}</style>{one}",
        "declared": f'<meta name="color-scheme" content="dark">{one}',
        "both": f'<meta name="color-scheme" content="light dark">{one}',
        "own_frame": f'<iframe src="{product.address}/s/visit?_embed=1"></iframe>',
    }
    for name, places in pages.items():
        page = SITE.format(places=places, address=product.address)
        (tmp_path / f"{name}.html").write_text(page, encoding="utf-8")
    (tmp_path / "favicon.ico").write_bytes(b"")
    with served(tmp_path) as address:
        yield address


def frames_fit(page: Page) -> None:
    """Each frame is as high as what is in it, and no wider than its place."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('iframe')].every((frame) => frame.style.height !== '480px')"
    )
    for number, frame in enumerate(page.frames[1:]):
        inner = frame.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        box = page.locator("iframe").nth(number).bounding_box()
        assert box is not None
        assert abs(inner[0] - box["height"]) <= 2
        assert inner[1] <= box["width"] + 1


def answered(page: Page, frame: FrameLocator, comment: str) -> None:
    """Answers inside the frame."""
    frame.locator("label:has(input[name=recommend][value='8'])").click()
    frame.locator("[name=comment]").fill(comment)
    page.wait_for_timeout(people.READING_MS)
    frame.locator(".send button").click()
    expect(frame.locator(".say .code")).to_be_visible()


@pytest.mark.parametrize("name", ["one", "narrow", "place"])
def test_an_answer_from_another_site_arrives(phone: BrowserContext, product: Product, site: str, name: str) -> None:
    page = phone.new_page()
    page.goto(f"{site}/{name}.html")
    frames_fit(page)
    assert people.overflow(page) == ""
    comment = f"From the site {uuid4().hex}"
    answered(page, page.frame_locator("iframe"), comment)
    [kept] = product.responses_with("comment", comment, form="visit")
    assert (kept["channel"], kept["state"]) == ("embed", "complete")
    assert kept["place"] == ("riga-harbour" if name == "place" else None)


def test_the_frame_grows_and_shrinks_with_what_is_in_it(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    page.goto(f"{site}/one.html")
    frames_fit(page)
    before = page.locator("iframe").bounding_box()
    frame = page.frame_locator("iframe")
    frame.locator(".send button").click()
    expect(frame.locator(".note--error")).to_be_focused()
    frames_fit(page)
    after = page.locator("iframe").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]


def test_two_surveys_stand_on_one_page(phone: BrowserContext, product: Product, site: str) -> None:
    page = phone.new_page()
    page.goto(f"{site}/two.html")
    page.locator("iframe").last.scroll_into_view_if_needed()
    frames_fit(page)
    assert [people.attributes(page, "iframe", "title")] == [["Survey", "Write to us"]]
    expect(page.frame_locator("iframe >> nth=1").locator("html")).to_have_attribute("lang", "am")
    comment = f"From the first of two {uuid4().hex}"
    answered(page, page.frame_locator("iframe >> nth=0"), comment)
    expect(page.frame_locator("iframe >> nth=1").locator("form")).to_be_visible()
    assert len(product.responses_with("comment", comment, form="visit")) == 1


def test_answering_in_a_frame_leaves_the_sites_history_alone(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    page.goto(f"{site}/narrow.html")
    page.goto(f"{site}/one.html")
    frames_fit(page)
    before = page.evaluate("history.length")
    frame = page.frame_locator("iframe")
    frame.locator(".langs summary").click()
    frame.locator(".langs [lang=am]").click()
    expect(frame.locator("html")).to_have_attribute("lang", "am")
    expect(frame.locator(".langs summary")).to_be_focused()
    frame.locator(".send button").click()
    expect(frame.locator(".note--error")).to_be_focused()
    page.wait_for_timeout(1_000)
    answered(page, frame, f"No history {uuid4().hex}")
    expect(frame.locator(".say h1")).to_be_focused()
    frames_fit(page)
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url.endswith("/narrow.html")


def test_the_height_is_told_to_the_page_that_asks_and_to_no_other(phone: BrowserContext, site: str) -> None:
    phone.add_init_script(f"({HEARD})()")
    page = phone.new_page()
    page.goto(f"{site}/own_frame.html")
    expect(page.frame_locator("iframe").locator(".send button")).to_be_visible()
    page.frames[1].evaluate("document.querySelector('textarea').style.height = '900px'")
    page.wait_for_timeout(500)
    assert page.evaluate("heard") == []
    page.evaluate("frames[0].postMessage({ survey: 'hello' }, '*')")
    page.wait_for_function("heard.length > 0 && heard[0].survey === 'height' && heard[0].height > 900")
    # Another site's page inside is not the page around.
    page.evaluate("heard.length = 0")
    page.evaluate("""() => new Promise((done) => {
      const other = document.createElement('iframe');
      other.srcdoc = '<script>parent.frames[0].postMessage({ survey: "hello" }, "*")</script>';
      other.onload = done;
      document.body.append(other);
    })""")
    page.wait_for_timeout(500)
    assert page.evaluate("heard") == []


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "dark_letters"),
    [("one", True), ("painted", True), ("modern", True), ("night", False), ("declared", False), ("both", None)],
)
def test_the_survey_stands_on_the_sites_ground(
    phone: BrowserContext,
    product: Product,
    site: str,
    faults: people.Faults,
    system: Literal["light", "dark"],
    name: str,
    dark_letters: bool | None,
) -> None:
    """In a browser whose system is light or dark, the site decides; where it follows the system, so do we."""
    assert phone.browser is not None
    context = people.visitor(phone.browser, product, faults, color_scheme=system)
    page = context.new_page()
    page.goto(f"{site}/{name}.html")
    frames_fit(page)
    expected = system == "light" if dark_letters is None else dark_letters
    assert page.frames[1].evaluate(LETTERS) == expected
    expect(page.frame_locator("iframe").locator(".brand")).to_have_count(0)
    assert ground_in_the_frame(page) == ground_beside(page)
    page.frame_locator("iframe").locator(".send button").click()
    page.wait_for_timeout(1_000)
    answered(page, page.frame_locator("iframe"), f"On its ground {uuid4().hex}")
    assert page.frames[1].evaluate(LETTERS) == expected
    context.close()


def pixel(page: Page, x: float, y: float) -> bytes:
    """One pixel of the window, as a picture."""
    return page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})


def ground_in_the_frame(page: Page) -> bytes:
    box = page.locator("iframe").bounding_box()
    assert box is not None
    return pixel(page, box["x"] + 3, box["y"] + 3)


def ground_beside(page: Page) -> bytes:
    return pixel(page, 2, 2)
