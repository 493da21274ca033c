"""What a respondent writes in words of their own. Pure."""

import re
from typing import Any

from survey_service.core.text import many_lines
from survey_service.questions.base import Wrong


def read_text(value: Any, max_length: int) -> str:
    """A text as it is kept. Raises Wrong for what is none, or longer than it may be."""
    if not isinstance(value, str):
        raise Wrong("wrong_type", "error_wrong_kind")
    text = many_lines(value)
    if len(text) > max_length:
        raise Wrong("too_long", "error_too_long", max=max_length, n=len(text))
    return text


_TELEPHONE = re.compile(r"\+?[(0-9][0-9 ()./-]{4,}[0-9]", re.ASCII)


def calls(text: str) -> str:
    """The address that calls a telephone number; empty for any other text."""
    return "tel:" + re.sub(r"[^0-9+]", "", text) if _TELEPHONE.fullmatch(text.strip()) else ""
