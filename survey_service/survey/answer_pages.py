"""Where respondents' forms are sent: survey pages, and plain forms of other sites."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from survey_service.core import clock, windows
from survey_service.core.errors import Conflict, Gone, Invalid, NotFound, TooMany, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.http import AnyRequest, form_fields, keys_of, state_of
from survey_service.core.i18n import translator
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.places import queries as places
from survey_service.responses import flood, queries, service
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES, StoredResponse
from survey_service.responses.service import Origin
from survey_service.responses.spam import FASTEST, page_verdict
from survey_service.responses.spam_box import SpamBox
from survey_service.survey import change_token, page_token, pages
from survey_service.survey.answering import (
    AGAIN,
    CHANGE,
    SHOW_IN,
    Sent,
    again,
    amended,
    by_steps,
    change_button,
    closed,
    control,
    in_its_language,
    not_yet,
    refused,
    take,
    to_thanks,
    which,
)
from survey_service.survey.page_token import PageToken

OPEN_CHANNELS = ("link", "qr", "kiosk", "embed")
"""Channels of pages that anybody may open. The mark of an invitation's page says nothing here."""
MORE = "/s/{slug:str}/more/{token:str}"


def _excess(request: AnyRequest) -> str:
    return flood.excess(request.scope, state_of(request))


def _mark(request: AnyRequest, published: PublishedForm, fields: Fields) -> PageToken | None:
    """What the page's signed mark says, if it is the mark of a page of this form."""
    mark = page_token.read(keys_of(request), published.workspace, published.id, control(fields, "_time"))
    return mark if mark and mark.channel in OPEN_CHANNELS else None


async def _shown(published: PublishedForm, mark: PageToken | None) -> PublishedForm:
    """The version that was shown; the one in force where that is gone, as after a restored backup."""
    try:
        return await forms.at_version(published, mark.version) if mark else published
    except NotFound:
        return published


@post(
    "/s/{slug:str}",
    opt=pages.RESPONDENT,
    include_in_schema=False,
    request_max_body_size=MAX_SUBMISSION_BYTES,
)
async def answer_survey(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """A form-encoded answer → 303 to the thanks page, or the page again with what needs another look."""
    try:
        published = await forms.published(slug)
    except NotFound:
        return pages.notice(request, "not_found", status_code=404)
    sent = await _sent(request, published, await form_fields(request))
    if SHOW_IN in sent.fields:
        return again(request, sent) if published.is_open else closed(request, sent)
    if page := by_steps(request, sent):
        return page
    if control(sent.fields, AGAIN) == CHANGE:
        return await _change(request, sent)
    try:
        sent = msgspec.structs.replace(sent, origin=await _judged(request, sent))
    except TooMany as error:
        return refused(request, sent, error)

    async def repeated() -> Response[Any]:
        return which(request, sent, changeable=await _first_answer(sent) is not None)

    return await take(request, sent, repeated)


async def _sent(request: AnyRequest, published: PublishedForm, fields: Fields) -> Sent:
    """A survey page's form. Channel, place, employee, version and moment are those of its mark."""
    mark = _mark(request, published, fields)
    shown = await _shown(published, mark)
    place = await pages.place_of(published, mark.place if mark else "")
    channel = mark.channel if mark else "link"
    employee = await pages.employee_of(published, keys_of(request), mark.employee if mark else "")
    origin = Origin(channel=channel, place_code=place.code if place else "", employee_code=employee)
    context = pages.survey_context(request, shown, place, embed=channel == "embed", channel=channel)
    return Sent(shown, fields, in_its_language(shown, fields, context), origin, mark.made_at if mark else None)


async def _judged(request: AnyRequest, sent: Sent) -> Origin:
    """How the answer came, with why it looks like a machine's, if it does. Raises TooMany where it is not taken."""
    excess, now = _excess(request), clock.now()
    since = windows.begun(sent.since, FASTEST, now) if sent.since else None
    if reason := page_verdict(control(sent.fields, "_website"), since, now) or excess:
        await state_of(request).part(SpamBox).require_room(sent.published.workspace, len(await request.body()))
    return msgspec.structs.replace(sent.origin, spam_reason=reason)


async def _first_answer(sent: Sent) -> StoredResponse | None:
    """The answer that came from this very page before, while it may still be changed. Its id alone does not say so:
    a page is older than its answer, and both came by one way."""
    if sent.id is None or sent.since is None:
        return None
    try:
        row = await queries.by_client_id(sent.published.workspace, sent.published.id, sent.id)
    except NotFound:
        return None
    own = row.channel == sent.origin.channel and sent.since <= row.received_at
    return row if own and service.is_amendable(row, clock.now()) else None


async def _change(request: AnyRequest, sent: Sent) -> Response[Any]:
    """Puts what was sent now in the place of this page's first answer."""
    row = await _first_answer(sent)
    if row is None:
        return which(request, sent, changeable=False)
    try:
        receipt = await amended(sent, row, keys_of(request))
    except Conflict:
        return which(request, sent, changeable=True)
    except (Invalid, Gone, Unavailable) as error:
        return refused(request, sent, error)
    return to_thanks(request, sent, receipt, row.client_id)


async def _linked(request: AnyRequest, slug: str, token: str) -> tuple[PublishedForm, StoredResponse] | None:
    """The form as it was shown and the answer that a link to change it names; None when that is over. NotFound, which
    its page says in a respondent's words, where the link is none of ours."""
    published = await forms.published(slug)
    client_id = change_token.read(keys_of(request), published.id, token)
    if client_id is None:
        raise NotFound("a link that is none of ours")
    row = await queries.by_client_id(published.workspace, published.id, client_id)
    if not published.is_open or not service.is_amendable(row, clock.now()):
        return None
    return await forms.at_version(published, row.version), row


@get(MORE, opt=pages.BY_TOKEN, include_in_schema=False)
async def change_page(request: AnyRequest, slug: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """An answer once more, for whoever has its link, to be changed or completed."""
    return await _linked_page(request, slug, token, {})


@post(MORE, opt=pages.BY_TOKEN, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def change_answer(request: AnyRequest, slug: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Puts what was sent in the place of the answer that the link names."""
    return await _linked_page(request, slug, token, await form_fields(request))


async def _linked_page(request: AnyRequest, slug: str, token: str, fields: Fields) -> Response[Any]:
    try:
        linked = await _linked(request, slug, token)
    except NotFound:
        return _private(pages.notice(request, "link_broken", status_code=404))
    published, row = linked or (await forms.published(slug), None)
    embed = control(fields, "_embed") == "1" or request.query_params.get("_embed") == "1"
    context = pages.survey_context(request, published, None, embed=embed)
    about = (await places.place(row.workspace, row.place)).code if row and row.place else ""
    channel = row.channel if row else "link"
    context = msgspec.structs.replace(
        context, action=f"/s/{slug}/more/{token}", known=True, channel=channel, about_place=about
    )
    sent = Sent(published, fields, in_its_language(published, fields, context), Origin(channel=channel))
    if row is None:
        return _private(closed(request, sent, "change_over"))
    if request.method != "POST" or SHOW_IN in fields:
        return _private(_more(request, sent, row))
    if page := by_steps(request, sent, change_button(sent)):
        return _private(page)
    try:
        receipt = await amended(sent, row, keys_of(request))
    except Conflict:
        return _private(not_yet(request, sent))
    except (Invalid, Gone, Unavailable) as error:
        return _private(refused(request, sent, error, change_button(sent)))
    return to_thanks(request, sent, receipt, row.client_id)


def _more(request: AnyRequest, sent: Sent, row: StoredResponse) -> Response[bytes]:
    t = translator(sent.context.language, sent.published.written)
    return again(
        request,
        sent,
        values=None if sent.fields else row.given,
        notice=(t("thanks_title"), t("change_kept")),
        buttons=change_button(sent),
    )


def _private(response: Response[bytes]) -> Response[bytes]:
    response.headers.update(pages.PRIVATE_HEADERS)
    return response


@post("/c/{slug:str}", opt=pages.RESPONDENT, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def answer_plain_form(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """A form on any site, without script: the same as on our own page. It has no mark of ours, so that what its
    honeypot catches is all that is suspected here."""
    try:
        published = await forms.published(slug)
    except NotFound:
        return pages.notice(request, "not_found", status_code=404)
    fields = await form_fields(request)
    place = await pages.place_of(published, control(fields, "_place"))
    employee = await pages.employee_of(published, keys_of(request), control(fields, "_employee"))
    code = place.code if place else ""
    origin = Origin(channel="embed", place_code=code, employee_code=employee)
    context = in_its_language(published, fields, pages.survey_context(request, published, place))
    # Nobody timed how long this was filled in: a page of ours that shows it again does not begin to.
    sent = Sent(published, fields, context, origin, clock.now() - FASTEST)
    try:
        sent = msgspec.structs.replace(sent, origin=await _judged(request, sent))
    except TooMany as error:
        return refused(request, sent, error)

    async def repeated() -> Response[Any]:
        return which(request, sent, changeable=False)

    return await take(request, sent, repeated)


ROUTES = [answer_survey, change_page, change_answer, answer_plain_form]
