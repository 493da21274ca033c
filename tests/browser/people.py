"""What people do in a browser, what the browser complains of, and what a page looks like to them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize

from tests.browser.product import COOKIE, OWNER, PASSWORD, Product

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 900}
READING_MS = 2_100
"""A page that is sent sooner than 2 s after it was opened goes to the spam box."""
TELL_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) =>
  console.error('Violates the policy: ' + event.violatedDirective + ' ' + event.blockedURI))"""


@dataclass
class Faults:
    """What goes wrong in the pages of a context, in words; answers under 500 that a test asked for are none."""

    told: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listens to every page of the context from now on."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.told.append(f"error in a script: {error.error}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        frames = message.page.frames if message.page else []
        own = message.location.get("url") in [address for frame in frames for address in _answered(frame.url)]
        if message.type == "error" and not (refused and own):
            self.told.append(f"{message.location.get('url')}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.told.append(f"{response.status} {response.url}")


def _answered(url: str) -> tuple[str, str]:
    """The addresses under which a page's own requests may be refused: its own, and that of its form."""
    return url, url.partition("?")[0]


def visitor(browser: Browser, product: Product, faults: Faults, **options: Any) -> BrowserContext:
    """Somebody with a phone and nothing else, unless the options say otherwise."""
    context = browser.new_context(base_url=product.address, **{"viewport": PHONE, **options})
    context.set_default_timeout(20_000)
    faults.watch(context)
    return context


def staff(browser: Browser, product: Product, faults: Faults, **options: Any) -> BrowserContext:
    """The owner at a desk, signed in."""
    context = visitor(browser, product, faults, **{"viewport": DESK, **options})
    context.add_cookies([{"name": COOKIE, "value": product.session(), "url": product.address}])
    return context


def choose(page: Page, question: str, value: str | int) -> None:
    """Taps a number, a face or a choice, as one does: on its label."""
    page.locator(f"label:has(input[name={question}][value='{value}'])").click()


def send(page: Page) -> None:
    """Reads for as long as people do, and sends."""
    page.wait_for_timeout(READING_MS)
    page.locator(".send button").click()


def receipt(page: Page) -> str:
    """The number on the thanks page, without the marks that hold its direction."""
    page.wait_for_url("**/thanks?**")
    return page.locator(".say .code").first.inner_text().split()[-1].strip("\u2068\u2069.")


def look_at(page: Page, width: int, height: int, scheme: Literal["light", "dark"]) -> None:
    """Gives the window of an open page this size and scheme, and waits until it is drawn so: what is measured while a
    window changes its size is neither of both. The page's own scripts must be on."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=[width, height])
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def overflow(page: Page) -> str:
    """What makes the page wider than the screen, in words; empty if nothing does."""
    found: str = page.evaluate("""() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return '';
      const wide = [...document.body.querySelectorAll('*')].filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width && (box.right > width + 1 || box.left < -1);
      });
      return `${document.documentElement.scrollWidth} px: ` +
        wide.slice(0, 5).map((each) => `${each.tagName}.${each.className}`).join(', ');
    }""")
    return found


def cut_off(page: Page) -> str:
    """The first badge, tab, filter or button that its box cuts off or hides behind a scroll bar; empty if none is."""
    found: str = page.evaluate("""() => {
      const kinds = ['.badge', '.tabs > *', '.filters > *', '.chip', '.btn'].map((kind) => `main ${kind}`);
      const cut = [...document.querySelectorAll(kinds.join())].find((each) => {
        let box = each.parentElement;
        while (box && getComputedStyle(box).overflowX === 'visible') box = box.parentElement;
        const [own, around] = [each, box ?? document.body].map((one) => one.getBoundingClientRect());
        return own.width > 1 && (own.right > around.right + 1 || own.left < around.left - 1);
      });
      return cut?.textContent ?? '';
    }""")
    return found


def keep_picture(page: Page, folder: str | None, name: str) -> None:
    """A picture of the whole page for those who want to look, if a folder is given."""
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sign_in(page: Page) -> None:
    """Signs the owner in by hand."""
    page.goto("/app")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/app")


def attributes(page: Page, selector: str, name: str) -> list[str]:
    """That attribute of each such element that has it."""
    found: list[str] = page.locator(f"{selector}[{name}]").evaluate_all(
        "(all, name) => all.map((each) => each.getAttribute(name))", name
    )
    return found


def focused_name(page: Page) -> str:
    """The name of the control that has the focus; empty for what has none."""
    return str(page.evaluate("document.activeElement.name ?? ''"))
