"""What a browser and a mail program call a file that somebody keeps."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.files import LONGEST, attachment


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("QR Dawit, Piassa", "QR-Dawit-Piassa.svg", "QR Dawit, Piassa.svg"),
        ("QR Kalniņa, Rīga", "QR-Kalnina-Riga.svg", "QR Kalniņa, Rīga.svg"),
        ("QR ዳዊት, ፒያሳ", "QR.svg", "QR ዳዊት, ፒያሳ.svg"),
        ("ዳዊት", "file.svg", "ዳዊት.svg"),
        ('a/../b"c\r\nX: y', "a-b-c-X-y.svg", "a-..-b-c-X- y.svg"),
    ],
)
def test_a_file_is_called_by_its_name_in_every_script(name: str, plain: str, whole: str) -> None:
    said = attachment(name, "svg")
    assert f'filename="{plain}"; ' in said
    assert unquote(said.partition("filename*=UTF-8''")[2]) == whole


@given(st.text(max_size=200))
def test_no_name_breaks_the_header_or_the_file_system(name: str) -> None:
    said = attachment(name, "png")
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2
    kept = unquote(said.partition("filename*=UTF-8''")[2])
    assert not set(kept) & set("/\\\r\n\0")
    assert len(kept) <= LONGEST + len(".png")
    assert len(kept.encode()) <= 255
