"""Respondents are told the same in every language, and numbers are counted by each language's own rules."""

import re
import string
import unicodedata
from datetime import date
from pathlib import Path

import msgspec
import pytest
from babel import Locale

from survey_service.core import i18n
from survey_service.core.i18n import LANGUAGES, Message
from survey_service.core.i18n.respondents import MESSAGES
from survey_service.core.i18n.starter_words import STARTERS
from survey_service.core.i18n.tags import full

SCRIPTS: dict[str, tuple[str, ...]] = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",), "Geor": ("GEORGIAN",), "Ethi": ("ETHIOPIC",),
    "Arab": ("ARABIC",), "Hebr": ("HEBREW",), "Deva": ("DEVANAGARI",), "Beng": ("BENGALI",), "Taml": ("TAMIL",),
    "Mlym": ("MALAYALAM",), "Sinh": ("SINHALA",), "Hans": ("CJK",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL",),
}  # fmt: skip
"""How Unicode names the letters of CLDR's scripts."""
OTHERS = [code for code in LANGUAGES if code != "en"]
DAY = date(2026, 11, 21)


def placeholders(template: str) -> frozenset[tuple[str, str]]:
    return frozenset((name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name)


def wordings(message: Message) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


def all_placeholders(message: Message) -> frozenset[tuple[str, str]]:
    return frozenset().union(*map(placeholders, wordings(message)))


def sample_values(message: Message) -> dict[str, object]:
    numbers = {"n", "done", "seconds", "minutes", "low", "high", "min", "max"}
    return {name: 3 if name in numbers else "Ada" for name, _ in all_placeholders(message)}


@pytest.mark.parametrize("code", OTHERS)
def test_each_language_has_every_key_in_the_same_order(code: str) -> None:
    assert list(i18n.messages(code)) == list(i18n.messages("en"))


@pytest.mark.parametrize("code", OTHERS)
def test_each_message_has_the_same_placeholders(code: str) -> None:
    english = {key: all_placeholders(message) for key, message in i18n.messages("en").items()}
    assert {key: all_placeholders(message) for key, message in i18n.messages(code).items()} == english


FAMILIES = [
    (r"csat_[1-5]", "questions/csat.html: csat_ and the number of a face"),
    (r"(?:questions|poster)_(seconds|minutes)", "survey.html, poster.html: how long a form takes, and in what"),
    (r"(\w+)_(title|text)", "survey/pages.notice: the name of a notice and its two parts"),
]
"""Keys that are put together where they are used: pattern, and where. What a pattern keeps stands in quotes."""
PACKAGE = Path(i18n.__file__).parents[2]
NAMED = {
    name
    for kind in ("*.py", "*.html", "*.txt")
    for path in PACKAGE.rglob(kind)
    for name in re.findall(r"[\"'](\w+)[\"']", path.read_text(encoding="utf-8"))
}


def is_used(key: str) -> bool:
    parts = [found for pattern, _ in FAMILIES if (found := re.fullmatch(pattern, key))]
    return key in NAMED or any(part.re.groups == 0 or part[1] in NAMED for part in parts)


def test_no_message_is_translated_for_nobody() -> None:
    english = i18n.messages("en")
    used = {key for key in english if is_used(key)}
    counted = {spec for key in used for _, spec in all_placeholders(english[key])}
    assert not english.keys() - used - counted


@pytest.mark.parametrize("code", LANGUAGES)
def test_plural_forms_are_exactly_those_of_the_language(code: str) -> None:
    categories = Locale.parse(code, sep="-").plural_form.rules.keys() | {"other"}
    plurals = {key: m for key, m in i18n.messages(code).items() if isinstance(m, dict)}
    assert {key: set(forms) for key, forms in plurals.items()} == dict.fromkeys(plurals, categories)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_general_plural_forms_name_their_number(code: str) -> None:
    for key, message in i18n.messages(code).items():
        if isinstance(message, dict):
            assert "{n}" in message["other"], (code, key)
            assert all("{n}" in form for name, form in message.items() if name in {"few", "many"}), (code, key)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_can_be_said(code: str) -> None:
    for key, message in i18n.messages(code).items():
        said = i18n.text(key, code, **({"n": 3} | sample_values(message)))
        assert said.strip()
        assert "{" not in said


@pytest.mark.parametrize("code", OTHERS)
def test_messages_are_written_in_the_script_of_their_language(code: str) -> None:
    script = SCRIPTS[full(code)[1]]
    for key, message in i18n.messages(code).items():
        if key in ("scale_end", "full_stop"):  # signs alone
            continue
        for wording in wordings(message):
            assert any(unicodedata.name(sign, "").startswith(script) for sign in wording), (key, wording)


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_are_in_composed_form(code: str) -> None:

    for folder in (MESSAGES, STARTERS):
        assert unicodedata.is_normalized("NFC", (folder / f"{code}.json").read_text(encoding="utf-8"))


def test_every_language_has_its_files_and_no_file_is_without_its_language() -> None:
    for folder in (MESSAGES, STARTERS):
        assert {path.stem for path in folder.glob("*.json")} == set(LANGUAGES)


@pytest.mark.parametrize("code", OTHERS)
def test_what_a_form_begins_with_is_said_in_every_language(code: str) -> None:
    english, said = (msgspec.json.decode((STARTERS / f"{each}.json").read_bytes()) for each in ("en", code))
    assert list(said) == list(english)
    assert all(text and text == text.strip() for text in said.values())
    assert not said.items() & english.items()


ADDRESS = "name@example.com"
"""A sentence that ends with it has no full stop where that would look like a part of it."""


@pytest.mark.parametrize("code", OTHERS)
def test_sentences_end_with_the_full_stop_of_their_language(code: str) -> None:
    stop = i18n.text("full_stop", code)
    for key, message in i18n.messages("en").items():
        if key != "full_stop" and wordings(message)[-1].endswith("."):
            for wording in wordings(i18n.messages(code)[key]):
                assert wording.removesuffix(ADDRESS) != wording or wording.endswith((stop, *"?:…؟：؛")), (key, wording)


WIDE = [code for code in LANGUAGES if full(code)[1] in ("Hans", "Jpan")]
FOREIGN_SIGNS = {**dict.fromkeys(WIDE, ",;:!?()"), **dict.fromkeys(("ar", "fa", "ur"), ",;?")}
"""Signs that are written otherwise: full-width, or turned round."""


@pytest.mark.parametrize(("code", "signs"), FOREIGN_SIGNS.items())
def test_signs_are_those_of_the_script(code: str, signs: str) -> None:
    for key, message in i18n.messages(code).items():
        for wording in wordings(message):
            said = re.sub(r"\{.*?\}", "", wording)
            assert not set(signs) & set(said), (key, wording)


@pytest.mark.parametrize("code", LANGUAGES)
def test_digits_are_western(code: str) -> None:
    said = " ".join([*(w for message in i18n.messages(code).values() for w in wordings(message)), i18n.day(DAY, code)])
    assert [sign for sign in said if sign.isdigit() and not sign.isascii()] == []


def test_errors_say_what_to_do_and_never_please_or_invalid() -> None:
    said = " ".join(w for message in i18n.messages("en").values() for w in wordings(message)).lower()
    assert "invalid" not in said
    assert "please" not in said


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "لا إجابات ناقصة."),
        (1, "هناك إجابة واحدة ناقصة."),
        (2, "هناك إجابتان ناقصتان."),
        (3, "هناك 3 إجابات ناقصة."),
        (11, "هناك 11 إجابة ناقصة."),
        (100, "هناك 100 إجابة ناقصة."),
    ],
)
def test_arabic_counts_in_six_ways(n: int, said: str) -> None:
    assert i18n.text("summary_missing", "ar", n=n) == said


def test_one_sentence_can_hold_two_numbers() -> None:
    assert i18n.text("questions_seconds", "en", n=1, seconds=20) == "1 question, about 20 seconds"
    assert i18n.text("questions_seconds", "ar", n=3, seconds=10) == "3 أسئلة، نحو 10 ثوانٍ"
    assert i18n.text("questions_seconds", "ar", n=11, seconds=20) == "11 سؤالًا، نحو 20 ثانية"


def test_the_words_of_the_error_summary() -> None:
    assert i18n.text("summary_missing", "en", n=1) == "One answer is missing."
    assert i18n.text("summary_review", "en", n=2) == "2 answers need another look."
    assert i18n.text("offline", "en").startswith("No network.")


def test_large_numbers_are_grouped_in_western_digits() -> None:
    assert "2,000 characters fit here; this is 2,345." in i18n.text("error_too_long", "en", max=2000, n=2345)
    assert "2,345" in i18n.text("error_too_long", "ar", max=2000, n=2345)


def test_a_name_is_isolated_in_a_right_to_left_sentence_only() -> None:
    assert i18n.text("mail_dear", "ar", name="Sara") == "مرحبًا \u2068Sara\u2069،"
    assert i18n.text("mail_dear", "en", name="سارة") == "Dear سارة,"


def test_values_are_not_read_as_templates() -> None:
    assert i18n.text("mail_dear", "en", name="{name.__class__}") == "Dear {name.__class__},"


def test_a_regional_tag_reads_its_language_and_others_read_english() -> None:
    assert i18n.text("send", "am-ET") == i18n.text("send", "am") != i18n.text("send", "en")
    assert i18n.text("send", "fr-CA") == i18n.text("send", "fr") != i18n.text("send", "en")
    assert i18n.text("send", "cy") == "Send"
    assert i18n.chrome_language("cy-GB") == "en"
    assert [i18n.chrome_language(tag) for tag in ("zh", "zh-CN", "zh-SG", "zh-TW", "zh-Hant", "yue")] == [
        "zh-Hans", "zh-Hans", "zh-Hans", "en", "en", "en",
    ]  # fmt: skip


def test_unknown_keys_and_missing_values_are_loud() -> None:
    with pytest.raises(KeyError):
        i18n.text("no_such_message", "en")
    with pytest.raises(KeyError):
        i18n.text("receipt", "en")
    with pytest.raises(KeyError):
        i18n.text("summary_missing", "en")


def test_a_translator_is_bound_to_its_language() -> None:
    assert i18n.translator("ka")("question_count", n=2) == "2 შეკითხვა"
