"""What a browser says of itself, in few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.browsers import browser_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.mark.parametrize(
    ("agent", "kind", "system"),
    [
        (f"{WINDOWS} Safari/537.36", "Chrome", "Windows"),
        (f"{WINDOWS} Safari/537.36 Edg/142.0.0.0", "Edge", "Windows"),
        (f"{WINDOWS} Safari/537.36 OPR/124.0.0.0", "Opera", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Linux"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
            "Safari",
            "Mac",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile Safari/604",
            "Chrome",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Safari/537",
            "Samsung Internet",
            "Android",
        ),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
    ],
)
def test_browsers_are_called_as_their_makers_call_them(agent: str, kind: str, system: str) -> None:
    browser = browser_of(agent, "192.0.2.7", "")
    assert (browser.kind, browser.system) == (kind, system)


@given(st.text())
def test_nothing_that_it_says_is_kept_as_it_is(agent: str) -> None:
    browser = browser_of(agent * 50, "", "")
    assert len(browser.kind) <= 32
    assert len(browser.system) <= 32
    assert (browser.kind + browser.system).isascii()
