"""What a phone in a shop has to load."""

import re

import brotli
import pytest

from survey_service.core.i18n import LANGUAGES
from tests.static.samples import STATIC, elements, invitation, survey

KILOBYTE = 1000


def weight(text: str) -> int:
    return len(brotli.compress(text.encode()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_ten_questions_is_light_and_one_request(language: str) -> None:
    page = survey(language)
    assert weight(page) < 8 * KILOBYTE
    assert elements(page, "img") == elements(page, "link", rel="stylesheet") == []
    assert [script.get("src") for script in elements(page, "script")] == [None]


def test_the_invitation_is_light() -> None:
    assert weight(invitation()) < 8 * KILOBYTE


def test_the_embed_loader_is_light() -> None:
    assert weight((STATIC / "embed.js").read_text()) < 1.5 * KILOBYTE


def test_staff_styles_are_light() -> None:
    assert sum(weight((STATIC / "css" / f"{name}.css").read_text()) for name in ("tokens", "app")) < 10 * KILOBYTE


@pytest.mark.parametrize("name", ["embed.js", "js/survey.js", "js/invitation.js"])
def test_respondents_scripts_store_nothing_beyond_their_tab(name: str) -> None:
    script = (STATIC / name).read_text()
    assert not re.search(r"localStorage|indexedDB|document\.cookie|caches\b", script)
    assert ("sessionStorage" in script) == (name == "js/survey.js")
    assert "eval(" not in script
    assert "</" not in script.replace("</div>", "").replace("</script>", "").replace("</a>", "").replace(
        "</noscript>", ""
    )
