"""Our own style sheet and script without what only we read: a phone in a shop loads them with every page.

Not for other people's: a script here ends each statement with a semicolon, has none that is empty, divides nothing,
has no regular expression, no string or template over a line's end, calls nothing to find a parameter's default, and
does not call its own things by the name of a global. A sheet sets its own properties for itself alone.
"""

import re
import string
from collections.abc import Callable, Iterator

_QUOTED = re.compile(r'("[^"\n]*"|`[^`\n]*`)')
_DECLARED = re.compile(r"\b(?:const|let|function) (\w+)")
_PARAMETERS = re.compile(r"\bfunction \w+\(([^()]*)\)|\(([^()]*)\)=>")
_TAKEN_APART = re.compile(r"\{[^{}]*\}|\[[^][]*\]")
_PARAMETER = re.compile(r"(?:^|,)(?:\.{3})?([A-Za-z_]\w*)")
_PUBLIC = re.compile(r"(?<!\.)\.(\w+)|(\w+):")
"""Names that others know: properties and keys."""
_KEY_TOO = re.compile(r"[{,](\w+)(?=[,}])")
"""Names of ours that are keys too, in an object or where one is taken apart."""
_ARGUMENTS = re.compile(r"(?<=\()[^(){}]+(?=\))")
_PROPERTY = re.compile(r"(?<![\w-])--([\w-]+)")


def style(sheet: str) -> str:
    """A style sheet without comments and without the spaces and noughts that it does not need, with short names of
    its own properties and short colours."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = _outside_quotes(sheet, _lean_rules).replace(";}", "}").strip()
    short = dict(zip(_often_first(_PROPERTY.findall(sheet)), string.ascii_letters, strict=False))
    return _PROPERTY.sub(lambda name: f"--{short.get(name[1], name[1])}", sheet)


def script(text: str) -> str:
    """A module without comments and line ends, without signs and spaces that it does not need, and with short names
    of its own."""
    text = re.sub(r"(^|(?<=[;{},]) )\s*// .*$", "", text, flags=re.MULTILINE)
    text = _outside_quotes(text, _lean_statements).strip()
    short = short_names(text)
    return _outside_quotes(text, lambda part: re.sub(r"\w+", lambda word: short.get(word[0], word[0]), part))


def short_names(text: str) -> dict[str, str]:
    """One letter, or two signs, for each name that a lean script declares or gives a parameter and that nothing else
    in it is called by: no property, no key, no word within a template."""
    code, templates = "".join(_QUOTED.split(text)[::2]), "".join(re.findall(r"`[^`]*`", text))
    public = {name for names in _PUBLIC.findall(code) for name in names} | set(re.findall(r"\w+", templates))
    public |= set(_KEY_TOO.findall(_ARGUMENTS.sub("", code)))
    own = {*_DECLARED.findall(code), *_parameters(code)} - public
    words = re.findall(r"\w+", code)
    return dict(zip(_often_first([word for word in words if word in own]), _free_names(set(words)), strict=False))


def _parameters(code: str) -> Iterator[str]:
    for parameters in _PARAMETERS.findall(code):
        yield from _PARAMETER.findall(_TAKEN_APART.sub("", "".join(parameters)))


def _often_first(names: list[str]) -> list[str]:
    """Each name once, those that stand most often first."""
    return sorted(set(names), key=lambda name: (-names.count(name), name))


def _free_names(words: set[str]) -> Iterator[str]:
    for name in (head + tail for tail in ("", *string.digits) for head in string.ascii_letters):
        if name not in words:
            yield name


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    parts = _QUOTED.split(text)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)


def _lean_rules(part: str) -> str:
    """A space before a parenthesis or a colon, or beside + and -, may mean something in a style sheet."""
    part = re.sub(r"\s+", " ", part)
    part = re.sub(r" ?([{};,>~]) ?", r"\1", part)
    part = re.sub(r"(?<=[\w-]): ", ":", part)
    part = re.sub(r"#(\w)\1(\w)\2(\w)\3\b", r"#\1\2\3", part)
    return re.sub(r"(?<=[ :(])0(?=\.\d)", "", part)


def _lean_statements(part: str) -> str:
    """Two signs of + or -, or of words, stay apart."""
    part = re.sub(r"\s+", " ", part)
    return re.sub(r" ?([{}()\[\]=<>,;:?|&!]) ?", r"\1", part).replace(";}", "}")
