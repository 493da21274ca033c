"""What comes twice is found, and told by what its reader calls it."""

from survey_service.core.given_twice import repeated, twice


def test_what_comes_twice_is_named_once_in_its_order() -> None:
    assert repeated([("to", "1"), ("form", "a"), ("from", "2"), ("form", "b"), ("to", "1"), ("to", "3")]) == (
        "to",
        "form",
    )
    assert repeated({"form": "a", "from": "a"}.items()) == ()


def test_a_program_reads_the_parameter_and_a_person_its_words() -> None:
    for called, told in (("", "from"), ("First day", "First day")):
        (error,) = twice("from", called).errors
        assert (error.field, error.code) == ("from", "repeated")
        assert error.message == f"“{told}” is given more than once. Give it once."
