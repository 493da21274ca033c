import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_service.core import email_address
from survey_service.core.email_address import (
    DomainTooLong,
    LocalPartTooLong,
    NotAnAddress,
    TooLong,
    WholeTooLong,
    former_key_of,
    key_of,
    masked,
    read,
)
from survey_service.messaging import message


@pytest.mark.parametrize(
    ("typed", "kept", "key"),
    [
        ("  Hana.T@Example.ORG ", "Hana.T@example.org", "hana.t@example.org"),
        (f"{' ' * 330}a@b.org", "a@b.org", "a@b.org"),
        ("hana@xn--bcher-kva.example", "hana@bücher.example", "hana@xn--bcher-kva.example"),
        ("HANA@BÜCHER.example", "HANA@bücher.example", "hana@xn--bcher-kva.example"),
        ("ሃና@example.org", "ሃና@example.org", "ሃና@example.org"),
        ("ana@straße.example", "ana@straße.example", "ana@xn--strae-oqa.example"),
        ("weiß@example.org", "weiß@example.org", "weiß@example.org"),
        ("WEIẞ@example.org", "WEIẞ@example.org", "weiß@example.org"),
        ("νίκος@example.gr", "νίκος@example.gr", "νίκος@example.gr"),
        ("ΝΊΚΟΣ@example.gr", "ΝΊΚΟΣ@example.gr", "νίκος@example.gr"),
        ("JÜRGEN@example.org", "JÜRGEN@example.org", "jürgen@example.org"),
    ],
)
def test_an_address_is_kept_as_typed_and_compared_by_its_key(typed: str, kept: str, key: str) -> None:
    assert (read(typed), key_of(kept)) == (kept, key)
    assert (read(kept), key_of(key)) == (kept, key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ross1@example.org", "roß1@example.org"),
        ("ana@strasse.example", "ana@straße.example"),
        ("νίκοσ@example.gr", "νίκος@example.gr"),
        ("ana+a@example.org", "ana@example.org"),
        ("a.na@example.org", "ana@example.org"),
    ],
)
def test_two_addresses_are_two_people(one: str, other: str) -> None:
    assert key_of(read(one)) != key_of(read(other))


def test_the_former_key_is_the_one_that_was_kept() -> None:
    assert former_key_of(read("Weiß@Straße.example")) == "weiss@strasse.example"


@pytest.mark.parametrize(
    "typed",
    ["", "hana", "hana@", "@example.org", "a b@example.org", "a@b", "hana@example.org\nBcc: x@y.org", "x" * 400],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        read(typed)


@pytest.mark.parametrize("char", ["a", "é", "ጽ", "🌷"])
def test_what_stands_before_the_at_is_counted_in_octets(char: str) -> None:
    most = 64 // len(char.encode())
    assert read(f"{char * most}@example.org") == f"{char * most}@example.org"
    with pytest.raises(TooLong):
        read(f"{char * (most + 1)}@example.org")


LONG_DOMAIN = ".".join(["b" * 60] * 3) + ".example"


@pytest.mark.parametrize(
    ("typed", "kind", "where"),
    [
        ("a" * 65 + "@example.org", LocalPartTooLong, "before the @"),
        ("é" * 40 + f"@{LONG_DOMAIN}", LocalPartTooLong, "before the @"),
        ("a@" + "b" * 64 + ".org", DomainTooLong, "after the @"),
        ("a@" + "ü" * 60 + ".org", DomainTooLong, "after the @"),
        ("a@" + ".".join(["b" * 60] * 5) + ".org", DomainTooLong, "after the @"),
        ("a@" + ".".join(["ü" * 50] * 5) + ".org", DomainTooLong, "after the @"),
        ("a@" + ".".join(["b" * 60] * 6) + ".org", DomainTooLong, "after the @"),
        ("a" * 64 + f"@{LONG_DOMAIN}", WholeTooLong, "in all"),
        ("x" * 400, WholeTooLong, "in all"),
    ],
)
def test_what_is_too_long_is_told_with_the_part_that_is(typed: str, kind: type[TooLong], where: str) -> None:
    with pytest.raises(TooLong) as caught:
        read(typed)
    assert type(caught.value) is kind
    assert "too long" in caught.value.words
    assert where in caught.value.words


@pytest.mark.parametrize(
    "typed", ["", "hana", "a@b", "a b@example.org", "a@.org", "a@" + "b" * 63, "\ud800@\ud800.org"]
)
def test_what_is_wrong_otherwise_is_not_called_too_long(typed: str) -> None:
    with pytest.raises(NotAnAddress) as caught:
        read(typed)
    assert type(caught.value) is NotAnAddress


LOCAL = st.text(st.sampled_from("aZ0.+'-_éßჰጽ🌷\u200d\u0301"), min_size=1, max_size=70)
LABEL = st.text(st.sampled_from("ab-9üßςጽ"), min_size=1, max_size=63)
DOMAIN = st.lists(LABEL, min_size=1, max_size=5).map(".".join)


@given(LOCAL, DOMAIN)
@example("e\u0301" * 32, "example.org")
@example("a" * 64, ".".join(["b" * 60] * 3) + ".example")
@example("a", ".".join(["ü" * 50] * 3) + ".example")
def test_what_is_taken_can_be_sent(local: str, domain: str) -> None:
    """Whoever types an address hears at once that it cannot be one, not the worker days later."""
    try:
        address = read(f"{local}@{domain}")
    except NotAnAddress:
        return
    assert len(message.sendable(address).encode()) <= 254
    assert read(address) == address


def test_logs_name_nobody() -> None:
    assert masked("hana.tesfaye@example.org") == "h…@example.org"


def test_a_text_that_has_no_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Normal forms of a million letters take a while, in which everybody else waits."""
    lengths = []

    def normalize(form: str, text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(email_address.unicodedata, "normalize", normalize)
    with pytest.raises(TooLong):
        email_address.read("é" * 100_000 + "@example.org")
    assert lengths
    assert max(lengths) <= email_address.MAX_READ
