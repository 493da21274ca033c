"""The forms of a page as a browser without script would fill them in and send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = ("text", "email", "url", "number", "search", "tel")


@dataclass
class Form:
    """One form: where it leads, what it sends untouched, and what a hand can change in it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    ticks: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    @property
    def editable(self) -> list[str]:
        """The names of what can be typed or chosen."""
        return [*self.texts, *(name for name, values in self.options.items() if len(values) > 1), *self.ticks]

    def leads_to(self, path: str) -> bool:
        """Whether the form or one of its buttons is sent there."""
        return path == self.action or path in self.actions


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.now: Form | None = None
        self.textarea = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.now = Form(values.get("action") or self.path, values.get("method", "get"))
            self.forms.append(self.now)
        if self.now is None:
            return
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "button" and "formaction" in values:
            self.now.actions.append(values["formaction"])
        elif tag == "input" and kind in ("checkbox", "radio"):
            if kind == "radio":
                self.now.options.setdefault(name, []).append(values.get("value", "on"))
            else:
                self.now.ticks.append(name)
            if "checked" in values:
                self.now.fields[name] = values.get("value", "on")
        elif tag == "input" and name:
            self.now.fields[name] = values.get("value", "")
            self.now.texts += [name] if kind in TYPED else []
            self.now.passwords += [name] if kind == "password" else []
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self.now.options.setdefault(self.select, []).append(values["value"])
            if "selected" in values or self.select not in self.now.fields:
                self.now.fields[self.select] = values["value"]
        elif tag == "textarea":
            self.textarea = name
            self.now.fields[name] = ""
            self.now.texts.append(name)

    def handle_data(self, data: str) -> None:
        if self.textarea and self.now:
            self.now.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea and self.now:
            # HTML drops the line break that begins a text area.
            self.now.fields[self.textarea] = self.now.fields[self.textarea].removeprefix("\n")
            self.textarea = ""
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.now = None


def forms_of(text: str, path: str) -> list[Form]:
    """Every form on the page that was read from `path`."""
    reader = _Reader(path)
    reader.feed(text)
    return reader.forms
