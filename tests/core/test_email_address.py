import pytest

from survey_service.core.email_address import NotAnAddress, former_key_of, key_of, masked, read


@pytest.mark.parametrize(
    ("typed", "kept", "key"),
    [
        ("  Hana.T@Example.ORG ", "Hana.T@example.org", "hana.t@example.org"),
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


def test_logs_name_nobody() -> None:
    assert masked("hana.tesfaye@example.org") == "h…@example.org"
