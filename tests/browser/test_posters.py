"""QR codes as a phone's camera reads them: from the screen and from the file."""

import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import people
from tests.browser.product import Product

pytestmark = pytest.mark.browser


def read_code(picture: Path) -> str:
    """What zbar reads in a picture."""
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, check=True, text=True)
    return read.stdout.strip()


@pytest.fixture(scope="module")
def place(product: Product) -> str:
    """The id of a shop."""
    rows = product.read("places", limit=200)["items"]
    return str(next(row["id"] for row in rows if row["code"] == "riga-harbour"))


def pictures(desk: BrowserContext, place: str, folder: Path) -> dict[str, Path]:
    """The code on the poster, the SVG file and the PNG file, each as a picture."""
    poster = desk.new_page()
    poster.goto(f"/app/places/{place}/poster")
    poster.locator(".qr svg").screenshot(path=folder / "poster.png")
    page = desk.new_page()
    drawing = desk.request.get(f"/app/places/{place}/qr.svg").text()
    page.set_content(f"<body style='margin:0;background:white'>{drawing}")
    page.locator("svg").screenshot(path=folder / "drawing.png")
    (folder / "file.png").write_bytes(desk.request.get(f"/app/places/{place}/qr.png").body())
    return {name: folder / f"{name}.png" for name in ("poster", "drawing", "file")}


def test_every_form_of_the_code_leads_to_the_place(
    desk: BrowserContext, phone: BrowserContext, product: Product, place: str, tmp_path: Path
) -> None:
    read = {name: read_code(picture) for name, picture in pictures(desk, place, tmp_path).items()}
    assert set(read.values()) == {f"{product.address}/q/riga-harbour"}, read

    page = phone.new_page()
    page.goto(read["poster"])
    comment = f"At the till {uuid4().hex}"
    people.choose(page, "recommend", 7)
    page.locator("[name=comment]").fill(comment)
    people.send(page)
    people.receipt(page)
    [kept] = product.responses_with("comment", comment, form="visit")
    assert (kept["channel"], kept["place"], kept["state"]) == ("qr", "riga-harbour", "complete")


UNDERLINE = """(link) => {
    const drawn = document.createElement("canvas").getContext("2d");
    drawn.font = getComputedStyle(link.querySelector(".code")).font;
    return parseFloat(getComputedStyle(link).textUnderlineOffset) - drawn.measureText("_").actualBoundingBoxDescent;
}"""


def test_the_line_under_an_address_leaves_its_underscores_to_be_read(
    desk: BrowserContext, product: Product, place: str
) -> None:
    who = product.write("employees", {"name": "Ilze", "place": place})["id"]
    page = desk.new_page()
    for path in (f"/app/places/{place}", f"/app/employees/{who}"):
        page.goto(path)
        assert page.locator("a:has(> .code)").first.evaluate(UNDERLINE) > 0.5


def test_the_poster_warns_while_only_this_machine_knows_the_address(desk: BrowserContext, place: str) -> None:
    page = desk.new_page()
    page.goto(f"/app/places/{place}/poster")
    assert "Do not print this yet" in page.locator(".note--attention").inner_text()
    page.emulate_media(media="print")
    assert page.locator(".note--attention").is_hidden()
    assert page.locator(".qr svg").is_visible()


def test_nothing_but_the_poster_is_printed(desk: BrowserContext, place: str) -> None:
    """Neither what the page says about it, nor the frame of all pages of staff, which tells of the demo."""
    page = desk.new_page()
    page.goto(f"/app/places/{place}/poster")
    assert "This is a demo." in page.locator("main").inner_text()
    page.emulate_media(media="print")
    assert page.locator("body").inner_text().split() == page.locator(".poster").inner_text().split()


def test_a_poster_is_printed_with_one_press(desk: BrowserContext, place: str) -> None:
    desk.add_init_script("globalThis.printed = 0; globalThis.print = () => { printed += 1; }")
    page = desk.new_page()
    page.goto(f"/app/places/{place}/poster")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("printed") == 1


def test_the_code_in_a_printed_address_stays_whole_on_a_phone(desk: BrowserContext, place: str) -> None:
    page = desk.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/app/places/{place}/poster")
    assert page.locator(".poster .whole").evaluate("(code) => code.getClientRects().length") == 1
    lines = "(code) => Math.round(code.getBoundingClientRect().height / parseFloat(getComputedStyle(code).lineHeight))"
    assert page.locator(".poster .whole").evaluate(lines) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
