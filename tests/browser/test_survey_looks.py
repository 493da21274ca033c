"""Respondents' pages with the longest words, the largest letters and the smallest windows there are."""

import os
from functools import partial
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from msgspec import to_builtins
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from survey_service.builder.starters import STARTERS, definition_of
from survey_service.core.i18n import LANGUAGES
from tests.browser import people
from tests.browser.product import Product
from tests.browser.test_every_page import ALL_RULES, FINDINGS

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("BROWSER_PICTURES")
TORTURE = {
    "letters": "Supercalifragilisticexpialidocious" * 2,
    "german": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "address": "https://shop.linden.example/flowers/bouquets?colour=red&size=large&wrapped=yes&ribbon=gold#reviews",
    "malayalam": "തിരുവനന്തപുരത്തുനിന്നുംകൊണ്ടുവന്നപൂക്കളെക്കുറിച്ചുള്ളഅഭിപ്രായങ്ങൾ" * 2,
    "amharic": "እንኳንደህናመጡአበባዎቻችንንስለመረጡበጣምእናመሰግናለንእንደገናይምጡ" * 2,
    "digits": "0123456789" * 12,
}
"""Words without a place to break, by what they stand for."""
OUTSIDE = """() => {
  const page = document.querySelector('.ask').getBoundingClientRect();
  const shown = [...document.querySelectorAll('.ask *:not(main, form, svg *, input)')]
    .filter((each) => each.checkVisibility() && !each.closest('.off'));
  return shown.filter((each) => {
    const box = each.getBoundingClientRect();
    const spills = getComputedStyle(each).display !== 'inline' && each.scrollWidth > each.clientWidth + 2;
    return box.width && (box.right > page.right + 1 || box.left < page.left - 1 || spills);
  }).map((each) => `${each.tagName}.${each.className.baseVal ?? each.className}: ${each.textContent.slice(0, 20)}`);
}"""


def choice(key: str, word: str) -> dict[str, Any]:
    return {"key": key, "text": {"en": word}}


def torture(word: str) -> dict[str, Any]:
    """A form with that word in every place where a text may stand."""
    said = {"text": {"en": word}, "hint": {"en": word}}
    ends = {"low_label": {"en": word}, "high_label": {"en": word}}
    choices = [choice(key, word) for key in ("a", "b")]
    questions = [
        {"kind": "short_text", "key": "name", "required": True, **said},
        {"kind": "statement", "key": "hello", **said},
        {"kind": "nps", "key": "recommend", "required": True, **said, **ends},
        {"kind": "csat", "key": "faces", "required": True, **said, **ends},
        {"kind": "csat", "key": "seven", "scale": 7, **said, **ends},
        {"kind": "ces", "key": "effort", **said, **ends},
        {"kind": "single_choice", "key": "reason", "required": True, "choices": choices, **said},
        {"kind": "multiple_choice", "key": "bought", "required": True, "choices": choices, **said},
        {"kind": "long_text", "key": "comment", "required": True, **said},
        {"kind": "email", "key": "email", "required": True, **said},
    ]
    thanks = {"thanks_title": {"en": word}, "thanks": {"en": word}}
    return {"title": {"en": word}, "languages": ["en"], "questions": questions, **thanks}


def nothing_sticks_out(page: Page, name: str) -> None:
    people.keep_picture(page, PICTURES, name)
    assert people.overflow(page) == ""
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize(
    ("name", "width", "letters"),
    [
        *((name, 360, "100%") for name in TORTURE),
        ("letters", 320, "200%"),
        ("malayalam", 360, "200%"),
        ("address", 1440, "100%"),
    ],
)
def test_long_words_tear_nothing(phone: BrowserContext, product: Product, name: str, width: int, letters: str) -> None:
    slug = f"long-{name}-{uuid4().hex[:8]}"
    product.publish(slug, torture(TORTURE[name]))
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": 740})

    def enlarge() -> None:
        page.evaluate("(size) => (document.documentElement.style.fontSize = size)", letters)

    for address in (f"/s/{slug}", f"/s/{slug}?_embed=1"):
        page.goto(address)
        enlarge()
        nothing_sticks_out(page, f"long-{name}-{width}-{letters}")
    page.goto(f"/s/{slug}")
    enlarge()
    page.locator("[name=email]").fill(TORTURE[name])
    people.send(page)
    expect(page.locator(".note--error a")).to_have_count(7)
    nothing_sticks_out(page, f"long-{name}-{width}-{letters}-errors")
    page.reload()
    enlarge()
    expect(page.locator(".note")).to_be_visible()
    nothing_sticks_out(page, f"long-{name}-{width}-{letters}-again")
    page.goto(f"/s/{slug}/thanks?receipt={quote('ABCD-EFGH-JKLM')}")
    enlarge()
    nothing_sticks_out(page, f"long-{name}-{width}-{letters}-thanks")


@pytest.mark.parametrize("language", ["en", "ml"])
@pytest.mark.parametrize(("width", "letters"), [(360, "200%"), (320, "100%"), (260, "100%")])
def test_faces_and_numbers_stay_inside_with_large_letters(
    phone: BrowserContext, language: str, width: int, letters: str
) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"/s/visit?lang={language}")
    page.evaluate("(size) => (document.documentElement.style.fontSize = size)", letters)
    assert people.overflow(page) == ""
    assert page.evaluate("""() => {
      const row = document.querySelector('.faces').getBoundingClientRect();
      return [...document.querySelectorAll('.face, .face svg, .face span')].every((each) => {
        const box = each.getBoundingClientRect();
        return box.left >= row.left - 1 && box.right <= row.right + 1;
      });
    }""")
    heights = page.locator(".pick span").evaluate_all("all => all.map((each) => each.offsetHeight)")
    assert len(set(heights)) == 1  # “10” on two lines is no ten
    people.keep_picture(page, PICTURES, f"faces-{language}-{width}-{letters}")


TORN = """() => [...document.querySelectorAll('.face span')].flatMap((label) => {
  label.style.fontWeight = 600;
  const text = label.firstChild;
  return [...text.data.matchAll(/\\S+/gu)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  }).map(String);
})"""
"""Words under faces that go on in a second line, written as boldly as the chosen one's."""


def test_what_faces_stand_for_is_not_torn_on_a_phone(phone: BrowserContext, product: Product) -> None:
    product.publish("faces", to_builtins(definition_of(STARTERS["visit"], list(LANGUAGES), "Faces")))
    page = phone.new_page()
    torn: dict[str, list[str]] = {}
    for language in LANGUAGES:
        page.goto(f"/s/faces?lang={language}")
        expect(page.locator(".face span")).to_have_count(5)
        torn[language] = page.evaluate(TORN)
    assert {language: words for language, words in torn.items() if words} == {}


@pytest.mark.parametrize(
    ("width", "height"), [(640, 360), (740, 320), (915, 412), (320, 256), (1280, 320), (360, 740), (360, 560)]
)
def test_the_button_leaves_the_page_to_the_questions(phone: BrowserContext, width: int, height: int) -> None:
    """What stays in sight takes a fifth of the window at most: a phone on its side, four times enlarged."""
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/s/visit?lang=en")
    shown = page.evaluate("""() => {
      const { position } = getComputedStyle(document.querySelector('.send'));
      return position === 'sticky' ? document.querySelector('.send').offsetHeight / innerHeight : 0;
    }""")
    assert shown <= 0.2
    assert (shown > 0) == (height >= 480)
    assert people.overflow(page) == ""
    people.keep_picture(page, PICTURES, f"window-{width}-{height}")


WIDTHS: dict[str, ViewportSize] = {"phone": people.PHONE, "desk": people.DESK}


def in_order(page: Page, seen: str, state: str) -> None:
    """Keeps a picture of the page in this state; nothing is wrong with it."""
    page.evaluate(Axe().axe_script)
    people.keep_picture(page, PICTURES, f"state-{state}-{seen}")
    assert page.evaluate(FINDINGS, [None, ALL_RULES]) == [], state
    assert people.overflow(page) == ""


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [
        ("en", "light", "phone"),
        ("ar", "dark", "phone"),
        ("am", "light", "phone"),
        ("ar", "light", "desk"),
        ("am", "dark", "desk"),
    ],
)
def test_every_state_is_accessible(
    browser: Browser,
    product: Product,
    faults: people.Faults,
    language: str,
    theme: Literal["light", "dark"],
    width: str,
) -> None:
    """With the menu of languages open, with errors, offline, with words from before, and after sending."""
    context = people.visitor(browser, product, faults, color_scheme=theme, viewport=WIDTHS[width])
    page = context.new_page()
    look = partial(in_order, page, f"{language}-{theme}-{width}")
    page.goto(f"/s/visit?lang={language}")
    page.locator(".langs summary").click()
    look("menu")
    page.keyboard.press("Escape")
    page.locator("[name=comment]").fill("Roses")
    people.send(page)
    expect(page.locator(".note--error")).to_be_focused()
    look("errors")
    context.set_offline(True)
    people.choose(page, "recommend", 9)
    page.wait_for_timeout(1_000)
    page.locator(".send button").click()
    expect(page.locator(".send .state")).not_to_be_empty()
    look("offline")
    context.set_offline(False)
    people.receipt(page)
    expect(page.locator(".say h1")).to_be_focused()
    look("thanks")
    page.goto(f"/s/contact?lang={language}")
    expect(page.locator("h1")).to_be_in_viewport()
    page.locator("textarea").fill("Roses")
    page.reload()
    look("again")
    faults.told.clear()
    context.close()


def test_after_every_redraw_the_focus_is_somewhere(phone: BrowserContext, product: Product) -> None:
    page = phone.new_page()
    page.goto("/s/visit?lang=en")
    page.locator(".langs summary").press("Enter")
    page.locator(".langs [lang=ar]").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator(".langs summary")).to_be_focused()
    page.wait_for_timeout(people.READING_MS)
    page.locator(".send button").press("Enter")
    expect(page.locator(".note--error")).to_be_focused()
    people.choose(page, "recommend", 9)
    page.wait_for_timeout(1_000)
    page.locator(".send button").press("Enter")
    people.receipt(page)
    expect(page.locator(".say h1")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_the_title_and_the_summary_name_what_is_missing(
    browser: Browser, product: Product, faults: people.Faults, script: bool
) -> None:
    context = people.visitor(browser, product, faults, java_script_enabled=script)
    for form, question in (("visit", "recommend"), ("contact", "message")):
        page = context.new_page()
        page.goto(f"/s/{form}?lang=en")
        people.send(page)
        links = page.locator(".note--error a")
        expect(links.last).to_contain_text("Go to:")
        words = page.locator(f"#q-{question} :is(legend, label)").first.inner_text().removesuffix(" Optional")
        assert words in links.last.inner_text()
        assert page.title().startswith(f"({links.count()}) ")
    context.close()
