"""The survey on somebody else's site, of another origin."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
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
