"""Addresses inside and outside of a service that stands under a path."""

import re
from pathlib import Path

import pytest

from survey_service.core import addresses, templates
from survey_service.core.addresses import came_from

ROOT = Path(templates.__file__).parents[1] / "templates"
SCRIPTS = templates.static_folder() / "js"
WRITTEN_APART = re.compile(r"""\b(?:href|src|action|formaction)=(?:'[/{]|"\{%|\{)""")


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("/app", "/feedback/app"), ("/app/forms?a=/b", "/feedback/app/forms?a=/b"), ("?lang=ar", "?lang=ar"),
        ("#main", "#main"), ("", ""), ("https://other.example/app", "https://other.example/app"),
        ("//other.example/app", "//other.example/app"), ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)  # fmt: skip
def test_only_addresses_of_the_service_are_changed(address: str, outside: str) -> None:
    assert addresses.under("/feedback", address) == outside


@pytest.mark.parametrize(
    ("asked", "inside"),
    [
        ("/feedback/app", "/app"), ("/feedback", "/"), ("/feedback/", "/"), ("/app", "/app"),
        ("/feedbacks/app", "/feedbacks/app"), ("/feedback/feedback/app", "/feedback/app"), ("/s/ä", "/s/ä"),
        ("/feedback/s/ä", "/s/ä"),
    ],
)  # fmt: skip
def test_a_request_is_as_inside_whether_the_proxy_kept_the_path_or_not(asked: str, inside: str) -> None:
    scope = addresses.entered("/feedback", {"path": asked, "raw_path": asked.encode()})
    assert (scope["path"], scope["raw_path"]) == (inside, inside.encode())


@pytest.mark.parametrize("path", ["", "/feedback", "/a/b", "/shop-1/feedback_2", "/application", "/survey"])
def test_a_path_that_can_be_told_from_the_services_own_addresses_is_taken(path: str) -> None:
    assert addresses.fault_of(path) == ""


@pytest.mark.parametrize("path", ["/app", "/s", "/api/v2", "/static", "/ä", "/a b", "/a//b", "/../a", "/%41", "/a;b"])
def test_a_path_that_could_mean_two_things_is_refused(path: str) -> None:
    assert addresses.fault_of(path)


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.html")), ids=lambda file: str(file.relative_to(ROOT)))
def test_templates_write_addresses_so_that_the_path_can_be_put_before_them(file: Path) -> None:
    assert WRITTEN_APART.findall(file.read_text()) == []


@pytest.mark.parametrize("file", sorted(SCRIPTS.glob("*.js")), ids=lambda file: file.name)
def test_scripts_take_addresses_from_the_page_or_from_where_they_lie(file: Path) -> None:
    assert re.findall(r"[\"'`]/(?:app|api|s|q|i|u|c|static)\b", file.read_text()) == []


@pytest.mark.parametrize(
    ("origin", "host", "base", "own"),
    [
        ("https://shop.example", "10.0.0.2:8000", "https://shop.example/feedback", True),
        ("https://shop.example", "10.0.0.2:8000", "https://SHOP.example:443", True),
        ("https://xn--bcher-kva.example", "b", "https://bücher.example", True),
        ("http://shop.example", "shop.example", "https://shop.example", False),
        ("https://shop.example:444", "shop.example:444", "https://shop.example", False),
        ("http://rebound.example", "rebound.example", "https://shop.example", False),
        ("http://shop-pc.local:8000", "shop-pc.local:8000", "http://192.168.1.5:8000", False),
        ("http://localhost:8000", "localhost:8000", "https://shop.example", True),
        ("http://127.0.0.1:8000", "localhost:8000", "https://shop.example", False),
        ("http://[::1]:8000", "[::1]:8000", "https://shop.example", True),
        ("http://localhost.evil.example", "localhost.evil.example", "https://shop.example", False),
        ("http://shop-pc.local:8000", "shop-pc.local:8000", "", True),
        ("http://192.168.1.5:8000", "192.168.1.5:8000", "", True),
        ("http://evil.example", "192.168.1.5:8000", "", False),
        ("null", "", "", False), ("null", "null", "", False), ("http://", "", "", False),
        ("http://[x", "[x", "", False),
    ],
)  # fmt: skip
def test_the_public_address_says_which_pages_are_our_own(origin: str, host: str, base: str, own: bool) -> None:
    assert addresses.is_own_origin(origin, host, base) is own


@pytest.mark.parametrize(
    ("path", "parameters", "address"),
    [
        ("/app", {}, "/app"),
        ("/app", {"place": "", "cursor": None}, "/app"),
        ("/app", {"form": "a&b", "place": "", "cursor": "1"}, "/app?form=a%26b&cursor=1"),
        ("/app/forms?archived=1", {"cursor": "ü"}, "/app/forms?archived=1&cursor=%C3%BC"),
    ],
)
def test_parameters_join_an_address(path: str, parameters: dict[str, str | None], address: str) -> None:
    assert addresses.with_query(path, **parameters) == address


def test_a_last_page_has_no_older_one() -> None:
    assert addresses.older("/app/customers", None) == ""
    assert addresses.older("/app/customers", "next") == "/app/customers?cursor=next"


@pytest.mark.parametrize(
    ("referer", "wanted"),
    [
        ("https://example.org/s/visit?lang=ar&x=1", ("/s/visit", {"lang": "ar", "x": "1"})),
        ("", ("", {})),
        ("http://[x/", ("", {})),
        ("/s/visit?" + "&".join(f"a{n}=1" for n in range(30_000)), ("", {})),
        ("/s/visit?lang=%ff&lang=de", ("/s/visit", {"lang": "\xff"})),
    ],
)
def test_what_a_browser_says_of_the_page_before_is_read_or_nothing(
    referer: str, wanted: tuple[str, dict[str, str]]
) -> None:
    assert came_from(referer) == wanted
