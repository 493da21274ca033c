"""A token holds for its purpose and keys only, untouched, and as long as it is asked to."""

import base64
import hashlib
import hmac
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_service.core import tokens
from survey_service.core.keyring import Keyring

KEYS = Keyring("a-secret-of-the-tests-that-is-long-enough")
NEWER = Keyring("a-newer-one-of-the-tests-that-is-long-enough", *KEYS.keys)
IDENTITY = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(PAYLOADS)
def test_what_was_signed_comes_back(payload: Any) -> None:
    token = tokens.sign(KEYS, "purpose", payload)
    assert tokens.read(KEYS, "purpose", token) == payload
    assert token.isascii()
    assert not set(token) & set("/?&#+ %")


@given(st.uuids())
def test_an_id_comes_back(identity: UUID) -> None:
    assert tokens.read_id(KEYS, "purpose", tokens.sign_id(KEYS, "purpose", identity)) == identity


@pytest.mark.parametrize(
    ("keys", "purpose"), [(KEYS, "other"), (Keyring(KEYS.signing + "x"), "purpose"), (KEYS, ""), (Keyring(), "purpose")]
)
def test_another_purpose_or_key_does_not_read_it(keys: Keyring, purpose: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read(keys, purpose, tokens.sign(KEYS, "purpose", [1]))
    with pytest.raises(tokens.BadToken):
        tokens.read_id(keys, purpose, tokens.sign_id(KEYS, "purpose", IDENTITY))


SPELLINGS = st.characters(exclude_categories=["Cs"]) | st.sampled_from("AQgw-_+/=.~ \t\n%")


def made() -> dict[str, tuple[Any, str]]:
    """Both kinds of tokens, with what reads them; one so long that it is packed."""
    return {
        "timed": (tokens.read, tokens.sign(KEYS, "purpose", [1, "link", ""])),
        "packed": (tokens.read, tokens.sign(KEYS, "purpose", "x" * 500)),
        "id": (tokens.read_id, tokens.sign_id(KEYS, "purpose", IDENTITY)),
    }


@pytest.mark.parametrize("kind", ["timed", "packed", "id"])
@given(st.data())
def test_one_spelling_of_each_token_is_read(kind: str, data: st.DataObject) -> None:
    """A letter changed, put in, taken out or said in another way anywhere, the last one too, whose last bits base64
    does not use; and what base64 passes over at either end."""
    read, token = made()[kind]
    place = data.draw(st.integers(0, len(token)))
    letter = data.draw(st.just("") | st.text(SPELLINGS, max_size=3))
    changed = token[:place] + letter + token[place + data.draw(st.integers(0, 2)) :]
    assume(changed != token)
    for keys in (KEYS, NEWER):
        with pytest.raises(tokens.BadToken):
            read(keys, "purpose", changed)


@pytest.mark.parametrize("kind", ["timed", "packed", "id"])
def test_no_bit_of_it_can_be_flipped(kind: str) -> None:
    read, token = made()[kind]
    for place in range(len(token) * 7):
        letters = bytearray(token.encode())
        letters[place // 7] ^= 1 << place % 7
        with pytest.raises(tokens.BadToken):
            read(KEYS, "purpose", letters.decode())


@pytest.mark.parametrize("more", ["=", "==", "A", " ", "\n", "."])
def test_nothing_can_be_added(more: str) -> None:
    for read, token in made().values():
        for changed in (token + more, more + token, token.replace(".", f"{more}.")):
            with pytest.raises(tokens.BadToken):
                read(KEYS, "purpose", changed)


def test_the_newest_key_signs_and_all_are_read() -> None:
    old, new = tokens.sign_id(KEYS, "purpose", IDENTITY), tokens.sign_id(NEWER, "purpose", IDENTITY)
    assert tokens.read_id(NEWER, "purpose", old) == tokens.read_id(NEWER, "purpose", new) == IDENTITY
    assert tokens.read(NEWER, "purpose", tokens.sign(KEYS, "purpose", [1])) == [1]
    assert tokens.read_id(Keyring(NEWER.signing), "purpose", new) == IDENTITY
    with pytest.raises(tokens.BadToken):
        tokens.read_id(KEYS, "purpose", new)


def test_whoever_has_a_ring_goes_by_the_keys_that_it_is_given() -> None:
    ring = Keyring()
    with pytest.raises(LookupError):
        tokens.sign(ring, "purpose", 1)
    ring.take([*NEWER.keys, *KEYS.keys])
    assert ring.keys == NEWER.keys
    assert tokens.read(NEWER, "purpose", tokens.sign(ring, "purpose", 1)) == 1


def test_signatures_are_made_with_sha_256() -> None:
    """As RFC 2104 says it, by hand: the key for a purpose is an HMAC of it, and signs what stands before the point."""
    signed, _, signature = tokens.sign_id(KEYS, "purpose", IDENTITY).rpartition(".")
    key = hmac.new(KEYS.signing.encode(), b"purpose", hashlib.sha256).digest()
    by_hand = base64.urlsafe_b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).rstrip(b"=")
    assert signature == by_hand.decode()


@given(st.text(max_size=200))
def test_any_text_that_is_not_ours_is_a_bad_token(text: str) -> None:
    for read in (tokens.read, tokens.read_id):
        with pytest.raises(tokens.BadToken):
            read(KEYS, "purpose", text)


@pytest.mark.parametrize("text", ["", ".", "..", "é.é", "\ud800.\udfff", "a\0b", "ጤና.ይስጥልኝ", "x" * 100_000])
def test_odd_texts_are_bad_tokens(text: str) -> None:
    for read in (tokens.read, tokens.read_id):
        with pytest.raises(tokens.BadToken):
            read(KEYS, "purpose", text)


@pytest.mark.parametrize("payload", [7, None, ["a"], {"id": "a"}, "not-hexadecimal"])
def test_a_signed_token_that_names_no_row_is_bad(payload: Any) -> None:
    token = tokens._untimed(KEYS.keys, "purpose").dumps(payload)
    with pytest.raises(tokens.BadToken):
        tokens.read_id(KEYS, "purpose", token)


def test_a_token_expires_when_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    token, made = tokens.sign(KEYS, "purpose", "x"), time.time()
    monkeypatch.setattr(time, "time", lambda: made + 59)
    assert tokens.read(KEYS, "purpose", token, max_age=60) == "x"
    monkeypatch.setattr(time, "time", lambda: made + 62)
    with pytest.raises(tokens.ExpiredToken):
        tokens.read(KEYS, "purpose", token, max_age=60)
    assert tokens.read(KEYS, "purpose", token) == "x"


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
