"""People name languages, programs tag them; what is shown is found again."""

import pytest
from babel import Locale

from survey_service.builder import draft_fields
from survey_service.core.i18n.names import name_of, tag_of
from survey_service.core.i18n.staff import available, gettext, spoken


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("French", "fr"),
        ("  french ", "fr"),
        ("Deutsch", "de"),
        ("አማርኛ", "am"),
        ("Portuguese (Brazil)", "pt-BR"),
        ("portuguese  (brazil)", "pt-BR"),
        ("Chinese (Traditional)", "zh-Hant"),
        ("Serbian (Cyrillic, Serbia)", "sr-Cyrl-RS"),
        ("pt-BR", "pt-BR"),
        ("tlh", "tlh"),
        ("es-419", "es-419"),
        ("sr-cyrl-rs", "sr-cyrl-rs"),
        ("sl-rozaj", "sl-rozaj"),
        ("de-1901", "de-1901"),
        ("und", None),
        ("und-Arab", None),
        ("MUL", None),
        ("zxx", None),
        ("mis", None),
        ("Unknown language", None),
        ("Multiple languages", None),
        ("no-bok", None),
        ("zh-yue", None),
        ("fr-Nope", None),
        ("fr-QQ", None),
        ("fr-nonsense", None),
        ("en-zzzzz", None),
        ("en-Zzzz", None),
        ("English (Unknown Region)", None),
        ("fr-FR-BE", None),
        ("sr-RS-Cyrl", None),
        ("ca-valencia", "ca-valencia"),
        ("nonsense", None),
        ("French (Nowhere)", None),
        ("Nowhere (France)", None),
        ("qq", None),
        ("", None),
        ("fr\n", "fr"),
        ("<b>fr</b>", None),
    ],
)
def test_a_language_is_found_by_its_name_or_tag(typed: str, tag: str | None) -> None:
    assert tag_of(typed) == tag


def test_what_is_shown_is_found_again() -> None:
    tags = [code.replace("_", "-") for code in Locale("en").languages if code != "root"]
    assert [
        tag for tag in [*tags, "pt-BR", "zh-Hant", "sr-Latn", "am-ET", "qq"] if tag_of(name_of(tag)) not in (tag, None)
    ] == []
    assert name_of("pt-BR") == "Portuguese (Brazil)"
    assert name_of("qq") == "qq"


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize(
    ("sentence", "examples"),
    [
        (draft_fields.SENTENCES["languages"], ("French", "Portuguese (Brazil)")),
        ("No language is called “%(tag)s”. Write it by name, such as French or Portuguese (Brazil).",
         ("French", "Portuguese (Brazil)")),
        ("Write the name of a language, such as Welsh.", ("Welsh",)),
        ("By name, such as Welsh.", ("Welsh",)),
    ],
)  # fmt: skip
def test_a_name_that_is_told_as_an_example_is_found(language: str, sentence: str, examples: tuple[str, ...]) -> None:
    with spoken(language):
        said = gettext(sentence, tag="")
    assert (said == sentence.replace("%(tag)s", "")) == (language == "en")
    for name in examples:
        assert name in said
        assert tag_of(name)
