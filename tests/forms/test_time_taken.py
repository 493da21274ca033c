"""How long a form takes."""

from typing import Any

import msgspec
import pytest

from survey_service.forms.definition import Definition
from survey_service.forms.time_taken import time_taken

SCALE, TEXT, NOTE = "nps", "long_text", "statement"


def form(*kinds: str) -> Definition:
    asked: list[dict[str, Any]] = [{"kind": kind, "key": f"q{n}", "text": {"en": "Q"}} for n, kind in enumerate(kinds)]
    return msgspec.convert({"title": {"en": "T"}, "languages": ["en"], "questions": asked}, Definition)


@pytest.mark.parametrize(
    ("kinds", "taken"),
    [
        ([SCALE], ("seconds", 5)),
        ([SCALE, TEXT, NOTE], ("seconds", 15)),
        ([SCALE, "short_text"], ("seconds", 10)),
        ([TEXT] * 6, ("seconds", 60)),
        ([SCALE] + [TEXT] * 6, ("minutes", 2)),
        ([TEXT] * 8 + ["short_text"], ("minutes", 2)),
        ([TEXT] * 9, ("minutes", 2)),
        ([TEXT] * 12, ("minutes", 2)),
        ([TEXT] * 15, ("minutes", 3)),
        ([TEXT] * 40, ("minutes", 7)),
    ],
)
def test_seconds_in_fives_and_whole_minutes_after_one(kinds: list[str], taken: tuple[str, int]) -> None:
    assert time_taken(form(*kinds).questions) == taken
