"""Codes have one list, and every word that staff read of them is found by it."""

from typing import get_args

from survey_service.responses.labels import MOODS, SENTIMENTS, UNREAD
from survey_service.sentiment.engines.base import Label


def test_every_mood_that_an_engine_can_say_is_called_something() -> None:
    assert list(SENTIMENTS) == [*get_args(Label), UNREAD]
    assert list(MOODS) == [*get_args(Label), ""]
