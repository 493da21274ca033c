"""Names and words stay as people write them, in every script; a search finds them however they are typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import text
from survey_service.core.errors import Invalid

NAMES = [
    "ශ්\u200dරියානි",
    "സന്\u200dധ്യ",
    "സന്ധ്യ രാജന്\u200d",  # a joiner that ends the name is a letter's shape
    "می\u200cنا",
    "نور\u200f (فرع ١)",
    "山田\u3000太郎",
    "Đặng Thị Hồng",
    "D’Angelo-Núñez",
    "Anne\u00a0Marie",
    "👩\u200d👩\u200d👧 Florists 🏳\ufe0f\u200d🌈",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Edinburgh",
    "סַבְתָּא",
    "ภาษา\u200bไทย",
    "co\u00adoperate",
    "\U0001e900\U0001e944",  # Adlam, a script of this century
]
BLANKS = [
    "", " ", "\t\n", "\u00a0", "\u3000", "\u200b", "\u200c\u200d", "\u2060", "\ufeff", "\u00ad", "\u3164", "\uffa0",
    "\u115f\u1160", "\u2800", "\u034f", "\u061c\u200e\u200f", "\u180e", "\ufe0f", "\U000e0020", "\U0001d159", "\u17b4",
    "\x00\x1f", "\u202e\u2066", "\ud800", "\ufff0", "\ufffe\U0010ffff", "\ufffa",
]  # fmt: skip
UNFIT = {"Cc", "Cs", "Zl", "Zp"}
OVERREACHING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

anything = st.text(st.characters(exclude_categories=()), max_size=60)
fit = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_as_typed(name: str) -> None:
    assert text.one_line(name) == text.many_lines(name) == text.checked_line("name", name, "Write it.") == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana \t Maria\r\nOzola ", "Ana Maria Ozola"),
        ("Ana\u2028Maria\u0085Ozola", "Ana Maria Ozola"),
        ("Zoe\u0308", "Zoë"),
        ("\ufeffAna", "Ana"),
        ("A\x00na\x1b", "A na"),
        ("\u202aAna\u202c \u2068Maria\u2069", "Ana Maria"),
        ("Ana\u202eMaria", "AnaMaria"),
        ("A\ud83dna\uffff\U0001fffe", "Ana"),
    ],
)
def test_what_no_line_can_show_goes(typed: str, kept: str) -> None:
    assert text.one_line(typed) == kept


def test_words_keep_their_lines() -> None:
    assert text.many_lines(" One\r\ntwo\rthree\u2028\u2029\tfour\x00 ") == "One\ntwo\nthree\n\n\tfour"


@given(anything)
def test_cleaning_once_is_enough(typed: str) -> None:
    for clean in (text.one_line, text.many_lines):
        kept = clean(typed)
        assert clean(kept) == kept == unicodedata.normalize("NFC", kept)
        assert not OVERREACHING & set(kept)
        assert {unicodedata.category(sign) for sign in kept.replace("\n", "").replace("\t", "")}.isdisjoint(UNFIT)
        kept.encode()  # every database, PDF and mail can hold it
    assert "\n" not in text.one_line(typed)
    assert text.is_blank(typed) == text.is_blank(text.one_line(typed)) == text.is_blank(text.many_lines(typed))


@given(
    st.text(st.characters(categories=("L", "M", "N", "P", "S"), include_characters="\u200c\u200d\ufe0f"), max_size=25)
)
def test_nothing_that_can_be_seen_is_lost(typed: str) -> None:
    kept = unicodedata.normalize("NFC", typed)
    assert text.one_line(typed) == text.many_lines(typed) == kept


@pytest.mark.parametrize("blank", BLANKS)
def test_what_shows_nothing_is_blank(blank: str) -> None:
    assert text.is_blank(blank)
    with pytest.raises(Invalid, match="Write"):
        text.checked_line("name", blank, "Write the name.")
    assert text.checked_line("name", blank) == text.checked_lines("name", blank) == ""


@given(st.lists(st.sampled_from(BLANKS), max_size=8).map("".join), st.sampled_from([*NAMES, "x", "7", ".", "🌷", "😶"]))
def test_one_sign_that_shows_is_enough(blank: str, seen: str) -> None:
    assert text.is_blank(blank)
    assert not text.is_blank(blank + seen + blank)


@pytest.mark.parametrize("typed", ["a\x00b", "a\u202eb", "a\x1bb"])
def test_nobody_types_such_a_name(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        text.checked_line("name", typed)
    assert [(error.field, error.code) for error in caught.value.errors] == [("name", "malformed")]


def test_a_name_is_not_cut_in_silence() -> None:
    assert text.checked_line("name", "x" * 200) == "x" * 200
    with pytest.raises(Invalid, match="3 characters fit here") as caught:
        text.checked_lines("note", " four ", longest=3)
    assert caught.value.errors[0].code == "too_long"


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("Кафе на Невском", "кафе на невском"),
        ("Ёлка", "елка"),
        ("Лёгкий", "ЛЁГКИЙ"),
        ("Лёгкий".replace("ё", "е\u0308"), "лёгкий"),
        ("Café Crème", "cafe creme"),
        ("Cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE"),
        ("ΝΊΚΟΣ", "νίκος"),
        ("Νίκος", "νικοσ"),
        ("İstanbul Işık", "istanbul isik"),
        ("Łódź", "lodz"),
        ("Smørrebrød", "smorrebrod"),
        ("Đặng", "dang"),
        ("مُحَمَّد", "محمد"),
        ("مـحـمد", "محمد"),
        ("أحمد", "احمد"),
        ("می\u200cنا", "مینا"),
        ("ශ්\u200dරියානි", "ශ්රියානි"),
        ("שָׁלוֹם", "שלום"),
        ("ＡＢＣ", "abc"),
        ("ﬁne", "fine"),
        ("O’Brien", "o'brien"),
        ("Rīga – Jūrmala", "riga - jurmala"),
        ("two\u00a0 words\nhere", "TWO WORDS HERE"),
        ("co\u00adoperate", "cooperate"),
        ("ግሩም\u200b ነው", "ግሩም ነው"),
    ],
)
def test_a_search_finds_it(stored: str, query: str) -> None:
    assert text.fold(query) == text.fold(stored) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("കി", "കു"),  # vowel signs
        ("කි", "කු"),
        ("क़लम", "कलम"),  # a nukta
        ("が", "か"),
        ("มา", "ม้า"),  # tone marks
        ("하", "한"),
    ],
)
def test_marks_that_tell_words_apart_stay(one: str, other: str) -> None:
    assert text.fold(one) != text.fold(other)


def test_every_letter_is_found_in_any_case_and_form() -> None:
    for sign in map(chr, range(0x30000)):
        folded = text.fold(sign)
        spellings = {sign.upper(), sign.lower(), sign.title(), sign.casefold()}
        if not "\ud800" <= sign <= "\udfff":
            spellings |= {unicodedata.normalize(form, sign) for form in ("NFC", "NFD", "NFKC", "NFKD")}
        assert {text.fold(spelling) for spelling in spellings} == {folded}, hex(ord(sign))
        assert text.fold(folded) == folded


@given(anything, anything)
def test_what_is_part_of_a_text_is_found_in_it(before: str, after: str) -> None:
    found = text.fold(f"{before} Невском {after}")
    assert text.fold("невском") in found
    assert text.fold(found) == found
    assert "\x00" not in found
    assert text.fold(text.many_lines(f"{before} Невском {after}")) == found


@pytest.mark.parametrize("clean", [text.one_line, text.many_lines, text.fold])
def test_heaps_of_marks_take_no_time(clean: object) -> None:
    """Quadratic, a hundred thousand marks would take minutes."""
    assert callable(clean)
    assert len(clean("a" + "\u0301\u0323\u093c\u094d" * 25_000)) <= 1 + text.MAX_MARKS
