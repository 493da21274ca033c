"""Kinds of jobs and handlers of events are told apart by their names."""

import importlib
from collections.abc import Sequence
from pathlib import Path

import pytest

import survey_service
from survey_service import joined
from survey_service.core.settings import Settings, load
from survey_service.jobs.kinds import JobKind, Tools, by_name, merged
from survey_service.jobs.schemas import EventRow, JobRow
from survey_service.messaging.transports import TRANSPORTS
from survey_service.messaging.transports.base import Transport
from tests.conftest import KEYS


async def run(job: JobRow, tools: Tools) -> None: ...


async def first(events: Sequence[EventRow]) -> None: ...


async def second(events: Sequence[EventRow]) -> None: ...


def test_handlers_of_several_rooms_keep_the_order_of_the_rooms() -> None:
    assert merged([{"a": (first,)}, {"a": (second,), "b": (first,)}]) == {"a": (first, second), "b": (first,)}


def test_two_of_one_name_are_refused() -> None:
    async def again(events: Sequence[EventRow]) -> None: ...

    again.__name__ = first.__name__
    with pytest.raises(ValueError, match="first"):
        merged([{"a": (first,)}, {"b": (again,)}])
    with pytest.raises(ValueError, match="mail"):
        by_name([JobKind("mail", run), JobKind("mail", run)])


def test_a_worker_without_a_server_says_which_one_is_missing(settings: Settings) -> None:
    tools = Tools(settings, KEYS, ("a server",))
    assert tools.server(str) == "a server"
    with pytest.raises(LookupError, match="int"):
        tools.server(int)


def test_whatever_jobs_and_handlers_a_room_declares_are_joined() -> None:
    rooms = [path.parent.name for path in Path(survey_service.__file__).parent.glob("*/jobs.py")]
    declared = [importlib.import_module(f"survey_service.{room}.jobs") for room in rooms]
    kinds = [kind for module in declared for kind in getattr(module, "JOBS", ())]
    events = [
        (name, one) for module in declared for name, some in getattr(module, "EVENTS", {}).items() for one in some
    ]
    assert kinds
    assert events
    assert [kind.name for kind in kinds if kind not in joined.JOBS.values()] == []
    assert [one.__name__ for name, one in events if one not in joined.EVENTS.get(name, ())] == []


def test_every_kind_that_is_joined_has_a_name_of_its_room() -> None:
    assert set(joined.JOBS) == {"sentiment.read", "promise.tell", "invitation.send", "beginning.remove_late"}
    assert set(joined.SENT) == {"promise.tell", "invitation.send"}


def test_whatever_is_sent_goes_through_a_transport_that_the_worker_has() -> None:
    assert {kind.through for kind in joined.JOBS.values() if kind.through} <= set(TRANSPORTS)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_transport_is_set_up_by_itself(transport: type[Transport]) -> None:
    assert transport.is_set_up(load({})) is False
