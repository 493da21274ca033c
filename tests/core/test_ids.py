"""Ids are UUIDs version 7 in the order of time; codes can be read aloud."""

import time
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.ids import ALPHABET, id_at, id_in, new_id, random_code, readable_code

MOMENTS = st.integers(0, 2**48 - 1)
RANDOMNESS = st.binary(min_size=10, max_size=10)


@given(MOMENTS, RANDOMNESS)
def test_version_variant_and_moment_stand_where_the_rfc_says(milliseconds: int, randomness: bytes) -> None:
    made = id_at(milliseconds, randomness)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == milliseconds
    assert id_at(milliseconds, randomness) == made


@given(MOMENTS, MOMENTS, RANDOMNESS, RANDOMNESS)
def test_a_later_id_is_greater(one: int, other: int, left: bytes, right: bytes) -> None:
    if one != other:
        assert (id_at(one, left) < id_at(other, right)) == (one < other)


@given(RANDOMNESS, RANDOMNESS)
def test_74_bits_tell_ids_of_one_moment_apart(left: bytes, right: bytes) -> None:
    fixed = 0xF << 76 | 0x3 << 62
    differs = (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")) & ~fixed
    assert (id_at(1, left) != id_at(1, right)) == bool(differs)


def test_new_ids_are_of_now_and_differ() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_id() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 1000
    assert all(isinstance(identity, UUID) and before <= identity.int >> 80 <= after for identity in made)


@given(st.uuids(), st.text(max_size=40))
def test_what_is_no_id_is_none(one: UUID, text: str) -> None:
    assert id_in(str(one)) == one
    assert id_in(f"{one}x") is None
    assert isinstance(id_in(text), UUID | None)


def test_the_published_example_of_the_rfc() -> None:
    """RFC 9562, appendix A.6."""
    wanted = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    assert id_at(0x017F22E279B0, (wanted.int & (1 << 80) - 1).to_bytes(10, "big")) == wanted


@given(st.integers(0, 6).flatmap(lambda n: st.binary(min_size=5 * n, max_size=5 * n)))
def test_readable_code_is_the_number_in_base_32(content: bytes) -> None:
    code = readable_code(content)
    assert len(code) == len(content) // 5 * 8
    number = 0
    for letter in code:
        number = number * 32 + ALPHABET.index(letter)
    assert number == int.from_bytes(content, "big")


def test_no_letter_is_read_as_another() -> None:
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


@given(st.integers(1, 40))
def test_random_codes_have_their_length_and_letters(length: int) -> None:
    code = random_code(length)
    assert len(code) == length
    assert set(code) <= set(ALPHABET.lower())


def test_random_codes_differ() -> None:
    assert len({random_code(12) for _ in range(1000)}) == 1000
