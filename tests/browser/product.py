"""The product as an operator runs it: `serve` with the worker inside, a year of demo answers, a real mailbox."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx

from tests.messaging.mailbox import Mailbox, serving
from tests.operation.product import STAFF, finished, running
from tests.waiting import eventually

OWNER = "owner@linden.example"
PASSWORD = "a long password of the tests"
COOKIE = "survey_session"


@contextlib.contextmanager
def mailbox_beside() -> Iterator[tuple[Mailbox, int]]:
    """A mailbox that is served by a thread of its own, and its port."""
    mailbox, began, over = Mailbox(), threading.Event(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        async with serving(mailbox) as port:
            ports.append(port)
            began.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert began.wait(10)
        yield mailbox, ports[0]
    finally:
        over.set()
        thread.join()


@dataclass
class Product:
    """Where it is served, and what arrived by mail. `api` is a program with every scope."""

    address: str
    mailbox: Mailbox
    api: httpx.Client = field(repr=False)

    def read(self, path: str, **query: Any) -> Any:
        """The JSON that the API answers."""
        answer = self.api.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, path: str, body: Any = None) -> Any:
        """The JSON that the API answers to what was posted."""
        answer = self.api.post(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def responses(self, **query: Any) -> list[dict[str, Any]]:
        """The newest responses under these filters."""
        found: list[dict[str, Any]] = self.read("responses", limit=200, **query)["items"]
        return found

    def responses_with(self, key: str, value: Any, **query: Any) -> list[dict[str, Any]]:
        """The newest responses that hold this answer to the question of that key."""
        return [response for response in self.responses(**query) if response["answers"].get(key) == value]

    def publish(self, slug: str, definition: dict[str, Any]) -> None:
        """A published, open form."""
        self.write("forms", {"slug": slug, "name": slug.title(), "definition": definition})
        self.write(f"forms/{slug}/publish")

    def invite(self, **more: str) -> EmailMessage:
        """The mail that somebody new got after being invited through the API."""
        email = f"invited-{uuid4().hex[:12]}@example.com"
        self.write("invitations", {"form": "visit", "email": email, **more})
        return eventually(lambda: self.mail_to(email), f"mail to {email}")

    def mail_to(self, email: str) -> EmailMessage | None:
        """The newest mail to that address."""
        return next((mail for mail in reversed(self.mailbox.mails) if str(mail["To"]).find(email) >= 0), None)

    def session(self) -> str:
        """The cookie of the owner, signed in again."""
        fields = {"email": OWNER, "password": PASSWORD, "next": "/app"}
        answer = httpx.post(f"{self.address}/app/sign-in", data=fields)
        assert answer.status_code == 303, answer.text
        return answer.cookies[COOKIE]


@contextlib.contextmanager
def demonstrated(database_url: str, responses: int) -> Iterator[Product]:
    """The product on that empty database, filled with so many demo answers."""
    filled = finished(database_url, "demo", "--responses", str(responses))
    assert filled.returncode == 0, filled.stderr
    with mailbox_beside() as (mailbox, port):
        settings = {
            "SURVEY_ADMIN_EMAIL": OWNER,
            "SURVEY_ADMIN_PASSWORD": PASSWORD,
            "SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "SURVEY_MAIL_FROM": "Linden Flowers <hello@linden.example>",
        }
        with running(database_url, "serve", **settings) as served:
            with httpx.Client(base_url=served.address, headers=STAFF, timeout=30) as api:
                yield Product(served.address, mailbox, api)
            served.process.terminate()
            assert served.ended(20) == 0


def links_of(mail: EmailMessage) -> list[str]:
    """Every address in the mail, in its text, its HTML and its headers, each once."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    whole = " ".join([*parts, *map(str, mail.values())])
    return sorted(set(re.findall(r"https?://[^\s\"'<>,]+", whole)))
