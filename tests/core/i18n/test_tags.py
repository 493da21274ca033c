"""Who asks for which language gets which of those that there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.i18n.tags import full, lookup, negotiate

CHINESE = "zh-Hans zh-Hant en"
NONE = ""
CASES = [
    # exact, whatever the case or the sign between
    ("am", "en am", "am"), ("AM", "en am", "am"), ("pt-br", "pt pt-BR", "pt-BR"), ("pt_BR", "pt pt-BR", "pt-BR"),
    ("zh-hant", CHINESE, "zh-Hant"), ("no", "no nb", "no"), ("nb", "no nb", "nb"), ("iw", "iw he", "iw"),
    # regions and what they belong to
    ("am-ET", "en am", "am"), ("pt-BR", "en pt", "pt"), ("pt", "en pt-BR", "pt-BR"), ("pt-BR", "pt-PT en", "pt-PT"),
    ("pt-AO", "pt-BR pt-PT", "pt-PT"), ("pt-MZ", "pt pt-PT", "pt-PT"), ("es-MX", "es-ES es-419", "es-419"),
    ("es-AR", "es es-419", "es-419"), ("es", "es-419 es-ES", "es-419"), ("en-GB", "en-US en-GB", "en-GB"),
    ("en-AU", "en-US en-001", "en-001"), ("en-IN", "de en", "en"), ("fr-CA", "fr en", "fr"),
    ("de-AT", "de-CH de", "de"),
    ("de-1996", "de en", "de"), ("ca-valencia", "ca es", "ca"), ("en-US-u-ca-buddhist", "en am", "en"),
    # likely scripts
    ("zh-TW", CHINESE, "zh-Hant"), ("zh-HK", CHINESE, "zh-Hant"), ("zh-MO", CHINESE, "zh-Hant"),
    ("zh-Hant-HK", CHINESE, "zh-Hant"), ("zh", CHINESE, "zh-Hans"), ("zh-CN", CHINESE, "zh-Hans"),
    ("zh-SG", CHINESE, "zh-Hans"), ("zh-TW", "zh zh-Hant", "zh-Hant"), ("zh-TW", "zh-HK zh", "zh-HK"),
    ("zh-TW", "zh-Hant-HK zh-Hant", "zh-Hant"), ("zh-HK", "zh-TW zh-Hant-HK", "zh-Hant-HK"), ("zh-Hans", "zh en", "zh"),
    ("cmn", "zh en", "zh"), ("zh-yue", "zh-Hant en", "zh-Hant"), ("yue", CHINESE, "zh-Hant"),
    ("zh-TW", "zh-Hans en", NONE), ("zh-TW", "zh en", NONE), ("zh-CN", "zh-Hant en", NONE), ("zh-CN", "zh-TW", NONE),
    ("sr-Cyrl-RS", "sr-Latn sr-Cyrl", "sr-Cyrl"), ("sr-Latn-RS", "sr-Cyrl sr-Latn", "sr-Latn"),
    ("sr", "sr-Latn sr-Cyrl", "sr-Cyrl"), ("sr-ME", "sr-Cyrl sr-Latn", "sr-Latn"), ("sr-Cyrl", "sr en", "sr"),
    ("sr-Latn", "sr en", "sr"), ("sr-Cyrl-RS", "en sr-Latn", "sr-Latn"), ("sh", "sr-Cyrl sr-Latn", "sr-Latn"),
    ("uz-AF", "uz uz-Arab", "uz-Arab"), ("uz-Cyrl", "uz en", NONE), ("pa-PK", "pa en", NONE),
    ("pa-PK", "pa-Arab", "pa-Arab"),
    ("az-Latn", "az en", "az"), ("ar-Latn", "ar en", NONE), ("kk-Arab", "kk en", NONE), ("hi-Latn", "hi en", NONE),
    # one language by several names
    ("nb-NO", "en no", "no"), ("no", "en nb", "nb"), ("no-NO", "nn nb", "nb"), ("nn-NO", "no en", "no"),
    ("nn", "nb nn", "nn"), ("no", "nn en", "nn"), ("iw", "he en", "he"), ("he-IL", "iw en", "iw"),
    ("in", "id en", "id"),
    ("id", "in en", "in"), ("ji", "yi en", "yi"), ("mo", "ro en", "ro"), ("tl", "fil en", "fil"),
    ("fil-PH", "tl en", "tl"),
    # none
    ("ka", "am en", NONE), ("e", "en", NONE), ("eng-GB", "fr", NONE), ("", "en", NONE), ("-", "en", NONE),
    ("x-klingon", "en", NONE), ("sv", "nb en", NONE), ("a" * 300, "en", NONE),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "available", "given"), CASES)
def test_a_reader_is_given(wish: str, available: str, given: str) -> None:
    assert lookup(wish, tuple(available.split())) == given


@pytest.mark.parametrize(
    ("header", "available", "chosen"),
    [
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-Hans en", "en"),
        ("zh-TW,zh;q=0.9", "lv zh", "lv"),
        ("zh-TW,zh;q=0.9", "lv zh-Hans zh-Hant", "zh-Hant"),
        ("zh-TW,zh-CN;q=0.9", "lv zh-Hans", "zh-Hans"),
        ("zh,zh-TW;q=0.9", "lv zh-Hant", "zh-Hant"),
        ("zh-TW,en;q=0.8", "lv zh-Hans en", "en"),
        ("zh-TW", "lv zh-Hans", "lv"),
        ("sr-Cyrl-RS,en;q=0.5", "en sr-Latn", "sr-Latn"),
        ("nb-NO,nb;q=0.9,en;q=0.1", "en no", "no"),
        ("fr;q=0.2, ka;q=0.3, ml;q=0.7", "fr ka ml", "ml"),
        ("fr;q=0, en", "fr en", "en"),
        ("de, *;q=0.5", "lv en", "lv"),
        ("lv;q=0, *", "lv en", "en"),
        ("*;q=0.1, en", "lv en", "en"),
        ("*, en;q=0.1", "lv en", "lv"),
        ("lv;q=0, en;q=0, *", "lv en", "lv"),
        ("zh-*", "en zh-Hant zh-Hans", "zh-Hans"),
        ("en;q=2, lv;q=x, am", "lv en am", "am"),
        ("", "lv en", "lv"),
        (";;;,,,q=1", "lv en", "lv"),
    ],
)
def test_the_best_of_several_wishes(header: str, available: str, chosen: str) -> None:
    languages = tuple(available.split())
    assert negotiate(header, languages, languages[0]) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("am", "am"),
        ("am-ET,am;q=0.9,en;q=0.8", "am"),
        ("fr,ka;q=0.3,ml;q=0.7", "ml"),
        ("en;q=0, si", "si"),
        ("en;q=0", "ka"),
        ("AR-jo", "ar"),
        ("*", "ka"),
        ("fr, *;q=0.1", "ka"),
        ("ml;q=rubbish, si;q=0.1", "si"),
        (";;,,=", "ka"),
        ("", "ka"),
        (None, "ka"),
    ],
)
def test_a_header_is_read_as_the_standard_says(header: str | None, chosen: str) -> None:
    assert negotiate(header, ["en", "am", "ka", "ml", "si", "ar"], "ka") == chosen


def test_negotiation_knows_regional_forms() -> None:
    assert negotiate("pt", ["en", "pt-BR", "pt-PT"], "en") == "pt-BR"
    assert negotiate("pt-PT", ["en", "pt-BR", "pt-PT"], "en") == "pt-PT"


@given(st.text(max_size=60))
def test_negotiation_never_fails_and_stays_within_what_is_there(header: str) -> None:
    assert negotiate(header, ["am", "en"], "en") in {"am", "en"}


@given(st.text("aehnrstz-_*;,=q.0159 \x00é", max_size=40))
def test_whatever_is_asked_one_of_those_that_there_are_is_given(header: str) -> None:
    languages = ("en", "zh-Hant", "sr-Latn")
    assert negotiate(header, languages, "en") in languages
    assert lookup(header, languages) in ("", *languages)


def test_a_tag_in_full() -> None:
    assert [full(tag) for tag in ("zh-TW", "no", "iw-IL", "xx")] == [
        ("zh", "Hant", "TW"), ("nb", "Latn", ""), ("he", "Hebr", "IL"), ("xx", "", ""),
    ]  # fmt: skip
