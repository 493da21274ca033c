"""Which way a request went: around the framework by a short cut, or through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from survey_service.app import ShortCut, SurveyApp
from tests.conftest import app_of


@dataclass
class Ways:
    """How many requests short cuts answered themselves, and how many they handed on to the framework."""

    answered: int = 0
    handed_on: int = 0


@contextmanager
def watched(client: httpx.AsyncClient) -> Iterator[Ways]:
    """The short cuts as they are, counted."""
    ways = Ways()
    with _instead(app_of(client), [_counted(short_cut, ways) for short_cut in app_of(client).short_cuts]):
        yield ways


@contextmanager
def without(client: httpx.AsyncClient) -> Iterator[None]:
    """The product without any short cut."""
    with _instead(app_of(client), []):
        yield


@contextmanager
def _instead(app: SurveyApp, short_cuts: list[ShortCut]) -> Iterator[None]:
    before, app.short_cuts = app.short_cuts, short_cuts
    try:
        yield
    finally:
        app.short_cuts = before


def _counted(short_cut: ShortCut, ways: Ways) -> ShortCut:
    is_asked, answer = short_cut

    async def counting(scope: Any, receive: Any, send: Any, state: Any, ordinary: Any) -> None:
        handed_on = False

        async def on(*given: Any) -> None:
            nonlocal handed_on
            handed_on = True
            await ordinary(*given)

        try:
            await answer(scope, receive, send, state, on)
        finally:
            ways.handed_on += handed_on
            ways.answered += not handed_on

    return is_asked, counting
