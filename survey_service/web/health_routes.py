"""Alive, ready, measured."""

import asyncio
import time
from ipaddress import ip_address
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.openapi import ResponseSpec

from survey_service.accounts import key_service
from survey_service.accounts import queries as accounts
from survey_service.core import clock, database
from survey_service.core.database import schema
from survey_service.core.database.base import Trouble
from survey_service.core.errors import SignInRequired
from survey_service.core.http import settings_of, state_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.panels import OfRooms
from survey_service.core.worker_note import WorkerNote
from survey_service.jobs import queries as jobs
from survey_service.responses.group_commit import GroupCommit
from survey_service.web.errors import problem
from survey_service.web.metrics import Metrics

LAGGING_SECONDS = 300.0
READY_SECONDS = 1.4
QUIET = {"public": True, "quiet": True}


class Liveness(msgspec.Struct):
    """Whether it is worth to let the process go on."""

    status: Literal["alive", "failing"]


class Readiness(msgspec.Struct):
    """Whether requests can be served, and why not. `worker_lag` is the age of the oldest due job in seconds;
    `worker_running` says whether the worker that was started with the service lives, null where it runs apart.

    `trouble`, if it is not empty: `held` (somebody else holds the database), `full` (its disk), `read_only`, `damaged`
    (or not in its place), `away` (it does not answer), `behind` (migrations are still to run).
    """

    ready: bool
    trouble: Trouble | Literal["behind"]
    database: bool
    migrated: bool
    worker_lag: float
    worker_in_time: bool
    worker_running: bool | None


@get(
    "/healthz",
    opt=QUIET,
    tags=["operation"],
    operation_id="Alive",
    summary="Is the process alive",
    responses={503: ResponseSpec(Liveness, description="It answers, and serves nothing.", generate_examples=False)},
)
async def alive(request: Request[Any, Any, Any]) -> Response[Liveness]:
    """The process answers. 503 when all that it was asked for a while has failed by its own fault, as where no memory
    or thread is to be had; never because the database is away."""
    beats = state_of(request).part(Metrics).pulse.beats(time.monotonic())
    return Response(Liveness("alive" if beats else "failing"), status_code=200 if beats else 503)


@get(
    "/readyz",
    opt=QUIET,
    tags=["operation"],
    operation_id="Ready",
    summary="Can requests be served",
    responses={503: ResponseSpec(Readiness, description="Not yet, or not now.", generate_examples=False)},
)
async def ready(request: Request[Any, Any, Any]) -> Response[Readiness]:
    """503 within two seconds without a database, or one that keeps nothing, or with migrations still to run; a late
    worker is said, not fatal."""
    try:
        with database.allowing(READY_SECONDS):
            async with asyncio.timeout(READY_SECONDS):
                state = await _readiness(request)
    except Exception:
        state = Readiness(False, "away", False, False, 0.0, False, None)
    worker = state_of(request).part_or_none(WorkerNote)
    state.worker_running = bool(worker.process) if worker else None
    return Response(state, status_code=200 if state.ready else 503)


async def _readiness(request: Request[Any, Any, Any]) -> Readiness:
    """Who cannot write can read, as a rule, so that is asked first."""
    if trouble := await database.current().trouble():
        return Readiness(False, trouble, False, False, 0.0, False, None)
    if await schema.pending():
        return Readiness(False, "behind", True, False, 0.0, True, None)
    _due, lag = await _work(request)
    return Readiness(True, "", True, True, round(lag, 1), lag < LAGGING_SECONDS, None)


@get("/metrics", opt=QUIET, include_in_schema=False)
async def measured(request: Request[Any, Any, Any]) -> Response[Any]:
    """Prometheus' text format, for this machine or for a key with the scope metrics:read."""
    if not _is_local(request):
        kind, _space, secret = request.headers.get("authorization", "").partition(" ")
        caller = await key_service.caller_of_key(secret.strip()) if kind.lower() == "bearer" else None
        if caller is None or "metrics:read" not in caller.scopes:
            return problem(request, SignInRequired(_("Send an API key with the scope metrics:read.")))
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


async def _work(request: Request[Any, Any, Any]) -> tuple[int, float]:
    """Due jobs and the age of the oldest; what is sent waits on purpose for its server, and after a restore."""
    settings, paused = settings_of(request), bool(await accounts.paused_ids())
    sent = state_of(request).part(OfRooms).sent
    waits = [kind for kind, is_set_up in sent.items() if paused or not is_set_up(settings)]
    return await jobs.waiting(clock.now(), waits)


def _is_local(request: Request[Any, Any, Any]) -> bool:
    """Asked from this machine itself, not through a proxy on it."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


ROUTES = [alive, ready, measured]
