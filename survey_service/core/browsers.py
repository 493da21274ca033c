"""What a browser says of itself, in few words: enough to tell one's own from another's, and no more is kept. Pure."""

import re

import msgspec

BROWSERS = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|Chromium/|CriOS/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
"""The first that fits: most of them also say that they are those below."""
SYSTEMS = (
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "Mac"),
    (re.compile(r"Linux|X11"), "Linux"),
)
LOOKED_AT = 1000
"""Characters of what a browser says of itself; it may say anything."""


class Browser(msgspec.Struct, frozen=True):
    """A browser that somebody signs in with: its kind and system as they are called, each empty if it is none that is
    known, the network address that it came from, and the secret by which it is known from before, if it has one."""

    kind: str = ""
    system: str = ""
    host: str = ""
    device: str = ""


def browser_of(agent: str, host: str, device: str) -> Browser:
    """The browser that sent this `User-Agent`."""
    return Browser(_first(BROWSERS, agent), _first(SYSTEMS, agent), host, device)


def _first(table: tuple[tuple[re.Pattern[str], str], ...], agent: str) -> str:
    return next((name for sign, name in table if sign.search(agent[:LOOKED_AT])), "")
