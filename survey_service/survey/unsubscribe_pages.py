"""The way out of the mails, and back."""

from pathlib import Path

from litestar import Response, get, post
from litestar.params import FromPath

from survey_service.core import clock, i18n, templates
from survey_service.core.errors import Malformed, NotFound
from survey_service.core.http import BUTTON_BYTES, AnyRequest, fields_of, keys_of, settings_of
from survey_service.forms import queries as forms
from survey_service.invitations import queries, service
from survey_service.invitations.schemas import InvitationRow
from survey_service.survey import pages, rendering
from survey_service.survey.rendering import PageContext


@get("/u/{token:str}", opt=pages.PRIVATE, include_in_schema=False)
async def unsubscribe_page(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Shows a button. Mail scanners open links, so opening changes nothing."""
    row = await _invitation(request, token)
    return await _page(row, token, "") if row else _broken(request)


@post(
    "/u/{token:str}",
    opt=pages.PRIVATE,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=BUTTON_BYTES,
)
async def unsubscribe(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Unsubscribes at once, without signing in (RFC 8058: the mail program posts, without cookies); `undo=1`
    takes it back."""
    row = await _invitation(request, token)
    if row is None:
        return _broken(request)
    if await _wants_undo(request):
        await service.subscribe_again(keys_of(request), row, clock.now(), _ledger(request))
        return await _page(row, token, "undone")
    await service.unsubscribe(keys_of(request), row, clock.now(), _ledger(request))
    return await _page(row, token, "done")


async def _wants_undo(request: AnyRequest) -> bool:
    """Only our own button says so; whatever else a mail program sends, it means to unsubscribe."""
    try:
        return (await fields_of(request)).get("undo") == "1"
    except Malformed:
        return False


def _ledger(request: AnyRequest) -> Path | None:
    path: Path | None = settings_of(request).withdrawals_path
    return path


async def _invitation(request: AnyRequest, token: str) -> InvitationRow | None:
    try:
        return await queries.invitation_by_token(keys_of(request), token, queries.UNSUBSCRIBE_TOKEN)
    except NotFound:
        return None


def _broken(request: AnyRequest) -> Response[bytes]:
    answer = pages.notice(request, "link_broken", status_code=404)
    answer.headers.update(pages.PRIVATE_HEADERS)
    answer.headers["Content-Security-Policy"] = rendering.policy("")
    return answer


async def _page(row: InvitationRow, token: str, state: str) -> Response[bytes]:
    """`state`: empty for the question, else done or undone."""
    published = await forms.published_by_id(row.workspace, row.form)
    say = i18n.translator(row.language, published.written)
    context = PageContext(row.language, f"/u/{token}")
    content = templates.render(
        "survey/unsubscribe.html",
        **(rendering.frame(published, context) | {"languages": [], "script": ""}),
        action=context.action,
        email=row.email,
        state=state,
        undo={
            "button": say("resubscribe_button"),
            "title": say("resubscribed_title"),
            "text": say("resubscribed_text"),
        },
    )
    return templates.html(content, policy=rendering.policy(""), headers=pages.PRIVATE_HEADERS)


ROUTES = [unsubscribe_page, unsubscribe]
