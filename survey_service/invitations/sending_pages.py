"""Sending since a restore: what waits, and the button that lets it go on."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import Invalid
from survey_service.core.http import DRAFT_BYTES, AnyRequest, form_fields, keys_of, see, settings_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import local_time
from survey_service.core.templates import staff_page
from survey_service.invitations import resuming

SENDING = "/app/sending"


@get(SENDING, opt={"role": "viewer"}, include_in_schema=False)
async def sending_page(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Whether mails go out, and if not, since when and what waits."""
    return await _page(request, caller)


async def _page(request: AnyRequest, caller: Caller, error: Invalid | None = None) -> Response[bytes]:
    pause = await resuming.pause_of(keys_of(request), caller.workspace)
    return staff_page(
        caller,
        "invitations/sending.html",
        current="send",
        hide_pause=True,
        status_code=error.status if error else 200,
        error=error.errors[0].message if error else "",
        since=local_time(pause.since, caller.time_zone) if pause.since else "",
        pause=pause,
        hindrance=resuming.hindrance(settings_of(request)),
        waiting=[(each, local_time(each.invitation.created_at, caller.time_zone)) for each in pause.waiting],
        more=pause.before - len(pause.waiting),
    )


@post(SENDING, opt={"role": "owner"}, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def go_on(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Ends the pause; of what waited at the restore only what was chosen goes out."""
    try:
        chosen = _chosen((await form_fields(request)).get("send", []))
        await resuming.go_on(caller, chosen, clock.now())
    except Invalid as error:
        return await _page(request, caller, error)
    return see(SENDING)


def _chosen(values: Sequence[str]) -> set[UUID]:
    """The ids that were ticked."""
    try:
        return {UUID(value) for value in values}
    except ValueError as error:
        raise Invalid.field("send", "unknown", _("One of the chosen invitations does not exist.")) from error


ROUTES = [sending_page, go_on]
