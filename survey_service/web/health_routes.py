"""Alive, ready, measured."""

import asyncio
import time
from ipaddress import ip_address

from litestar import Response, get
from litestar.openapi import ResponseSpec

from survey_service.accounts import guards
from survey_service.accounts import queries as accounts
from survey_service.core import clock, database
from survey_service.core.database import schema
from survey_service.core.http import AnyRequest, settings_of, state_of
from survey_service.core.panels import OfRooms
from survey_service.core.worker_note import WorkerNote
from survey_service.jobs import queries as jobs
from survey_service.responses.group_commit import GroupCommit
from survey_service.web.metrics import Metrics
from survey_service.web.schemas import Hindrance, Liveness, Readiness

LAGGING_SECONDS = 300.0
"""A worker whose oldest due job is older is late."""
READY_SECONDS = 1.4
"""How long the database may take to say how it stands: whoever asks is promised an answer within two seconds."""
WATCH = {"public": True, "quiet": True, "about_itself": True}


@get(
    "/healthz",
    opt=WATCH,
    tags=["operation"],
    operation_id="Alive",
    summary="Is the process alive",
    responses={503: ResponseSpec(Liveness, description="It answers, and serves nothing.", generate_examples=False)},
)
async def alive(request: AnyRequest) -> Response[Liveness]:
    """The process answers. 503 when all that it was asked for a while has failed by its own fault, as where no memory
    or thread is to be had; never because the database is away."""
    beats = state_of(request).part(Metrics).pulse.beats(time.monotonic())
    return Response(Liveness("alive" if beats else "failing"), status_code=200 if beats else 503)


@get(
    "/readyz",
    opt=WATCH,
    tags=["operation"],
    operation_id="Ready",
    summary="Can requests be served",
    responses={503: ResponseSpec(Readiness, description="Not yet, or not now.", generate_examples=False)},
)
async def ready(request: AnyRequest) -> Response[Readiness]:
    """503 within two seconds without a database, or one that keeps nothing, or with migrations still to run; a late
    worker is said, not fatal."""
    try:
        with database.allowing(READY_SECONDS):
            async with asyncio.timeout(READY_SECONDS):
                trouble, lag = await _standing(request)
    except Exception as error:
        trouble, lag = database.current().meaning(error), 0.0
    answers = trouble in ("", "behind")
    worker = state_of(request).part_or_none(WorkerNote)
    state = Readiness(
        ready=not trouble,
        trouble=trouble,
        database=answers,
        migrated=not trouble,
        worker_lag=round(lag, 1),
        worker_in_time=answers and lag < LAGGING_SECONDS,
        worker_running=bool(worker.process) if worker else None,
    )
    return Response(state, status_code=200 if state.ready else 503)


async def _standing(request: AnyRequest) -> tuple[Hindrance, float]:
    """Why requests cannot be served, and how late the worker is. Who cannot write can read, as a rule, so that is asked
    first."""
    if trouble := await database.current().trouble():
        return trouble, 0.0
    if await schema.pending():
        return "behind", 0.0
    _due, lag = await _work(request)
    return "", lag


@get("/metrics", opt=WATCH, include_in_schema=False)
async def measured(request: AnyRequest) -> Response[bytes]:
    """Prometheus' text format, for this machine or for a key with the scope metrics:read."""
    if not _is_local(request):
        await guards.program(request, "metrics:read")
    metrics, group_commit = state_of(request).part(Metrics), state_of(request).part(GroupCommit)
    metrics.waiting.set(len(group_commit.waiting))
    metrics.groups.set(group_commit.groups)
    due, lag = await _work(request)
    metrics.jobs_due.set(due)
    metrics.worker_lag.set(lag)
    metrics.events_waiting.set(await jobs.unhandled_events())
    metrics.jobs_failed.clear()
    for given_up in await jobs.given_up():
        metrics.jobs_failed.labels(given_up.kind).set(given_up.count)
    return Response(metrics.text(), media_type="text/plain; version=0.0.4")


async def _work(request: AnyRequest) -> tuple[int, float]:
    """Due jobs and the age of the oldest; what is sent waits on purpose for its server, and after a restore."""
    settings, paused = settings_of(request), bool(await accounts.paused_ids())
    sent = state_of(request).part(OfRooms).sent
    waits = [kind for kind, is_set_up in sent.items() if paused or not is_set_up(settings)]
    return await jobs.waiting(clock.now(), waits)


def _is_local(request: AnyRequest) -> bool:
    """Asked from this machine itself, not through a proxy on it."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


ROUTES = [alive, ready, measured]
