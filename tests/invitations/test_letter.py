"""What stands in the mails, and that their HTML survives the readers that know least of it."""

import itertools
import re
from datetime import date
from email import message_from_bytes
from email.policy import SMTP

import msgspec
import pytest
from jinja2 import UndefinedError

from survey_service.core import i18n, templates
from survey_service.core.i18n import LANGUAGES, text
from survey_service.forms.definition import Definition
from survey_service.invitations.letter import imprint, subject
from survey_service.messaging import message
from survey_service.messaging.message import Mail
from tests.invitations.letters import LONG_NAME, QUESTION, invitation, waiting
from tests.static.samples import Element, elements

FROM = "Linden Flowers <a@linden.example>"
NARROWEST = 320
"""CSS pixels across the smallest phone in use."""
NEVER = re.compile(
    r"display:\s*(flex|grid|inline-block)|float:|position:|box-sizing|var\(|data:|@import|@font-face|url\("
    r"|(margin|padding|border|inset)-(inline|block)|text-align:\s*(start|end)"
)
NO_TAGS = ("svg", "img", "form", "input", "button", "bdi", "script", "link", "video")
LETTERS = {
    **{f"{code} {len(name)}": invitation(code, name, place) for code in LANGUAGES
       for name, place in [("Una", ""), (LONG_NAME, LONG_NAME), ("", "Harbour Street")]},
    "waiting": waiting(), "waiting long": waiting(LONG_NAME),
}  # fmt: skip


def parts(letter: Mail) -> list[str]:
    """The texts of the two parts, as they are read from the bytes."""
    content = message.build(letter, FROM).content
    return [part.get_content() for part in message_from_bytes(content, policy=SMTP).iter_parts()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_una_is_greeted_by_her_name(language: str) -> None:
    for part in parts(invitation(language, "Una")):
        assert text("mail_dear", language, name="Una") in part
        assert not re.search(rf"(^|>)\s*{re.escape(text('mail_hello', language))}\s*($|<)", part, re.MULTILINE)
    for part in parts(invitation(language, "")):
        assert text("mail_hello", language) in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_is_not_the_subject_again(language: str) -> None:
    letter = invitation(language, place="Harbour Street")
    (preview,) = re.findall(r"<div [^>]*display:none[^>]*>(.*?)&#8199;", letter.html)
    assert preview == text("mail_preheader", language)
    assert 20 < len(preview) < 140
    assert not set(letter.subject.split()) <= set(preview.split())
    assert "Harbour" not in preview


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_and_page_say_one_truth(language: str) -> None:
    """The page confirms: no word says that a tap in the mail is all it takes."""
    tapping = re.split(r"[.።।۔。] ?", text("mail_tap", language))[0]
    one_truth = re.split(r"[;؛፤·,،，、]", tapping)[-1].strip()
    for part in parts(invitation(language)):
        assert text("mail_tap", language) in part
    assert one_truth != tapping
    assert one_truth in text("mail_preheader", language)
    shown = [str(words) for key, words in i18n.messages(language).items() if key.startswith(("mail_", "invitation_"))]
    assert not [words for words in shown if "one tap" in words.lower()]


def test_a_name_that_no_letter_has_is_an_error() -> None:
    jinja = templates.environment()
    letter = object()
    for path in ("email/invitation.html", "email/invitation.txt", "email/waiting.html", "email/waiting.txt"):
        with pytest.raises(UndefinedError):
            jinja.get_template(path).render(letter=letter)


# HTML ------------------------------------------------------------------------------------------------------------


def style(element: Element) -> dict[str, str]:
    pairs = (one.partition(":") for one in (element.get("style") or "").split(";") if ":" in one)
    return {name.strip(): value.strip() for name, _, value in pairs}


def sides(value: str) -> list[int]:
    """Top, right, bottom, left of a CSS shorthand, in pixels."""
    given = [int(part.removesuffix("px")) for part in value.split()]
    return [given[index if index < len(given) else index % 2 if len(given) > 1 else 0] for index in range(4)]


@pytest.mark.parametrize("name", LETTERS)
def test_the_html_is_of_what_every_reader_knows(name: str) -> None:
    html = LETTERS[name].html
    assert len(html.encode()) < 102_000, "Gmail cuts the rest off"
    sheets = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len("".join(sheets).encode()) <= 16_384, "Gmail throws it away"
    assert not NEVER.search(html), NEVER.search(html)
    assert not [tag for tag in NO_TAGS if elements(html, tag)]
    assert not elements(html, "a", href=None)
    for link in elements(html, "a"):
        assert not [name for name in style(link) if name.startswith(("padding", "height", "width"))], (
            "room is the cell's"
        )
        assert (link.get("href") or "").startswith("https://")
    assert {len(one.get("dir") or "ltr") for one in elements(html, "html")} == {3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_rows_of_six_keys_that_stay_keys_without_a_style_sheet(language: str) -> None:
    html = re.sub(r"<style>.*?</style>", "", invitation(language, LONG_NAME, LONG_NAME).html, flags=re.DOTALL)
    rows = re.findall(r"<tr>\n(<td width=\"16%\".*?)</tr>\n", html, re.DOTALL)
    numbers = [re.findall(r">(\d+)</a>", row) for row in rows]
    assert [list(map(int, row)) for row in numbers] == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert [row.count('<td width="16%"') for row in rows] == [6, 6]
    keys = elements(html, "td", **{"class": "key"})
    assert {(key.get("height"), style(key)["height"], key.get("bgcolor")) for key in keys} == {
        ("46", "46px", "#ffffff")
    }
    assert {style(link)["line-height"] for link in elements(html, "a", **{"class": "ink"})} == {"46px"}
    assert narrowest_key(html) >= 40


def narrowest_key(html: str) -> float:
    """How wide a key is on the narrowest phone: what the tables around it leave, in six parts."""
    outer, card = (cell for cell in elements(html, "td") if "24px" in style(cell).get("padding", ""))
    (cell, *_) = elements(html, "td", width="16%")
    around = sum(sum(sides(style(one)["padding"])[1::2]) for one in (outer, card)) + 2
    return (NARROWEST - around) / 6 - sum(sides(style(cell)["padding"])[1::2])


def test_every_colour_has_its_dark_one() -> None:
    html = invitation().html
    classes = set(itertools.chain(*((one.get("class") or "").split() for one in elements(html))))
    dark = html[html.index("prefers-color-scheme: dark") : html.index("[data-ogsc]")]
    assert {one for one in classes if f".{one} " in dark} == classes


# What it says ----------------------------------------------------------------------------------------------------


def test_the_subject_is_the_forms_own_else_its_title() -> None:
    titled = Definition(title={"en": "Your delivery", "am": "ማድረስ"}, languages=["en", "am"], questions=[QUESTION])
    assert subject(titled, "en", "") == "Your delivery"
    assert subject(titled, "am", "ፒያሳ") == "ማድረስ · ፒያሳ"
    own = msgspec.structs.replace(titled, mail_subject={"en": "How were the roses?"})
    assert subject(own, "en", "") == "How were the roses?"
    assert subject(own, "am", "") == "ማድረስ", "no mixture of languages"
    assert subject(own, "fr", "") == "Your delivery", "the form's first language stands in"


@pytest.mark.parametrize(("language", "day"), [("en", "1 March 2026"), ("am", "1"), ("ar", "1"), ("ka", "1")])
def test_it_says_what_is_on_record_and_nothing_that_nobody_agreed_to(language: str, day: str) -> None:
    letter = invitation(language, known_since=date(2026, 3, 1))
    (line,) = [line for line in letter.text.splitlines() if "2026" in line]
    assert "Linden Flowers" in line
    assert day in line
    assert "2026" in letter.html
    if language == "en":
        assert line == "You get this because Linden Flowers has had this address on record since 1 March 2026."


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_but_the_languages_own_words_and_signs_stands_in_the_plain_text(language: str) -> None:
    """Both ends of the scale and every address have a line of their own: no sign of another script joins them."""
    lines = invitation(language).text.splitlines()
    for value, label in ((0, "nps_low"), (10, "nps_high")):
        assert text("scale_end", language, value=value, label=text(label, language)) in lines
    assert text("mail_unsubscribe", language) in lines
    assert invitation(language).unsubscribe in lines


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("Linden Flowers, 4 Harbour Street", ["Linden Flowers, 4 Harbour Street"]),
        ("LINDEN  flowers\n4 Harbour Street", ["LINDEN  flowers\n4 Harbour Street"]),
        ("Linden Flowers Street 4", ["Linden Flowers", "Linden Flowers Street 4"]),
        ("", ["Linden Flowers"]),
    ],
)
def test_a_firm_whose_address_begins_with_its_name_is_named_once(address: str, lines: list[str]) -> None:
    text, html = (part.replace("\r\n", "\n") for part in parts(invitation(postal_address=address)))
    assert text.rstrip().endswith("\n".join(lines))
    foot = html.partition('class="foot"')[2].partition("</td>")[0]
    assert re.findall(r'<span dir="auto">([^<]*)</span>', foot) == lines
    assert imprint("Linden Flowers", address) == tuple(lines)
