"""Names without a blank tear no page of staff on a phone, wherever they stand."""

import pytest
from playwright.sync_api import Browser

from tests.browser import people
from tests.browser.definitions import EVERYTHING
from tests.browser.product import Product

pytestmark = pytest.mark.browser

WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 2
SLUG = "long-words"


@pytest.fixture
def named_at_length(product: Product) -> str:
    """The code of a place; it, a form, its first question and a comment on it are one long word each."""
    first, scale, *rest = EVERYTHING["questions"]
    questions = [first, scale | {"text": {"en": WORD, "ar": WORD}}, *rest]
    product.write("forms", {"slug": SLUG, "name": WORD, "definition": EVERYTHING | {"questions": questions}})
    product.write(f"forms/{SLUG}/publish")
    product.write("places", {"code": SLUG, "name": WORD, "kind": "store"})
    answers = {"recommend": 3, "reason": "gift", "comment": WORD * 3}
    product.write(f"forms/{SLUG}/responses", {"answers": answers, "place": SLUG})
    return SLUG


def test_long_words_stay_in_the_page(
    browser: Browser, product: Product, faults: people.Faults, named_at_length: str
) -> None:
    context = people.staff(browser, product, faults, viewport=people.PHONE)
    page = context.new_page()
    torn = {}
    for path in (
        "/app/forms", *(f"/app/forms/{SLUG}{tail}" for tail in ("", "/settings", "/share", "/versions")),
        "/app/places", f"/app/answers?form={SLUG}", f"/app/answers?place={named_at_length}", f"/app?form={SLUG}",
        "/app/invitations", "/app/reports",
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        if wide := people.overflow(page):
            torn[path] = wide
    context.close()
    assert torn == {}
