"""A browser without script on the pages of a survey: what it shows, and what a button of it sends."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

import httpx

EMPTY = {"input", "meta", "link", "br", "path", "img", "circle", "rect", "line"}
Given = Mapping[str, str | Sequence[str]]


class Form(HTMLParser):
    """The survey's form of a page: the fields that it would send, the questions in sight, and the words of its buttons
    with the field that each has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.sent: list[tuple[str, str]] = []
        self.offered: set[str] = set()
        self.buttons: dict[str, tuple[str, str]] = {}
        self.action = self.text = ""
        self.button: tuple[str, str] | None = None
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        out = (self.stack[-1][1] if self.stack else False) or ("hidden" in given and "disabled" in given)
        if tag not in EMPTY:
            self.stack.append((tag, out))
        name = given.get("name", "")
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "button" and "hidden" not in given and given.get("form") is None:
            self.button, self.text = (name, given.get("value", "")), ""
        elif tag in ("input", "textarea") and name and not out:
            self._control(tag, name, given)

    def _control(self, tag: str, name: str, given: dict[str, str]) -> None:
        if given.get("type") != "hidden" and not name.startswith("_"):
            self.offered.add(name)
        self.area = name if tag == "textarea" else ""
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.area and self.stack and self.stack[-1][0] == "textarea":
            self.sent.append((self.area, data.removeprefix("\n")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self.button is not None:
            self.buttons[self.text.strip()] = self.button
            self.button = None
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def fields(self, given: Given, button: str) -> dict[str, list[str]]:
        """What is sent when somebody answers `given` as far as it is asked, and presses the button."""
        fields: dict[str, list[str]] = {}
        answered = {name: value for name, value in given.items() if name in self.offered}
        for name, value in self.sent:
            if name not in answered:
                fields.setdefault(name, []).append(value)
        for name, value in answered.items():
            fields[name] = [value] if isinstance(value, str) else list(value)
        name, value = self.buttons[button]
        return fields | ({name: [value]} if name else {})


class Walk:
    """Somebody without script who answers a survey, page after page."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self.client = client
        self.address = address
        self.reply = httpx.Response(200)
        self.form = Form("")

    async def begin(self) -> "Walk":
        self._see(await self.client.get(self.address))
        return self

    def _see(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.form = Form(reply.text)

    async def press(self, button: str, **given: str | Sequence[str]) -> set[str]:
        """Answers what is asked of `given`, presses the button; gives the fields that are offered then."""
        fields = self.form.fields(given, button)
        self._see(await self.client.post(self.form.action or self.address, data=fields))
        return self.form.offered
