"""Names of files that somebody keeps. Pure."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 60
"""So many characters of a name: at four bytes each they fit, with the ending, into the 255 of a file system."""
UNKEEPABLE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
"""What some system takes for none of a name, or would show in another order."""


def attachment(name: str, kind: str) -> str:
    """The header `Content-Disposition` of a file to keep, called `name` in whichever script, ending in `kind`; what
    knows nothing of that (RFC 6266, 4.3) reads as much of it as is Latin."""
    kept = UNKEEPABLE.sub("-", name)[:LONGEST].strip(" .-") or "file"
    latin = unicodedata.normalize("NFKD", kept).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", latin).strip("-") or "file"
    return f"attachment; filename=\"{plain}.{kind}\"; filename*=UTF-8''{quote(f'{kept}.{kind}', safe='')}"
