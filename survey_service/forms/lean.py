"""Our own style sheet and script without what only we read: a phone in a shop loads them with every page.

Not for other people's: a script here ends each statement with a semicolon, divides nothing, has no regular
expression, no string or template over a line's end, and does not call its own things by the name of a global.
"""

import re
import string
from collections.abc import Callable, Sequence

_QUOTED = re.compile(r'("[^"\n]*"|`[^`\n]*`)')
_DECLARED = re.compile(r"\b(?:const|let|function) (\w+)")
_PUBLIC = re.compile(r"(?<!\.)\.(\w+)|(\w+):|[{,](\w+)(?=[,}])")
"""Names that others know: properties, keys, and what may be both a name of ours and a key."""


def style(sheet: str) -> str:
    """A style sheet without comments, and without the spaces and noughts that it does not need."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return _outside_quotes(sheet, _lean_rules).replace(";}", "}").strip()


def script(text: str) -> str:
    """A module without comments and line ends, without spaces beside signs, and with short names of its own."""
    text = re.sub(r"(^|(?<=[;{},]) )\s*// .*$", "", text, flags=re.MULTILINE)
    text = _outside_quotes(text, _lean_statements).strip()
    short = short_names(text)
    return _outside_quotes(text, lambda part: re.sub(r"\w+", lambda word: short.get(word[0], word[0]), part))


def short_names(text: str) -> dict[str, str]:
    """One letter for each name that a lean script declares and that nothing else in it is called by: no property,
    no key, no word within a template."""
    code, templates = "".join(_QUOTED.split(text)[::2]), "".join(re.findall(r"`[^`]*`", text))
    public = {name for names in _PUBLIC.findall(code) for name in names} | set(re.findall(r"\w+", templates))
    own = sorted(set(_DECLARED.findall(code)) - public, key=lambda name: (-len(re.findall(rf"\b{name}\b", code)), name))
    return dict(zip(own, _free_letters(code), strict=False))


def _free_letters(code: str) -> Sequence[str]:
    return [letter for letter in string.ascii_letters if not re.search(rf"\b{letter}\b", code)]


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    parts = _QUOTED.split(text)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)


def _lean_rules(part: str) -> str:
    """A space before a parenthesis or a colon, or beside + and -, may mean something in a style sheet."""
    part = re.sub(r"\s+", " ", part)
    part = re.sub(r" ?([{};,>]) ?", r"\1", part)
    part = re.sub(r"(?<=[\w-]): ", ":", part)
    return re.sub(r"(?<=[ :(])0(?=\.\d)", "", part)


def _lean_statements(part: str) -> str:
    """Two signs of + or -, or of words, stay apart."""
    part = re.sub(r"\s+", " ", part)
    return re.sub(r" ?([{}()\[\]=<>,;:?|&!]) ?", r"\1", part)
