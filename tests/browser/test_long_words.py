"""Names without a blank tear no page of staff on a phone, and words from right to left stay beside their label."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser import people
from tests.browser.definitions import EVERYTHING
from tests.browser.product import Product
from tests.waiting import eventually

pytestmark = pytest.mark.browser

WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 2
SLUG = "long-words"
UNBROKEN = "W" * 200


@pytest.fixture(scope="module")
def named_at_length(product: Product) -> Iterator[str]:
    """The code of a place; it, a form, its first question and a comment on it are one long word each. The form is put
    away afterwards: other tests look at the same lists."""
    first, scale, *rest = EVERYTHING["questions"]
    questions = [first, scale | {"text": {"en": WORD, "ar": WORD}}, *rest]
    product.write("forms", {"slug": SLUG, "name": WORD, "definition": EVERYTHING | {"questions": questions}})
    product.write(f"forms/{SLUG}/publish")
    product.write("places", {"code": SLUG, "name": WORD, "kind": "store"})
    [shop] = [row for row in product.read("places", limit=200)["items"] if row["code"] == SLUG]
    at_length = product.write("places", {"name": UNBROKEN, "kind": "counter", "parent": shop["id"]})
    product.write("employees", {"name": UNBROKEN, "place": at_length["id"]})
    answers = {"recommend": 3, "reason": "gift", "comment": WORD * 3}
    product.write(f"forms/{SLUG}/responses", {"answers": answers, "place": SLUG})
    yield SLUG
    product.write(f"forms/{SLUG}/archive")


@pytest.mark.parametrize("viewport", [people.PHONE, people.DESK], ids=["phone", "desk"])
def test_long_words_stay_in_the_page(
    browser: Browser, product: Product, faults: people.Faults, named_at_length: str, viewport: ViewportSize
) -> None:
    context = people.staff(browser, product, faults, viewport=viewport)
    page = context.new_page()
    torn = {}
    [counter] = [row for row in product.read("places", limit=200)["items"] if row["name"] == UNBROKEN]
    [employee] = [row["id"] for row in product.read("employees", place=counter["code"])["items"]]
    place = counter["id"]
    for path in (
        "/app/forms", *(f"/app/forms/{SLUG}{tail}" for tail in ("", "/settings", "/share", "/versions")),
        "/app/places", f"/app/answers?form={SLUG}", f"/app/answers?place={named_at_length}", f"/app?form={SLUG}",
        "/app/invitations", "/app/reports",
        *(f"/app/places/{place}{tail}" for tail in ("?done=added", "?done=changed", "/edit", "/poster", "/employees")),
        *(f"/app/employees/{employee}{tail}" for tail in ("?done=added", "?done=moved", "/edit")),
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        if wide := people.overflow(page):
            torn[path] = wide
    context.close()
    assert torn == {}


ASKED = {
    "languages": ["en"],
    "title": {"en": "Write to us"},
    "questions": [
        {"kind": "short_text", "key": "name", "text": {"en": "Your name"}},
        {"kind": "short_text", "key": "town", "text": {"en": "Your town"}},
    ],
}
FAR = 40
"""More pixels between a label and what stands for it belong to no gap."""


def test_words_from_right_to_left_stay_beside_their_label(
    browser: Browser, product: Product, faults: people.Faults
) -> None:
    product.write("forms", {"slug": "write-to-us", "name": "Write to us", "definition": ASKED, "promise": "reply"})
    product.write("forms/write-to-us/publish")
    product.write("forms/write-to-us/responses", {"answers": {"name": "رنا عواد", "town": "Riga"}})
    context = people.staff(browser, product, faults, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    # Who was promised something is noted by the worker.
    eventually(lambda: product.read("promises", form="write-to-us")["items"], "a promise")
    page.goto("/app/follow-up?form=write-to-us")
    lines = page.locator(".promise .facts > div")
    gaps = lines.evaluate_all(
        "(all) => all.map((line) => { const words = document.createRange(); words.selectNodeContents(line.children[1]);"
        " const label = parseFloat(getComputedStyle(line).gridTemplateColumns);"
        " return words.getBoundingClientRect().left - line.getBoundingClientRect().left - label; })"
    )
    context.close()
    assert len(gaps) == 2
    assert all(0 <= gap < FAR for gap in gaps), gaps


NARROW: dict[str, object] = {
    "languages": ["en"],
    "title": {"en": "Call me"},
    "questions": [
        {"kind": "short_text", "key": "town", "text": {"en": "പ്രതികരണങ്ങൾക്കായുള്ള"}},
        {"kind": "email", "key": "mail", "text": {"en": "E-mail"}},
    ],
}
LINES = """(all) => all.map((line) => [...line.children].map((part) => {
    const words = document.createRange(); words.selectNodeContents(part);
    const boxes = [...words.getClientRects()];
    const rows = new Set(boxes.map((box) => Math.round(box.top))).size;
    return {top: boxes[0].top, bottom: boxes.at(-1).bottom, rows};
}))"""


def test_on_a_phone_a_value_stands_below_its_label(browser: Browser, product: Product, faults: people.Faults) -> None:
    product.write("forms", {"slug": "call-me", "name": "Call me", "definition": NARROW, "promise": "call"})
    product.write("forms/call-me/publish")
    answers = {"town": "Thiruvananthapuram", "mail": "a.customer.of.the.shop7@customers.example"}
    product.write("forms/call-me/responses", {"answers": answers})
    context = people.staff(browser, product, faults, viewport={"width": 360, "height": 800})
    page = context.new_page()
    eventually(lambda: product.read("promises", form="call-me")["items"], "a promise")
    page.goto("/app/follow-up?form=call-me")
    lines = page.locator(".promise .facts > div").evaluate_all(LINES)
    broken = page.locator(".promise .facts dd wbr").count()
    context.close()
    assert len(lines) == 2
    assert broken == 1
    for label, value in lines:
        assert label["rows"] == 1
        assert value["top"] >= label["bottom"] - 1
        assert value["rows"] <= 2
