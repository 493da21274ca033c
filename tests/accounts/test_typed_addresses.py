"""What strangers type for an address where they sign in."""

import pytest

from survey_service.accounts import sign_in
from survey_service.core import email_address
from survey_service.core.errors import Invalid
from tests.accounts.conftest import HOST, Cast


async def test_an_address_without_an_end_is_cut_before_it_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []

    def read(text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(sign_in, "one_line", read)
    with pytest.raises(Invalid):
        await sign_in.sign_in("é" * 100_000, "wrong", HOST)
    assert lengths == [email_address.MAX_EMAIL + 1]
