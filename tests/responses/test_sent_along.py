"""What came along with an answer is told again as it came."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_service.core.text import is_blank, many_lines, one_line
from survey_service.responses.sent_along import MAX_FOREIGN, foreign, packed, unpacked
from tests.invitations.product import DEFINITION

ALPHABET = st.one_of(st.sampled_from("=%3D25&; "), st.characters(exclude_categories=["Cs"], exclude_characters="_"))
LEFT_OUT = ("captcha", "turnstile", "csrf", "xsrf", "nonce", "authenticity", "verificationtoken", "passw")
OWN = {question.key for question in DEFINITION.questions}
NAMES = st.text(ALPHABET, max_size=30).filter(
    lambda name: name == one_line(name) and name not in OWN and not any(word in name.casefold() for word in LEFT_OUT)
)
TEXTS = st.text(ALPHABET, min_size=1, max_size=30).filter(lambda text: text == many_lines(text) and not is_blank(text))


@given(st.dictionaries(NAMES, TEXTS, max_size=MAX_FOREIGN))
@example({"a=b": "c", "a": "b=c", "%3D": "=", "=": "%", "100%25": "%3D", "": "nameless"})
def test_any_name_is_read_as_it_was_sent(fields: dict[str, str]) -> None:
    taken = foreign(DEFINITION, {name: [text] for name, text in fields.items()})
    assert unpacked(packed(DEFINITION, {}, taken)) == ({}, fields)


@pytest.mark.parametrize("word", LEFT_OUT)
def test_secrets_and_proofs_for_others_are_left_out(word: str) -> None:
    named = (word, word.upper(), f"my-{word}-2")
    assert foreign(DEFINITION, {name: ["secret"] for name in named}) == ()


def test_what_was_stored_before_names_were_escaped_reads_as_it_did() -> None:
    assert unpacked('{"_also":["utm=x=1"]}') == ({}, {"utm": "x=1"})
