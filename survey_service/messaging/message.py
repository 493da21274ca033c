"""One mail, and the bytes that the mail server gets of it (RFC 5322, 2045, 6532). Pure.

Headers are put together from typed parts and serialised here; no part is given to a parser that might read more into
it than was meant. What one writes is a `Mail`; a transport hands it over.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from survey_service.core.errors import TransportError
from survey_service.core.mailbox import MAX_NAME, Mailbox, ascii_domain, read_mailbox, sendable, shown
from survey_service.messaging.header_words import folded, name_words, text_words

MAX_SUBJECT = 300
MAX_HEADER_LINE = 998
"""Characters of a line (RFC 5322, 2.1.1). What receivers read by machine is never broken, so it must fit."""
TOKEN = re.compile(r"[!-~]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, sent by the product itself.

    `to_name`, `subject`, `text` and `html` may hold what anybody typed. Without `html` it is a plain text. `reply_to`
    is an address, empty where answers go to the sender. `unsubscribe` is the whole address of a page that takes the
    receiver off a list (RFC 2369), and with https by a single POST (RFC 8058). `feedback` are the parts by which
    receivers count complaints, from the narrowest to the sender, who stays the same.
    """

    to_address: str
    subject: str
    text: str
    message_id: str
    date: datetime
    to_name: str = ""
    html: str = ""
    language: str = "en"
    reply_to: str = ""
    unsubscribe: str = ""
    feedback: tuple[str, ...] = ()


class Sealed(NamedTuple):
    """What is handed over: the envelope and the content. `smtputf8` says that an address needs RFC 6531."""

    sender: str
    recipient: str
    content: bytes
    smtputf8: bool


def message_id(identity: str, mail_from: str) -> str:
    """The Message-ID of what `identity` names, under the sender's domain."""
    domain = read_mailbox(mail_from).address.rpartition("@")[2] if mail_from else "localhost"
    return f"<{identity}@{domain}>"


def build(mail: Mail, mail_from: str) -> Sealed:
    """The mail as it goes out: plain text first, then the HTML if there is any. Raises a permanent TransportError
    for an address that cannot be one."""
    try:
        sender, recipient = read_mailbox(mail_from), Mailbox(shown(mail.to_name, MAX_NAME), sendable(mail.to_address))
        answers = Mailbox("", sendable(mail.reply_to)) if mail.reply_to else None
    except ValueError as error:
        raise TransportError(f"The mail cannot be addressed: {error}", permanent=True) from error
    kind, body = _body(mail)
    headers = [*_envelope_headers(mail, sender, recipient, answers), *_machine_headers(mail), *kind]
    content = "\r\n".join([*headers, "", ""]).encode() + body
    utf8 = any(not address.isascii() for address in (sender.address, recipient.address))
    return Sealed(sender.address, recipient.address, content, utf8)


def _mailbox_words(mailbox: Mailbox) -> list[str]:
    if not mailbox.name:
        return [mailbox.address]
    return [*name_words(mailbox.name), f"<{mailbox.address}>"]


# Headers ---------------------------------------------------------------------------------------------------------


def _envelope_headers(mail: Mail, sender: Mailbox, recipient: Mailbox, answers: Mailbox | None) -> list[str]:
    return [
        f"Date: {format_datetime(mail.date)}",
        folded("From", _mailbox_words(sender)),
        *([folded("Reply-To", _mailbox_words(answers))] if answers else []),
        folded("To", _mailbox_words(recipient)),
        folded("Subject", text_words(shown(mail.subject, MAX_SUBJECT))),
        _exact("Message-ID", mail.message_id),
    ]


def _machine_headers(mail: Mail) -> list[str]:
    """What receivers read by machine. All our mail is written by a program, so no absence note may answer it
    (RFC 3834; the second line is how Exchange is told)."""
    headers = ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"]
    if mail.unsubscribe:
        headers.append(_exact("List-Unsubscribe", f"<{ascii_url(mail.unsubscribe)}>"))
        if mail.unsubscribe.startswith("https:"):
            headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if mail.feedback:
        headers.append(_exact("Feedback-ID", ":".join(mail.feedback)))
    if LANGUAGE.fullmatch(mail.language):
        headers.append(f"Content-Language: {mail.language}")
    return [*headers, "MIME-Version: 1.0"]


def _exact(name: str, value: str) -> str:
    """A header of our own making, which is never broken and never encoded. Raises ValueError for what is not ours."""
    line = f"{name}: {value}"
    if not TOKEN.fullmatch(value) or len(line) > MAX_HEADER_LINE:
        raise ValueError(f"{name} would not be plain, or is too long")
    return line


def ascii_url(url: str) -> str:
    """The same address in plain characters: its host as DNS writes it, the rest in percent signs."""
    parts = urlsplit(url)
    host = parts.netloc
    if not host.isascii():
        name, colon, port = host.partition(":")
        host = ascii_domain(name) + colon + port
    kept = "/:?#[]@!$&'()*+,;=%~"
    return urlunsplit((parts.scheme, host, *(quote(part, safe=kept) for part in parts[2:])))


# Body ------------------------------------------------------------------------------------------------------------


def _body(mail: Mail) -> tuple[list[str], bytes]:
    """The headers that say what the body is, and the body."""
    if not mail.html:
        return _part("plain", mail.text)
    parts = [_part("plain", mail.text), _part("html", mail.html)]
    mark = "=_" + hashlib.sha256(b"".join(data for _, data in parts)).hexdigest()[:32]
    # Neither of the two encodings can bring forth "=_" (RFC 2045, 6.7). The last line break is the mark's own.
    pieces = ["\r\n".join([f"--{mark}", *head, "", ""]).encode() + data + b"\r\n" for head, data in parts]
    return [f'Content-Type: multipart/alternative; boundary="{mark}"'], b"".join(pieces) + f"--{mark}--\r\n".encode()


def _part(kind: str, text: str) -> tuple[list[str], bytes]:
    """A text in the shorter of the two encodings that keep every line short and every mail server content."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    data = (lines if lines.endswith("\n") else lines + "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    quoted, packed = binascii.b2a_qp(data), base64.encodebytes(data).replace(b"\n", b"\r\n")
    name, body = ("quoted-printable", quoted) if len(quoted) <= len(packed) else ("base64", packed)
    return [f'Content-Type: text/{kind}; charset="utf-8"', f"Content-Transfer-Encoding: {name}"], body
