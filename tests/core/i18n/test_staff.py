"""What staff read: in the language of whoever is answered, with the number's form, in its order."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unicodedata import bidirectional

import pytest
from markupsafe import Markup

from survey_service.core import templates
from survey_service.core.i18n import extraction, staff
from tests.core.i18n import catalogues

DAY = date(2026, 9, 5)


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German and Russian with a few messages, Arabic with one."""
    catalogues.write(
        tmp_path,
        "de",
        {
            "Today": "Heute",
            "Name": "Name",
            "of a shop, place or form|Name": "Bezeichnung",
            "%(name)s is an owner now.": "Nun gehört %(name)s zu den Inhabern.",
            "95 %% interval": "95-%%-Intervall",
            "%(name)s said <b>%(word)s</b>.": "<b>%(word)s</b>, sagt %(name)s.",
        },
    )
    forms = ("%(n)s ответ", "%(n)s ответа", "%(n)s ответов")
    catalogues.write(tmp_path, "ru", {("%(n)s answer", "%(n)s answers"): forms})
    said = {"%(name)s is an owner now.": "%(name)s مالك الآن.", ", ": "، ", "; ": "؛ "}
    catalogues.write(tmp_path, "ar", said)
    catalogues.use(tmp_path, monkeypatch)
    yield
    monkeypatch.undo()
    catalogues.forget()


def test_english_is_the_source() -> None:
    assert staff.language() == "en"
    assert staff.gettext("Today") == "Today"
    assert staff.ngettext("%(n)s answer", "%(n)s answers", 1, n=1) == "1 answer"
    assert staff.ngettext("%(n)s answer", "%(n)s answers", 1204, n="1,204") == "1,204 answers"
    assert staff.gettext("95 %% interval") == "95 % interval"


def test_a_language_says_it_in_its_order() -> None:
    with staff.spoken("de"):
        assert staff.gettext("Today") == "Heute"
        assert staff.gettext("%(name)s is an owner now.", name="Ida") == "Nun gehört Ida zu den Inhabern."
        assert staff.gettext("95 %% interval") == "95-%-Intervall"
    assert staff.gettext("Today") == "Today"


@pytest.mark.parametrize(("n", "said"), [(1, "1 ответ"), (3, "3 ответа"), (5, "5 ответов"), (21, "21 ответ")])
def test_a_number_has_its_form(n: int, said: str) -> None:
    with staff.spoken("ru"):
        assert staff.ngettext("%(n)s answer", "%(n)s answers", n, n=n) == said


def test_what_has_no_translation_stays_english() -> None:
    with staff.spoken("ru"):
        assert staff.gettext("Today") == "Today"


def test_nothing_is_not_the_head_of_the_catalogue() -> None:
    with staff.spoken("de"):
        assert staff.gettext("") == ""


def test_names_do_not_tear_a_right_to_left_sentence_apart() -> None:
    with staff.spoken("ar"):
        assert staff.direction() == "rtl"
        assert staff.gettext("%(name)s is an owner now.", name="Ida") == "\u200f\u2068Ida\u2069 مالك الآن."
        assert (staff.isolated("+44 1632"), staff.minus(), staff.percent(74)) == (
            "\u2068+44 1632\u2069", "\u200e−", "\u200f74 %"
        )  # fmt: skip
    assert (staff.isolated("+44 1632"), staff.minus(), staff.percent(74)) == ("+44 1632", "−", "74 %")


def test_what_stands_in_a_row_is_parted_as_the_language_does() -> None:
    assert staff.in_a_row(("Riga", "Harbour Street")) == "Riga, Harbour Street"
    assert staff.one_after_another(("One", "two")) == "One; two"
    with staff.spoken("ar"):
        assert staff.in_a_row(("عمّان", "شارع الرينبو")) == "عمّان، شارع الرينبو"
        assert staff.one_after_another(("1", "2")) == "1؛ 2"
        assert staff.in_a_row(("Riga", "الإنجليزية")) == "\u200f\u2068Riga\u2069، الإنجليزية"


@pytest.mark.parametrize("parts", [("4", "9"), ("2026/11/27", "20:18"), ("Riga", "Harbour Street"), ("Riga", "عمّان")])
def test_a_row_runs_as_the_language_does(parts: tuple[str, ...]) -> None:
    """A browser guesses the direction of what stands by itself from its first letter with one, isolated or not."""
    with staff.spoken("ar"):
        row = staff.in_a_row(parts)
        assert next(way for way in map(bidirectional, row) if way in ("L", "R", "AL")) == "R"
        assert staff.in_a_row(("14:26",)) == "14:26"
    assert staff.in_a_row(parts) == ", ".join(parts)


def test_a_constant_with_several_meanings_is_said_in_its_own() -> None:
    label = staff.NP_("of a shop, place or form", "Name")
    assert (label, staff.gettext(label)) == ("Name", "Name")
    with staff.spoken("de"):
        assert (staff.gettext(label), staff.gettext("Name")) == ("Bezeichnung", "Name")


def test_a_name_is_escaped_and_what_is_markup_stays_so() -> None:
    said = staff.gettext("%(name)s & %(link)s", name="<i>", link=Markup("<a>x</a>"))
    assert said == "&lt;i&gt; &amp; <a>x</a>"


def test_templates_say_it_too() -> None:
    page = templates.environment().from_string(
        "{{ _('Today') }}: {% trans name=who, word=what %}{{ name }} said <b>{{ word }}</b>.{% endtrans %}"
        "{{ ngettext('%(n)s answer', '%(n)s answers', 2, n=2) }}"
    )
    assert page.render(who="<i>", what="no") == "Today: &lt;i&gt; said <b>no</b>.2 answers"
    with staff.spoken("de"):
        assert page.render(who="<i>", what="no") == "Heute: <b>no</b>, sagt &lt;i&gt;.2 answers"


@pytest.mark.parametrize(
    ("wish", "given"),
    [
        ("", "en"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,en;q=0.8,de;q=0.5", "en"), ("am", "en"), ("*", "en"),
        ("ar-EG", "ar"), ("x" * 5000, "en"),
    ],
)  # fmt: skip
def test_the_browser_wishes(wish: str, given: str) -> None:
    assert staff.wished(wish) == given


def test_a_language_without_a_catalogue_is_not_spoken() -> None:
    with staff.spoken("de"):
        staff.speak("fr")
        assert staff.language() == "de"
        staff.speak("")
        assert staff.language() == "de"
        staff.speak("en")
        assert staff.language() == "en"


async def test_two_requests_at_once_do_not_meet() -> None:
    """Each task speaks its own language, whatever others begin to speak meanwhile."""
    both = asyncio.Barrier(2)

    async def request(code: str) -> str:
        staff.speak(code)
        await both.wait()
        return staff.gettext("Today")

    assert await asyncio.gather(request("de"), request("en")) == ["Heute", "Today"]


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    assert (staff.number(12040.5, 1), staff.number(1204)) == ("12,040.5", "1,204")
    assert (staff.day(DAY), staff.long_day(DAY)) == ("5 Sep 2026", "5 September 2026")
    assert (staff.day_of_year(DAY), staff.day_of_year(DAY, long=True)) == ("5 Sep", "5 September")
    assert staff.month(DAY) == "September 2026"
    with staff.spoken("de"):
        assert (staff.number(12040.5, 1), staff.number(1204)) == ("12.040,5", "1.204")
        assert (staff.day(DAY), staff.long_day(DAY)) == ("05.09.2026", "5. September 2026")
        assert staff.day_of_year(DAY, long=True) == "5. September"


def test_months_are_written_out_with_and_without_their_year() -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    with staff.spoken("de"):
        assert staff.span(first, last, months=True) == "Oktober 2026"
        assert staff.span(first, last, months=True, year=False) == "Oktober"
    with staff.spoken("ru"):
        assert staff.span(first, last, months=True, year=False) == "октябрь"


def test_digits_are_western() -> None:
    with staff.spoken("ar"):
        said = staff.number(1204) + staff.day(DAY) + staff.long_day(DAY) + staff.day_of_year(DAY) + staff.month(DAY)
    assert not set(said) & set("٠١٢٣٤٥٦٧٨٩")
    assert {"2", "6"} <= set(said)


def test_languages_are_offered_by_their_own_names() -> None:
    assert [staff.own_name(code) for code in staff.available()] == ["English", "العربية", "Deutsch", "Русский"]


def test_how_complete_a_language_is(tmp_path: Path) -> None:
    (tmp_path / "staff.pot").write_bytes((extraction.CATALOGUES / "staff.pot").read_bytes())
    staff.completeness.cache_clear()
    found = {each.code: each for each in staff.completeness()}
    staff.completeness.cache_clear()
    assert set(found) == {"ar", "de", "ru"}
    assert found["de"].said == 5, "Five of the six messages are the product's own."
    assert found["ru"].said == 1
    assert found["de"].all == len([message for message in extraction.catalogue() if message.id])
    assert found["de"].percent == 0
    assert staff.Completeness("de", 999, 1000).percent == 99
