"""Policies hold what evaluators of policies ask for: the rules of Google's CSP Evaluator, as far as ours could break
them, and what it does not ask."""

import base64
import hashlib
import re

import pytest

from survey_service.core import policies

POLICIES = {
    "nothing": policies.NOTHING,
    "staff": policies.of_staff("c2l4dGVlbiBieXRlcyEh"),
    "builder": policies.of_staff("c2l4dGVlbiBieXRlcyEh", frames="'self'"),
    "private": policies.of_respondents("a{}", "let a", ""),
    "framed anywhere": policies.of_respondents("a{}", "let a", "*"),
    "framed by some": policies.of_respondents("a{}", "", "https://a.example https://b.example"),
    "preview": policies.of_respondents("a{}", "let a", "'self'", sends=False),
}
SCRIPTS = re.compile(r"'(nonce-[A-Za-z0-9_-]{16,}|sha256-[A-Za-z0-9+/]{43}=)'")
"""Neither words, nor hosts, schemes, wildcards or whole origins: only what is named by nonce or content."""


def directives(policy: str) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in policy.split(";")]
    assert len({name for name, _, _ in parts}) == len(parts), "browsers take the first of two and evaluators complain"
    return {name: value for name, _, value in parts}


def source(told: dict[str, str], name: str) -> str:
    return told.get(name, told["default-src"])


@pytest.mark.parametrize("kind", POLICIES)
def test_a_policy_lets_nothing_in_that_is_not_named(kind: str) -> None:
    told = directives(POLICIES[kind])
    assert told["default-src"] == "'none'"
    assert told["base-uri"] == "'none'"
    assert source(told, "object-src") == "'none'"
    assert told["form-action"] in ("'self'", "'none'")
    assert told["frame-ancestors"]
    for name in ("script-src", "script-src-elem", "script-src-attr", "worker-src"):
        allowed = source(told, name)
        assert allowed == "'none'" or SCRIPTS.fullmatch(allowed), (name, allowed)
    assert "unsafe" not in POLICIES[kind]
    assert not re.search(r"(?<!frame-ancestors )\*|https?:(?!//[ab]\.example)", POLICIES[kind])
    assert "data:" not in POLICIES[kind].replace("img-src data:", "").replace("img-src 'self' data:", "")


@pytest.mark.parametrize("kind", ["staff", "builder"])
def test_text_becomes_markup_only_where_it_is_said(kind: str) -> None:
    told = directives(POLICIES[kind])
    assert told["require-trusted-types-for"] == "'script'"
    assert set(told["trusted-types"].split()) <= {"page", "plotly", "default"}


@pytest.mark.parametrize("kind", ["nothing", "staff", "builder", "private"])
def test_nobody_frames_what_is_not_meant_to_be_framed(kind: str) -> None:
    assert directives(POLICIES[kind])["frame-ancestors"] == "'none'"


def test_a_preview_sends_nothing() -> None:
    told = directives(POLICIES["preview"])
    assert (source(told, "connect-src"), told["form-action"]) == ("'none'", "'none'")


def test_the_source_of_an_inline_script_is_its_hash() -> None:
    digest = base64.b64encode(hashlib.sha256("let ሀ = 1".encode()).digest()).decode()
    assert policies.hash_source("let ሀ = 1") == f"'sha256-{digest}'"
