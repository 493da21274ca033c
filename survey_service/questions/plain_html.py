"""A question as ordinary HTML, for pages of other people without any script of ours. Pure."""

from collections.abc import Iterable, Iterator
from html import escape


def control(tag: str, key: str, *, required: bool, more: str = "") -> str:
    """The start of a control that sends the answer; `more` are its other attributes, written by us."""
    return f'<{tag} name="{escape(key)}"{more}{" required" if required else ""}>'


def labelled(words: str, written: str) -> str:
    """A control below its question."""
    return f"<p><label>{escape(words)}<br>{written}</label></p>"


def listed(key: str, words: str, rows: Iterable[tuple[str, str]], *, kind: str, required: bool) -> Iterator[str]:
    """Answers to choose from, each a (value, words); `kind` is the type of their controls."""
    yield f"<fieldset><legend>{escape(words)}</legend>"
    for value, text in rows:
        attributes = f'type="{kind}" name="{escape(key)}" value="{escape(value)}"{" required" if required else ""}'
        yield f"  <label><input {attributes}> {escape(text)}</label>"
    yield "</fieldset>"
