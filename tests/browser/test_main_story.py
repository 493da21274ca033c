"""A customer answers on a phone; staff see it, open it, open its customer, and print the same figures."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import people
from tests.browser.product import Product
from tests.waiting import eventually

pytestmark = pytest.mark.browser

AMHARIC = "አበባዎቹ ትኩስ ነበሩ፤ ሠራተኞቹም ደግ ናቸው።"
HERO = ".kpi-main .score__range a"


@dataclass
class Told:
    """What a customer wrote, and the number that the thanks page gave."""

    comment: str
    email: str
    receipt: str = ""


def answer(page: Page) -> Told:
    """Fills in every question of `visit` in Amharic, and sends it."""
    mark = uuid4().hex[:10]
    told = Told(f"{AMHARIC} {mark}", f"customer-{mark}@example.com")
    page.goto("/s/visit?lang=am")
    people.choose(page, "recommend", 9)
    people.choose(page, "satisfaction", 5)
    people.choose(page, "effort", 6)
    page.locator("[name=comment]").fill(told.comment)
    page.locator("[name=email]").fill(told.email)
    assert people.overflow(page) == ""
    people.send(page)
    told.receipt = people.receipt(page)
    return told


@pytest.fixture(params=[False, True], ids=["without_script", "with_script"])
def customer(
    request: pytest.FixtureRequest, browser: Browser, product: Product, faults: people.Faults
) -> Iterator[BrowserContext]:
    """A customer's phone."""
    context = people.visitor(browser, product, faults, java_script_enabled=request.param)
    yield context
    context.close()


def assert_kept(product: Product, told: Told) -> None:
    """The answer is there once, as it was given."""
    kept = product.responses_with("comment", told.comment, form="visit")
    assert [response["receipt"] for response in kept] == [told.receipt]
    scores = {"recommend": 9, "satisfaction": 5, "effort": 6}
    assert kept[0]["answers"] == {**scores, "comment": told.comment, "email": told.email}
    assert (kept[0]["channel"], kept[0]["language"], kept[0]["state"]) == ("link", "am", "complete")


def open_to_the_customer(page: Page, told: Told, count: str) -> None:
    """From the largest figure to its answers, to one of them, to who gave it."""
    page.locator(HERO).click()
    expect(page.locator("h1")).to_contain_text(count)
    shown = page.locator("article.comment").filter(has_text=told.comment)
    shown.locator("a:has(time)").click()
    expect(page.locator("h1")).to_contain_text(told.receipt)
    expect(page.locator("dl.answer")).to_contain_text(told.comment)
    page.locator("header").get_by_role("link", name=told.email).click()
    expect(page.locator("h1")).to_contain_text(told.email)
    expect(page.locator(".timeline")).to_contain_text(told.comment)
    expect(page.locator("header, .stack").get_by_text("Claimed").first).to_be_visible()


def follow(customer: BrowserContext, desk: BrowserContext, product: Product, view: str) -> None:
    """The whole way of one answer, from that view of the figures."""
    dashboard = desk.new_page()
    dashboard.goto(view)
    expect(dashboard.locator("[data-live=on]")).to_be_visible()
    before = int(dashboard.locator(HERO).inner_text().split()[0].replace(",", ""))
    dashboard.evaluate("window.notReloaded = true")
    told = answer(customer.new_page())
    assert_kept(product, told)
    count = f"{before + 1:,} answers"
    expect(dashboard.locator(HERO)).to_have_text(count, timeout=20_000)
    expect(dashboard.locator(".comment").filter(has_text=told.comment)).to_be_visible()
    assert dashboard.evaluate("window.notReloaded") is True
    open_to_the_customer(dashboard, told, count)


def test_an_answer_is_seen_opened_and_leads_to_its_customer(
    customer: BrowserContext, desk: BrowserContext, product: Product
) -> None:
    follow(customer, desk, product, "/app")


def test_who_waits_is_counted_beside_the_section_while_today_is_open(desk: BrowserContext, product: Product) -> None:
    asked = {"kind": "short_text", "key": "phone", "text": {"en": "Your number"}}
    definition = {"languages": ["en"], "title": {"en": "Call"}, "questions": [asked]}
    product.write("forms", {"slug": "counted-call", "name": "Call", "definition": definition, "promise": "call"})
    product.write("forms/counted-call/publish")
    page = desk.new_page()
    page.goto("/app")
    expect(page.locator("[data-live=on]")).to_be_visible()
    badges = page.locator("a[href='/app/follow-up'] .count-dot")
    before = int(badges.first.inner_text().split()[0]) if badges.count() else 0
    page.evaluate("window.notReloaded = true")
    product.write("forms/counted-call/responses", {"answers": {"phone": "+371 2000 1111"}})
    eventually(lambda: product.read("promises", form="counted-call")["items"], "a promise")
    product.write("forms/visit/responses", {"answers": {"recommend": 9}})
    for badge in (badges.first, badges.last):
        expect(badge).to_have_text(re.compile(rf"^{before + 1}\b"), timeout=20_000)
    assert page.evaluate("window.notReloaded") is True
    product.write("forms/counted-call/archive")


def test_staff_sign_in_and_begin_with_the_figures(phone: BrowserContext) -> None:
    page = phone.new_page()
    people.sign_in(page)
    expect(page.locator(".score__value--hero")).to_be_visible()
    assert people.overflow(page) == ""


# The PDF ---------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """One line with single blanks."""
    return re.sub(r"\s+", " ", text).strip()


def summary_text(page: Page, folder: Path) -> str:
    """The words of the PDF that the page's button brings, in the lines of its layout."""
    with page.expect_download(timeout=60_000) as downloading:
        page.get_by_role("link", name="PDF summary").click()
    path = folder / "summary.pdf"
    downloading.value.save_as(path)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


def screen_figures(page: Page) -> list[str]:
    """Each figure above the tables, as it is worded: scores, ranges, n, and the groups' shares and counts."""
    values = page.locator(".score__value").all_inner_texts()
    ranges = page.locator(".score__range").evaluate_all("(all) => all.map((each) => each.firstChild.data)")
    counts = [text.split()[0] for text in page.locator(".score__range a").all_inner_texts()]
    groups = page.locator(".split-key > span").evaluate_all(
        "(all) => all.map((each) => [each.querySelector('b').textContent, each.querySelector('a').firstChild.data])"
    )
    return [plain(text) for text in (*values, *ranges, *counts, *(part for group in groups for part in group))]


def split_rows(page: Page, dimension: str) -> list[list[str]]:
    """Each row of a split: what it is called, its answers, its score, and its range if it has one."""
    rows: list[list[str]] = page.locator(f"section[aria-labelledby=split-{dimension}] tbody tr").evaluate_all(
        """(rows) => rows.map((row) => [
          (row.querySelector('th a') ?? row.querySelector('th')).firstChild.textContent,
          ...[...row.querySelectorAll('td.fig')].slice(0, 2).map((cell) => cell.textContent),
          row.querySelector('.range-cell .hidden')?.textContent ?? ''])"""
    )
    return [[plain(part) for part in row if part] for row in rows]


def has_row(text: str, row: list[str]) -> bool:
    """Whether figures stand in one line of the PDF, in their order, at most three lines under their name."""
    name, *figures = map(re.escape, row)
    together = r"(?!\d)[^\n]*?(?<!\d)".join(figures)
    return re.search(rf"{name}[^\n]*(?:\n[^\n]*){{0,3}}?(?<![\d,]){together}(?!\d)", text) is not None


def histogram_figures(text: str) -> list[int]:
    """Every number in the PDF's drawing of the scores: the counts and the scores under them."""
    drawing = re.search(r"\n\s*Scores +[\d,]+ answers\n(.*?)\n +Detractors +", text, re.DOTALL)
    assert drawing, text
    return sorted(int(number.replace(",", "")) for number in re.findall(r"[\d,]+", drawing[1]))


def assert_pdf_says_it(text: str, page: Page) -> None:
    """Every figure of the screen stands in the PDF."""
    whole, figures = plain(text), screen_figures(page)
    assert len(figures) == 3 * 3 + 3 * 2, figures
    assert [figure for figure in figures if not re.search(rf"(?<![\d,.]){re.escape(figure)}(?!\d)", whole)] == []
    split = [each.removeprefix("split-") for each in people.attributes(page, "section", "aria-labelledby")]
    assert {"place", "channel", "language"} <= set(split)
    for dimension in ("place", "channel", "language", "sentiment"):
        assert [row for row in split_rows(page, dimension) if not has_row(text, row)] == []
    counts = page.locator("section[aria-labelledby=histogram] tbody td:last-child").all_text_contents()
    assert histogram_figures(text) == sorted([*range(11), *(int(count.replace(",", "")) for count in counts)])


@pytest.mark.parametrize("view", ["/app", "/app?place=riga&period=all"])
def test_the_pdf_says_what_the_screen_says(desk: BrowserContext, tmp_path: Path, view: str) -> None:
    page = desk.new_page()
    page.goto(view)
    assert_pdf_says_it(summary_text(page, tmp_path), page)


# The other database ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_on_postgres(
    browser: Browser, product_on_postgres: Product, faults: people.Faults, tmp_path: Path
) -> None:
    customer = people.visitor(browser, product_on_postgres, faults)
    desk = people.staff(browser, product_on_postgres, faults)
    follow(customer, desk, product_on_postgres, "/app?form=visit&period=all")
    page = desk.new_page()
    page.goto("/app?form=visit&period=all")
    assert_pdf_says_it(summary_text(page, tmp_path), page)
    assert "/u/" in product_on_postgres.invite()["List-Unsubscribe"]
    customer.close()
    desk.close()
