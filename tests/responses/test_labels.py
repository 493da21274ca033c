"""Codes have one list, and every word that staff read of them is found by it."""

import re
from typing import get_args

from survey_service.core import templates
from survey_service.responses.labels import MOODS, SENTIMENTS, UNREAD
from survey_service.sentiment.engines.base import Label


def test_every_mood_that_an_engine_can_say_is_called_something() -> None:
    assert list(SENTIMENTS) == [*get_args(Label), UNREAD]
    assert list(MOODS) == [*get_args(Label), ""]


def test_a_mood_that_is_drawn_is_called_as_in_a_line() -> None:
    """The template has the words once more, beside its drawings."""
    mood = templates.environment().get_template("components.html").module.mood
    drawn = {code: re.sub(r"<[^>]+>", "", mood(code)) for code in MOODS}
    assert drawn == MOODS | {"unsupported": "Not read", "": ""}
