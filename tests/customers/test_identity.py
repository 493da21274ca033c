import pytest

from survey_service.customers.identity import NotAnAddress, masked, normalise_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hana.T@Example.ORG ", "hana.t@example.org"),
        ("hana@xn--bcher-kva.example", "hana@bücher.example"),
        ("HANA@BÜCHER.example", "hana@bücher.example"),
        ("ሃና@example.org", "ሃና@example.org"),
    ],
)
def test_one_address_has_one_form(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "hana", "hana@", "@example.org", "a b@example.org", "a@b", "hana@example.org\nBcc: x@y.org", "x" * 400],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        normalise_email(typed)


def test_logs_name_nobody() -> None:
    assert masked("hana.tesfaye@example.org") == "h…@example.org"
