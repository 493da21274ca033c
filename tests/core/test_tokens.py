"""A token holds for its purpose and secret only, untouched, and as long as it is asked to."""

import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import tokens

SECRET = "a-secret-of-the-tests-that-is-long-enough"
IDENTITY = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(PAYLOADS)
def test_what_was_signed_comes_back(payload: Any) -> None:
    token = tokens.sign(SECRET, "purpose", payload)
    assert tokens.read(SECRET, "purpose", token) == payload
    assert token.isascii()
    assert not set(token) & set("/?&#+ %")


@given(st.uuids())
def test_an_id_comes_back(identity: UUID) -> None:
    assert tokens.read_id(SECRET, "purpose", tokens.sign_id(SECRET, "purpose", identity)) == identity


@pytest.mark.parametrize(("secret", "purpose"), [(SECRET, "other"), (SECRET + "x", "purpose"), (SECRET, "")])
def test_another_purpose_or_secret_does_not_read_it(secret: str, purpose: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read(secret, purpose, tokens.sign(SECRET, "purpose", [1]))
    with pytest.raises(tokens.BadToken):
        tokens.read_id(secret, purpose, tokens.sign_id(SECRET, "purpose", IDENTITY))


@pytest.mark.parametrize("place", range(0, 80, 3))
def test_one_changed_letter_spoils_it(place: int) -> None:
    token = tokens.sign_id(SECRET, "purpose", IDENTITY)
    place %= len(token) - 1  # the last letter carries bits that base64 does not use
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    with pytest.raises(tokens.BadToken):
        tokens.read_id(SECRET, "purpose", changed)


@given(st.text(max_size=200))
def test_any_text_that_is_not_ours_is_a_bad_token(text: str) -> None:
    for read in (tokens.read, tokens.read_id):
        with pytest.raises(tokens.BadToken):
            read(SECRET, "purpose", text)


@pytest.mark.parametrize("text", ["", ".", "..", "é.é", "\ud800.\udfff", "a\0b", "ጤና.ይስጥልኝ", "x" * 100_000])
def test_odd_texts_are_bad_tokens(text: str) -> None:
    for read in (tokens.read, tokens.read_id):
        with pytest.raises(tokens.BadToken):
            read(SECRET, "purpose", text)


@pytest.mark.parametrize("payload", [7, None, ["a"], {"id": "a"}, "not-hexadecimal"])
def test_a_signed_token_that_names_no_row_is_bad(payload: Any) -> None:
    from itsdangerous import URLSafeSerializer

    with pytest.raises(tokens.BadToken):
        tokens.read_id(SECRET, "purpose", URLSafeSerializer(SECRET, salt="purpose").dumps(payload))


def test_a_token_expires_when_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    token, made = tokens.sign(SECRET, "purpose", "x"), time.time()
    monkeypatch.setattr(time, "time", lambda: made + 59)
    assert tokens.read(SECRET, "purpose", token, max_age=60) == "x"
    monkeypatch.setattr(time, "time", lambda: made + 62)
    with pytest.raises(tokens.ExpiredToken):
        tokens.read(SECRET, "purpose", token, max_age=60)
    assert tokens.read(SECRET, "purpose", token) == "x"


def test_handed_out_secrets_differ_and_are_kept_as_hashes() -> None:
    secrets = {tokens.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43
    assert tokens.hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_keyed_hashes_depend_on_secret_purpose_and_text() -> None:
    made = {
        tokens.keyed(*arguments)
        for arguments in [("s", "p", "t"), ("S", "p", "t"), ("s", "P", "t"), ("s", "p", "T"), ("s", "", "p\0t")]
    }
    assert len(made) == 5
    assert all(len(digest) == 64 for digest in made)


@given(st.text(), st.text())
def test_same_is_equality_for_any_text(left: str, right: str) -> None:
    assert tokens.same(left, right) == (left == right)
    assert tokens.same(left, left)


def test_same_takes_what_no_encoding_takes() -> None:
    assert not tokens.same("\ud800", str(uuid4()))
