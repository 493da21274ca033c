"""The mail to staff about who waits: whatever people, places and forms are called, it is one mail to one."""

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_service.cases import notice
from survey_service.core.i18n import staff
from survey_service.core.ids import new_id
from survey_service.messaging.message import build
from tests.messaging.reading_mail import read

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HEADERS = {
    "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
}  # fmt: skip
HOSTILE = (
    "<img src=x onerror=alert(1)>", "=?utf-8?q?x=0d=0aBcc:y=40evil.test?=", "=?utf-8?b?eA0KQmNjOiB5QGV2aWwudGVzdA==?=",
    "Ann\r\nBcc: y@evil.test", "a@x.org, b@x.org <c@x.org>", '"quoted\\" <z@evil.test>', "\u202egro.live\u202c",
    "x" * 10_000, "ሃና ተስፋዬ", "; charset=utf-7", "--=_", ".\r\n.", "{{ 7*7 }}", "\x00\x1b[31m",
)  # fmt: skip
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=120))


@settings(max_examples=150)
@given(WORDS, WORDS, WORDS, WORDS, st.integers(1, 3))
@example(HOSTILE[1], HOSTILE[1], HOSTILE[1], HOSTILE[1], 2)
@example(HOSTILE[7], HOSTILE[7], HOSTILE[7], HOSTILE[7], 3)
@example(HOSTILE[6], HOSTILE[6], HOSTILE[6], HOSTILE[6], 1)
def test_it_is_one_mail_to_one_person(name: str, shop: str, form: str, place: str, count: int) -> None:
    lines = [notice.Line("call", form, place, NOW, new_id())] * count
    told = notice.Notice(shop, name, lines, count, "https://shop.example/app/follow-up")
    mail = notice.compose(told, "staff@shop.example", "<1@shop.example>", NOW)
    sealed = build(mail, "Shop <hello@shop.example>")
    found = read(sealed.content)
    assert set(found["names"]) == set(found["old_names"]) == HEADERS
    assert len(found["names"]) == len(HEADERS)
    assert found["defects"] == []
    assert [address for _, address in found["to"]] == found["old_to"] == ["staff@shop.example"]
    assert [address for _, address in found["from"]] == ["hello@shop.example"]
    assert found["subject"] == notice.subject(told)
    assert [kind for kind, _ in found["bodies"]] == ["text/plain", "text/html"]
    plain, html = (body for _, body in found["bodies"])
    assert "https://shop.example/app/follow-up" in plain
    assert "<img src=x" not in html
    assert all(len(line) <= 998 for line in sealed.content.split(b"\r\n"))
    assert b"\n" not in sealed.content.replace(b"\r\n", b"")


def test_from_right_to_left_each_name_keeps_its_place() -> None:
    """Two Latin names beside each other would be one run from left to right, and the list's dots would be cut off."""
    line = notice.Line("call", "Call-back", "Harbour Street", NOW, new_id())
    told = notice.Notice("Linden Flowers", "Una", [line], 1, "https://feedback.linden.example/app/follow-up")
    with staff.spoken("ar"):
        assert "\u2068Call-back\u2069 · \u2068Harbour Street\u2069 · " in notice.words(line)
        html = notice.compose(told, "una@linden.example", "<w@linden.example>", NOW).html
    assert "padding-right:24px" in html
    assert "padding-left" not in html
    assert notice.words(line) == "A call · Call-back · Harbour Street · since 21 Nov, 09:30"
