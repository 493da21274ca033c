"""The page that managers open every morning, its stream of news, and what exploring a figure takes."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from survey_service.accounts import session_service
from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import NotFound
from survey_service.core.http import AnyRequest, state_of
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.counts.dimensions import RECEIVED
from survey_service.dashboard import parameters, periods, plotly_script, queries, view
from survey_service.dashboard.links import follow_up_url, pdf_url
from survey_service.dashboard.parameters import Asked
from survey_service.dashboard.schemas import FormChoice, Summary
from survey_service.dashboard.sections import SECTIONS, TODAY, shown
from survey_service.dashboard.sections.base import Sheet
from survey_service.dashboard.sections.comments import COMMENTS
from survey_service.dashboard.stream import EventReader, messages
from survey_service.dashboard.summary import audience_of, summary
from survey_service.forms import queries as forms
from survey_service.jobs import queries as events
from survey_service.responses.filters import Filter, query
from survey_service.responses.values import fields

RAIL_SECTION = RailSection(key="today", label=N_("Today"), href="/app", icon="today", position=10)
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@get("/app", opt={"role": "viewer"}, include_in_schema=False)
async def dashboard_page(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Today: what changed, the figures, what customers said."""
    now = clock.now()
    asked = parameters.asked(request.query_params, clock.local_day(now, caller.time_zone))
    forms_shown = await queries.form_choices(caller.workspace, asked.filters.form)
    if not forms_shown:
        return staff_page(caller, "dashboard/empty.html", current="today")
    made = await summary(audience_of(caller), asked.filters, now, wanted=TODAY.sections)
    published = await forms.published(made.form.slug)
    return staff_page(
        caller,
        "dashboard/today.html",
        current="today",
        promising=follow_up_url(made.filters.place, published.slug) if published.promise else "",
        nothing=view.nothing(made, is_open=published.is_open),
        **await asyncio.to_thread(_context, made, asked, forms_shown),
    )


@get("/app/stream", opt={"role": "viewer", "stream": True}, include_in_schema=False)
async def event_stream(request: AnyRequest, caller: NamedDependency[Caller]) -> Stream:
    """Server-sent events: something of the workspace changed."""
    state = state_of(request)
    if state.part_or_none(EventReader) is None:
        state.put(EventReader(events.stream_after, events.last_sequence, session_service.holding))
    last = request.headers.get("Last-Event-ID", "")
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
    return Stream(
        messages(state.part(EventReader), caller.workspace, caller.session, seen, state.stopping),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


@get("/app/figures/{name:str}", opt={"role": "viewer"}, include_in_schema=False)
async def figure_to_explore(
    request: AnyRequest, caller: NamedDependency[Caller], name: FromPath[str]
) -> Response[bytes]:
    """One figure of the page for Plotly, with the page's filters. Other programs read /api/v1/scores: the numbers
    without colours and links of a page."""
    now = clock.now()
    asked = parameters.asked(request.query_params, clock.local_day(now, caller.time_zone))
    section = SECTIONS.get(name)
    if section is None or section.explore is None:
        raise NotFound(_("There is no such figure."))
    made = await summary(audience_of(caller), asked.filters, now, wanted=(section,))
    figure = section.explore(section.of(made), made)
    if figure is None:
        raise NotFound(_("There are no answers for this figure."))
    return Response(figure, media_type="application/json")


@get(plotly_script.PATH, opt={"public": True}, include_in_schema=False)
async def plotly_source(request: AnyRequest) -> Response[bytes]:
    """Plotly's script, compressed once."""
    encoding = plotly_script.best_encoding(request.headers.get("Accept-Encoding", ""))
    body = await asyncio.to_thread(plotly_script.encoded, encoding)
    headers = {**FOR_EVER, "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(body, media_type="text/javascript", headers=headers)


def _context(made: Summary, asked: Asked, offered: Sequence[FormChoice]) -> dict[str, Any]:
    return {
        **view.frame(made),
        "parts": shown(made, TODAY, Sheet()),
        "commented": bool(COMMENTS.of(made)),
        "filters": filter_fields(made, asked, offered),
        "pdf_url": pdf_url(made.filters),
        "share_url": f"/app?{query(made.filters)}",
        "survey_url": f"/s/{made.form.slug}",
        "whole_url": f"/app?{_rest(made, asked)}" if made.filters.chosen else "",
        "plotly": plotly_script.PATH,
    }


def _rest(made: Summary, asked: Asked) -> str:
    """The form and the days alone, without other filters."""
    if asked.preset:
        return query(Filter(form=made.filters.form), period=asked.preset)
    return query(Filter(form=made.filters.form, first=made.filters.first, last=made.filters.last))


def filter_fields(made: Summary, asked: Asked, offered: Sequence[FormChoice]) -> dict[str, Any]:
    """The filters as native fields; presets are links that keep the other filters."""
    filters = made.filters
    rest = msgspec.structs.replace(filters, first=None, last=None)
    typed = not asked.preset
    return {
        "preset": asked.preset,
        "period": _(periods.PRESETS[asked.preset]) if asked.preset else periods.label(made.period),
        "presets": [(_(words), f"/app?{query(rest, period=name)}", name) for name, words in periods.PRESETS.items()],
        "first": made.period.first.isoformat() if typed else "",
        "last": made.period.last.isoformat() if typed else "",
        "form": filters.form,
        "forms": by_name((form.slug, form.name) for form in offered),
        "fields": fields(made.names, filters, RECEIVED),
    }


ROUTES = [dashboard_page, event_stream, figure_to_explore, plotly_source]
