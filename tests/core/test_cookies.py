"""Cookies are bound to the host and the path that the service stands on, all of them in one way."""

import ast
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import survey_service
from survey_service.accounts import sign_in
from survey_service.core import arrival, cookies
from survey_service.core.settings import Settings
from tests.accounts.conftest import browser, cast, quick_hashes
from tests.accounts.test_pages import ALICE
from tests.builder.browsing import signed_in
from tests.conftest import shared_by

__all__ = ["browser", "cast", "quick_hashes"]
PACKAGE = Path(survey_service.__file__).parent
STANDS = {
    "https://feedback.example.org": ("__Host-", "/", True),
    "https://feedback.example.org/": ("__Host-", "/", True),
    "HTTPS://feedback.example.org:8443": ("__Host-", "/", True),
    "https://example.org/feedback": ("__Secure-", "/feedback", True),
    "http://localhost:8000": ("", "/", False),
    "http://example.org/feedback": ("", "/feedback", False),
    "": ("", "/", False),
}
"""By the public address: what the names of cookies begin with, their path, and whether they ask for https."""


@pytest.mark.parametrize("address", STANDS)
@pytest.mark.parametrize("for_scripts", [False, True])
def test_a_cookie_is_the_services_own(address: str, *, for_scripts: bool) -> None:
    prefix, path, secure = STANDS[address]
    settings = Settings(base_url=address.rstrip("/"))
    for made in (
        cookies.cookie(settings, "survey_thing", "v", seconds=60, for_scripts=for_scripts),
        cookies.ended(settings, "survey_thing"),
    ):
        name, *rest = made.to_header(header="").strip().split("; ")
        assert name.partition("=")[0] == f"{prefix}survey_thing"
        assert f"Path={path}" in rest
        assert "SameSite=lax" in rest
        assert ("Secure" in rest) is secure
        assert not any(part.startswith("Domain") for part in rest), "a __Host- cookie has none"
    assert "Max-Age=0" in rest
    assert "HttpOnly" in rest


@pytest.mark.parametrize("address", ["https://feedback.example.org", "https://example.org/feedback"])
async def test_over_https_a_session_goes_by_its_bound_name_alone(
    browser: httpx.AsyncClient, settings: Settings, address: str
) -> None:
    state = shared_by(browser)
    state.settings = replace(settings, base_url=address)
    bound = cookies.name_of(sign_in.COOKIE, state.settings)
    assert bound.startswith("__")
    entered = await browser.post("/app/sign-in", data=ALICE)
    assert entered.headers["set-cookie"].startswith(f"{bound}=")
    caller, headers = await signed_in(ALICE["email"])
    planted = headers["Cookie"]
    assert planted.startswith(f"{sign_in.COOKIE}=")
    browser.cookies.clear()
    assert (await browser.get("/app/settings", headers={"Cookie": planted})).status_code == 401
    taken = {"Cookie": planted.replace(sign_in.COOKIE, bound)}
    assert (await browser.get("/app/settings", headers=taken)).status_code == 200
    out = await browser.post("/app/sign-out", data={"_csrf": caller.csrf_token}, headers=taken)
    assert {f'{bound}=""', "Max-Age=0", "Secure"} <= set(out.headers["set-cookie"].split("; "))


def test_no_other_module_makes_or_reads_cookies() -> None:
    """What would set one by itself would forget a part of it on the day that it changes."""
    for path in PACKAGE.rglob("*.py"):
        if path.name == "cookies.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Attribute) and node.attr in ("cookies", "delete_cookie")
            of_ours = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            assert not named or (of_ours and node.value.id == "cookies"), f"{path}:{node.lineno}"  # type: ignore[attr-defined]
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Cookie"), path


def test_the_pages_script_knows_the_sign_by_every_name() -> None:
    script = (PACKAGE.parent / "static/js/keep.js").read_text(encoding="utf-8")
    assert f"(?:__(?:Host|Secure)-)?{arrival.COOKIE})=" in script
