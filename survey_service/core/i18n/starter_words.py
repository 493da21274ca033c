"""The words of questions that a new form may begin with, in every language that respondents are spoken to in.

They live in `starters/<language>.json`: key → text.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from survey_service.core.i18n.languages import LANGUAGES

STARTERS = Path(__file__).parent / "starters"


def starter_text(key: str) -> Mapping[str, str]:
    """One text, by language; KeyError for an unknown key."""
    return {tag: words[key] for tag, words in _every().items()}


@cache
def _every() -> Mapping[str, Mapping[str, str]]:
    return {tag: msgspec.json.decode((STARTERS / f"{tag}.json").read_bytes(), type=dict[str, str]) for tag in LANGUAGES}
