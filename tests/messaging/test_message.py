"""Mails judged as the bytes that an SMTP server received, and by what every Python of the machine reads in them."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from survey_service.core.mailbox import shown
from survey_service.core.settings import load
from survey_service.messaging import message
from survey_service.messaging.transports.email import MailServer
from tests.messaging.mailbox import Mailbox, serving

FROM = "Linden Flowers <hello@linden.example>"
ADDRESS = "hana@customers.example"
LEAVE = "https://feedback.linden.example/u/" + "t" * 90
HEADERS = [
    "Date", "From", "Reply-To", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip
READER = Path(__file__).with_name("reading_mail.py")
ATTACKS = [
    "=?utf-8?q?x=0d=0aBcc:y=40evil.test?=",
    "=?utf-8?b?" + base64.b64encode(b"x\r\nBcc: y@evil.test").decode() + "?=",
    "=?utf-8?b?" + base64.b64encode(b"x\r\n\r\n<h1>another body</h1>").decode() + "?=",
    "=?utf-8?q?x=0d=0aReply-To:y=40evil.test?= =?utf-8?q?=0d=0a?=",
    "Ann =?utf-8?q?x=0d=0aBcc:y=40evil.test?= Lee",
    '"=?utf-8?q?x=22_=3Cy=40evil.test=3E=2C?="',
    "=?utf-8?q?" + "x" * 150 + "=0d=0aBcc:y?=",
    "=?us-ascii?q?=?=", "=?", "?=", "=?x?", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=",
    '"a" <x@evil.test>, y', "x@evil.test, y@evil.test", "<x@evil.test>", "(a) b", "group: x@evil.test;", "a; b: c",
    'O\'Brien "Ann" \\ Smith', "\\", '"', '\\"', "Flowers, Linden Ltd.", "J. R. Smith", "@", ",", "::",
    "a\r\nBcc: x@evil.test", "a\nBcc: x@evil.test", "a\rBcc: x@evil.test", "a\r\n\r\nbody", "a\x0b\x0c\x1cb",
    "a\x00b", "a\u2028Bcc: x@evil.test", "a\u2029b", "a\x85b", "a\ud800b", "\udcff", "\u202eelbmuc\u202c", "\u2066x",
    "x" * 200, "x" * 5_000, "ሃና ተስፋዬ " * 22, "שרה, \"כהן\"", "ශ්‍රියානි", "می‌نا", "👩‍👩‍👧 x@evil.test", "Ann\t  Lee",
    "", " ",
]  # fmt: skip
"""Names of people who want more than to be greeted."""


def letter(name: str, **changes: Any) -> message.Mail:
    """A mail with every header, and with `name` in each place where somebody's words stand."""
    fields = {
        "to_name": name,
        "to_address": ADDRESS,
        "subject": f"How was your visit to {name}?",
        "text": f"Dear {name},\n.\n..\nFrom here on ሰላም\n-- \n" + "x" * 2_000 + "\n",
        "html": f"<p>ሰላም {name}</p>\n",
        "language": "am",
        "message_id": "<one@linden.example>",
        "date": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "reply_to": "shop@linden.example",
        "unsubscribe": LEAVE,
        "feedback": ("personal", "visit", "invitation", "0123456789ab"),
    }
    return message.Mail(**{**fields, **changes})


async def received(*letters: message.Mail, sender: str = FROM) -> list[bytes]:
    """The bytes that a server got."""
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        chosen = load({"SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}", "SURVEY_MAIL_FROM": sender})
        async with MailServer(chosen) as server:
            for one in letters:
                await server.send(one)
    assert mailbox.recipients == [ADDRESS] * len(letters)
    return mailbox.contents


# Other Pythons ---------------------------------------------------------------------------------------------------


@cache
def pythons() -> list[str]:
    """Every Python of this machine that could be a receiver's, by age; this one if there is no other."""
    found = {sys.executable}
    for minor in range(6, 30):
        found |= {path for path in [shutil.which(f"python3.{minor}"), f"/usr/bin/python3.{minor}"] if path}
    found |= {str(path) for path in Path.home().glob(".pyenv/versions/3*/bin/python3")}
    versions: dict[tuple[int, ...], str] = {}
    for path in sorted(filter(os.path.exists, found)):
        asked = [path, "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if re.fullmatch(r"\d+\.\d+\.\d+", answer):
            versions[tuple(int(part) for part in answer.split("."))] = path
    return [versions[version] for version in sorted(versions)]


def read_by(python: str, contents: Iterable[bytes]) -> list[dict[str, Any]]:
    """What this Python makes of the mails, as they came and after one that passed them on."""
    texts = json.dumps([base64.b64encode(content).decode() for content in contents])
    done = subprocess.run([python, READER], input=texts, capture_output=True, text=True, check=True)
    return [reading for both in json.loads(done.stdout) for reading in (both["once"], both["twice"])]


def squeezed(text: str) -> str:
    """Old readers show a space between two encoded words, where there is none (RFC 2047, 6.2)."""
    return "".join(text.split())


def assert_meant(reading: dict[str, Any], sent: message.Mail, sender: str = "Linden Flowers") -> None:
    assert reading["names"] == HEADERS
    assert reading["old_names"] == HEADERS
    ((name, address),) = reading["to"]
    assert address == ADDRESS
    assert squeezed(name) == squeezed(shown(sent.to_name, message.MAX_NAME))
    assert reading["old_to"] == [ADDRESS]
    ((name, address),) = reading["from"]
    assert (squeezed(name), address) == (squeezed(sender), "hello@linden.example")
    assert squeezed(reading["subject"]) == squeezed(shown(sent.subject, message.MAX_SUBJECT))
    assert reading["defects"] == []
    assert reading["bodies"] == [["text/plain", on_the_wire(sent.text)], ["text/html", on_the_wire(sent.html)]]


def on_the_wire(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text).encode("utf-8", "replace").decode()


async def test_no_name_becomes_structure_for_any_python() -> None:
    letters = [letter(name) for name in ATTACKS]
    contents = await received(*letters)
    for python in pythons():
        readings = read_by(python, contents)
        for sent, reading in zip([one for one in letters for _ in range(2)], readings, strict=True):
            assert_meant(reading, sent)


async def test_nor_does_the_senders_own_name() -> None:
    kept = [name.replace("\x00", "") for name in ATTACKS]
    quoted = [name.replace("\\", "\\\\").replace('"', '\\"') for name in kept]
    contents = [message.build(letter("Ann"), f'"{name}" <hello@linden.example>').content for name in quoted]
    for python in {pythons()[0], pythons()[-1]}:
        readings = read_by(python, contents)
        for name, reading in zip([name for name in kept for _ in range(2)], readings, strict=True):
            assert_meant(reading, letter("Ann"), shown(name, message.MAX_NAME))


fragments = st.sampled_from(
    [
        *'\r\n\x00"\\<>@,;:()=?_ .',
        "=?utf-8?q?",
        "=?utf-8?b?",
        "?=",
        "=0d=0a",
        "DQo=",
        "Bcc: x@y.test",
        "=22",
        "ሃ",
        "\u2028",
    ]
)
names = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.lists(fragments, max_size=40).map("".join),
    st.text(max_size=400),
)


@effort(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(names, min_size=20, max_size=60))
def test_no_made_up_name_becomes_structure(typed: list[str]) -> None:
    letters = [letter(name) for name in typed]
    contents = [message.build(one, FROM).content for one in letters]
    for content in contents:
        assert_legal(content)
    for python in {pythons()[0], pythons()[-1]}:
        readings = read_by(python, contents)
        for sent, reading in zip([one for one in letters for _ in range(2)], readings, strict=True):
            assert_meant(reading, sent)


# Bytes -----------------------------------------------------------------------------------------------------------


def raw_headers(content: bytes) -> dict[str, str]:
    """The header of a mail by name, folds and all; nothing is decoded."""
    block = content.split(b"\r\n\r\n", 1)[0].decode("ascii")
    lines = [line.partition(": ") for line in re.split(r"\r\n(?![ \t])", block)]
    return {name: value for name, _, value in lines}


def assert_legal(content: bytes) -> None:
    """RFC 5322 (2.1.1, 2.2, 2.3): lines that end with CR LF, of 998 characters at most, plain characters; a header's
    lines are `name: words` or go on with a space and words. RFC 2047 (2): encoded words and their lines are short."""
    assert content.endswith(b"\r\n")
    assert content.replace(b"\r\n", b"").translate(None, b"\r\n") == content.replace(b"\r\n", b"")
    assert content.isascii()
    assert b"\x00" not in content
    lines = content.decode("ascii").split("\r\n")
    assert max(map(len, lines)) <= 998
    for line in lines[: lines.index("")]:
        assert re.fullmatch(r"([A-Za-z-]+:)? [!-~]([ -~]*[!-~])?", line), line
        assert len(line) <= 76 or "=?" not in line
    for line in lines[lines.index("") :]:
        assert len(line) <= 76, line


async def test_the_bytes_of_every_header() -> None:
    (content,) = await received(letter("Hana"))
    assert_legal(content)
    headers = raw_headers(content)
    kind = headers.pop("Content-Type")
    assert re.fullmatch(r'multipart/alternative; boundary="=_[0-9a-f]{32}"', kind)
    assert headers == {
        "Date": "Sat, 21 Nov 2026 09:30:00 +0000",
        "From": "Linden Flowers <hello@linden.example>",
        "Reply-To": "shop@linden.example",
        "To": "Hana <hana@customers.example>",
        "Subject": "How was your visit to Hana?",
        "Message-ID": "<one@linden.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{LEAVE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": "personal:visit:invitation:0123456789ab",
        "Content-Language": "am",
        "MIME-Version": "1.0",
    }


async def test_what_machines_read_is_never_broken_or_encoded() -> None:
    address, parts = (
        f"https://{'long.' * 20}example/{'x' * 600}/u/token",
        ("personal", "v" * 64, "invitation", "0" * 12),
    )
    (content,) = await received(letter("Hana", unsubscribe=address, feedback=parts))
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in content
    assert f"\r\nFeedback-ID: {':'.join(parts)}\r\n".encode() in content
    with pytest.raises(ValueError, match="List-Unsubscribe"):
        message.build(letter("Hana", unsubscribe="https://x.example/" + "x" * 1_000), FROM)
    with pytest.raises(ValueError, match="Feedback-ID"):
        message.build(letter("Hana", feedback=("a b", "c")), FROM)


async def test_one_click_only_where_it_is_encrypted() -> None:
    (content,) = await received(letter("Hana", unsubscribe="http://feedback.linden.example/u/x"))
    assert "List-Unsubscribe" in raw_headers(content)
    assert "List-Unsubscribe-Post" not in raw_headers(content)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://bücher.example:8443/ü/u/x", "https://xn--bcher-kva.example:8443/%C3%BC/u/x"),
        ("https://x.example/a>b c/u/x", "https://x.example/a%3Eb%20c/u/x"),
    ],
)
async def test_addresses_of_pages_are_plain(typed: str, sent: str) -> None:
    (content,) = await received(letter("Hana", unsubscribe=typed))
    assert raw_headers(content)["List-Unsubscribe"] == f"<{sent}>"


async def test_a_plain_notice_is_one_text_without_a_list() -> None:
    notice = message.Mail(
        to_address=ADDRESS, subject="Somebody waits", text="Call Ann.\n", message_id="<two@linden.example>",
        date=datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip
    (content,) = await received(notice)
    assert_legal(content)
    headers = raw_headers(content)
    assert headers["Content-Type"] == 'text/plain; charset="utf-8"'
    assert headers["To"] == ADDRESS
    assert "Auto-Submitted" in headers
    assert not {"List-Unsubscribe", "Feedback-ID", "Reply-To"} & headers.keys()
    assert content.endswith(b"\r\n\r\nCall Ann.\r\n")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("weiß@example.org", "weiß@example.org"),
        ("νίκος@example.gr", "νίκος@example.gr"),
        ("Hana.T+x@BÜCHER.example", "Hana.T+x@xn--bcher-kva.example"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("x@faß.de", "x@xn--fa-hia.de"),
        ("root@localhost", "root@localhost"),
    ],
)
async def test_the_envelope_is_as_typed(typed: str, sent: str) -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        chosen = load({"SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}", "SURVEY_MAIL_FROM": FROM})
        async with MailServer(chosen) as server:
            await server.send(letter("Hana", to_address=typed))
    assert (mailbox.senders, mailbox.recipients) == (["hello@linden.example"], [sent])
    assert f"<{sent}>".encode() in mailbox.contents[0]


BAD_ADDRESSES: Sequence[str] = (
    "", "hana", "@x.example", "hana@", "a b@x.example", "a\r\nBcc:z@x.example", "a@x.example, b@x.example",
    "<a@x.example>", "a>@x.example", '"a b"@x.example', "a@x..example", "a@-x.example", "a@x.example\n",
    "a\x00@x.example",
    "a@x.example SIZE=1", "a\u2028@x.example", "a@xn--a.ü", "a@💐.example", ".a@x.example", "\ud800@x.example",
    "a" * 65 + "@x.example", "a@" + "x" * 64 + ".example",
)  # fmt: skip


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(message.TransportError) as caught:
        message.build(letter("Hana", to_address=address), FROM)
    assert caught.value.permanent
    assert "cannot be addressed" in caught.value.message
