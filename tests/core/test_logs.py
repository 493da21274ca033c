"""One line an event, with the request's id, and no token that lets a reader act for somebody."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from survey_service.app import handlers
from survey_service.core import logs
from survey_service.core.settings import Settings
from survey_service.web.paths import paths_of

NAME = "survey_service.tests"


@pytest.fixture
def capture(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Configures logs as asked and gives a reader of what was written."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def configured(**settings: Any) -> Any:
        logs.configure(Settings(**settings), paths_of(handlers()).secret)
        return lambda: capsys.readouterr().err

    yield configured
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_json_with_time_level_and_id(capture: Any) -> None:
    read = capture(log_format="json")
    token = logs.request_id.set("abc123")
    try:
        logs.get(NAME).info("happened", n=1, word="ጤና")
    finally:
        logs.request_id.reset(token)
    logs.get(NAME).info("happened")
    inside, outside = lines(read())
    assert inside["event"] == "happened"
    assert (inside["n"], inside["word"], inside["level"]) == (1, "ጤና", "info")
    assert inside["request_id"] == "abc123"
    assert inside["module"] == NAME
    assert inside["timestamp"].endswith("Z")
    assert "request_id" not in outside


def test_an_id_that_was_given_stays(capture: Any) -> None:
    read = capture(log_format="json")
    token = logs.request_id.set("abc123")
    try:
        logs.get(NAME).info("happened", request_id="other")
    finally:
        logs.request_id.reset(token)
    assert lines(read())[0]["request_id"] == "other"


def test_less_than_the_level_is_silent(capture: Any) -> None:
    read = capture(log_format="json", log_level="warning")
    logs.get(NAME).info("unheard")
    logs.get(NAME).warning("heard")
    assert [line["event"] for line in lines(read())] == ["heard"]


def test_libraries_log_alike(capture: Any) -> None:
    read = capture(log_format="json")
    logging.getLogger("somebody.else").warning("from %s", "outside")
    logging.getLogger("somebody.else").info("chatter")
    (line,) = lines(read())
    assert (line["event"], line["level"]) == ("from outside", "warning")


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize("logger", [logs.get(NAME), logging.getLogger("somebody.else")])
def test_an_error_carries_its_trace(capture: Any, log_format: str, logger: Any) -> None:
    read = capture(log_format=log_format)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            raise RuntimeError("on purpose")
        except RuntimeError as error:
            logger.error("broken", exc_info=error)
    text = read()
    assert "traceback object" not in text
    assert "on purpose" in text
    assert "test_an_error_carries_its_trace" in text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/app/link/secret", "/app/link/…"),
        ("/i/secret", "/i/…"),
        ("/i/secret/more", "/i/…/more"),
        ("/u/secret", "/u/…"),
        ("/s/visit/more/secret", "/s/visit/more/…"),
        ("/i/", "/i/"),
        ("/s/visit", "/s/visit"),
        ("/app/answers/7", "/app/answers/7"),
        ("/api/v1/invitations/u/7", "/api/v1/invitations/u/7"),
    ],
)
def test_tokens_do_not_reach_the_log(capture: Any, path: str, shown: str) -> None:
    read = capture(log_format="json")
    logs.get(NAME).warning("request", path=path)
    assert lines(read())[0]["path"] == shown


class Gone(io.StringIO):
    """Whoever read along has left, or the stream itself is closed."""

    def __init__(self, fault: type[Exception]) -> None:
        super().__init__()
        self.fault = fault

    def write(self, text: str) -> int:
        raise self.fault


@pytest.mark.parametrize("fault", [BrokenPipeError, ValueError])
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nobody_fails_because_a_line_cannot_be_written(
    capture: Any, log_format: str, fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Gone(fault))
    capture(log_format=log_format)
    for level in ("debug", "info", "warning", "error", "critical", "exception"):
        getattr(logs.get(NAME), level)("happened", error="roses")
