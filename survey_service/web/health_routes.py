"""Alive, ready, measured."""

from ipaddress import ip_address
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.openapi import ResponseSpec

from survey_service.accounts import key_service
from survey_service.accounts import queries as accounts
from survey_service.core import clock
from survey_service.core.beside import Beside
from survey_service.core.database import schema
from survey_service.core.errors import SignInRequired
from survey_service.core.http import settings_of, state_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.panels import OfRooms
from survey_service.jobs import queries as jobs
from survey_service.responses.group_commit import GroupCommit
from survey_service.web.errors import problem
from survey_service.web.metrics import Metrics

LAGGING_SECONDS = 300.0
QUIET = {"public": True, "quiet": True}


class Readiness(msgspec.Struct):
    """Whether requests can be served, and why not. `worker_lag` is the age of the oldest due job in seconds;
    `worker_running` says whether the worker that was started with the service lives, null where it runs apart."""

    ready: bool
    database: bool
    migrated: bool
    worker_lag: float
    worker_in_time: bool
    worker_running: bool | None


@get("/healthz", opt=QUIET, tags=["operation"], operation_id="Alive", summary="Is the process alive")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@get(
    "/readyz",
    opt=QUIET,
    tags=["operation"],
    operation_id="Ready",
    summary="Can requests be served",
    responses={503: ResponseSpec(Readiness, description="Not yet, or not now.", generate_examples=False)},
)
async def ready(request: Request[Any, Any, Any]) -> Response[Readiness]:
    """503 without a database or with migrations still to run; a late worker is said, not fatal."""
    worker = state_of(request).part_or_none(Beside)
    runs = bool(worker.process) if worker else None
    try:
        pending = await schema.pending()
        _, lag = await _work(request) if not pending else (0, 0.0)
    except Exception:
        return Response(Readiness(False, False, False, 0.0, False, runs), status_code=503)
    state = Readiness(not pending, True, not pending, round(lag, 1), lag < LAGGING_SECONDS, runs)
    return Response(state, status_code=200 if state.ready else 503)


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
