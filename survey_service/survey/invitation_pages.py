"""Personal invitations: the page behind the link of a mail, and for a day the way to change or complete its answer.

Whoever has the link is who was asked, so that here, and only here and by a link of one's own, a stored answer is
shown again.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_service.core import clock
from survey_service.core.errors import Conflict, Gone, Invalid, NotFound, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.http import AnyRequest, form_fields, keys_of
from survey_service.core.i18n import translator
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.invitations import queries as invitations
from survey_service.invitations.schemas import InvitationRow
from survey_service.questions import Question
from survey_service.responses import queries, service
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES, StoredResponse
from survey_service.responses.service import Origin
from survey_service.survey import page_token, pages, rendering
from survey_service.survey.answering import (
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
)
from survey_service.survey.rendering import PageContext

Answers = dict[str, Any]


class Invited(msgspec.Struct, frozen=True):
    """An invitation that was opened, the form that it asks, and how its pages stand."""

    published: PublishedForm
    invitation: InvitationRow
    context: PageContext
    token: str


async def _invited(request: AnyRequest, token: str) -> Invited:
    invitation = await invitations.invitation_by_token(keys_of(request), token)
    published = await forms.published_by_id(invitation.workspace, invitation.form)
    language = pages.chosen_language(request, published, invitation.language)
    place = await pages.place_of(published, invitation.place_code)
    name = pages.place_name(place, language) if place else ""
    code = place.code if place else ""
    context = PageContext(language, f"/i/{token}", name, known=True, channel="email", about_place=code)
    return Invited(published, invitation, context, token)


def _private(response: Response[Any], shown: PublishedForm | None = None) -> Response[Any]:
    """A page that no other site may frame; `shown` is the form that it may show."""
    response.headers.update(pages.PRIVATE_HEADERS)
    script = rendering.script_of(shown.definition) if shown else "survey"
    response.headers["Content-Security-Policy"] = rendering.policy("", script)
    return response


def _broken(request: AnyRequest) -> Response[Any]:
    return _private(pages.notice(request, "link_broken", status_code=404))


def _sent(invited: Invited, published: PublishedForm, fields: Fields) -> Sent:
    """The form of an invitation's page. Whatever it says of itself, it is the invitation's."""
    row = invited.invitation
    origin = Origin(
        channel="email",
        place_code=row.place_code,
        employee_code=row.employee_code,
        employee_proven=True,
        invitation=row.id,
        customer=row.customer,
        customer_strength="verified",
    )
    return Sent(published, fields, in_its_language(published, fields, invited.context), origin)


async def _shown(request: AnyRequest, published: PublishedForm, fields: Fields) -> PublishedForm:
    """The version that the page's mark names, else the one in force."""
    mark = page_token.read(keys_of(request), published.workspace, published.id, control(fields, "_time"))
    try:
        return await forms.at_version(published, mark.version) if mark else published
    except NotFound:
        return published


@get("/i/{token:str}", opt=pages.PRIVATE, include_in_schema=False)
async def invitation_page(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """A personal invitation. Whatever its link says, opening it records nothing."""
    try:
        invited = await _invited(request, token)
    except NotFound:
        return _broken(request)
    tapped = _tapped(request, invited.published)
    if invited.invitation.answered_at:
        new = {question.key: question.from_fields({question.key: [value]}) for question, value in tapped}
        return await _answered_before(request, invited, new)
    if not invited.published.is_open:
        return _private(closed(request, _sent(invited, invited.published, {})))
    for question, value in tapped:
        pieces = rendering.preselected(invited.published, invited.context, question, value)
        return pages.respond(request, invited.published, pieces, channel="email", script="invitation", private=True)
    pieces = rendering.opened(invited.published, invited.context)
    return pages.respond(request, invited.published, pieces, channel="email", private=True)


def _tapped(request: AnyRequest, published: PublishedForm) -> Sequence[tuple[Question, str]]:
    """The number that the link of a mail names, with its question; empty for a link without one."""
    found = [(pages.question_named(published, key), value) for key, value in request.query_params.items()]
    return [(question, value) for question, value in found if question and value in question.one_click()][:1]


@post("/i/{token:str}", opt=pages.PRIVATE, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def answer_invitation(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Records the invitation's answer: one for each invitation, however often it is sent."""
    try:
        invited = await _invited(request, token)
    except NotFound:
        return _broken(request)
    fields = await form_fields(request)
    sent = _sent(invited, await _shown(request, invited.published, fields), fields)
    if SHOW_IN in fields and sent.published.is_open:
        return again(request, sent)
    if page := by_steps(request, sent):
        return _private(page, sent.published)
    partial = "_partial" in fields and len(sent.published.definition.questions) > 1

    async def repeated() -> Response[Any]:
        return await _answered_before(request, invited, sent.submission.answers, sent, keep_rest=partial)

    answer = await take(request, sent, repeated)
    if answer.status_code == 303:
        return Redirect(f"/i/{token}/more", status_code=303) if partial else answer
    return _private(answer, sent.published)


async def _answered_before(
    request: AnyRequest, invited: Invited, new: Answers, sent: Sent | None = None, *, keep_rest: bool = True
) -> Response[Any]:
    """The answer once more with what was tapped or written now, to be changed by a button: nothing is changed yet."""
    row = await _changeable(invited)
    if row is None:
        return _over(request, sent or _sent(invited, invited.published, {}))
    first = row.given
    return await _more(request, invited, row, (first if keep_rest else {}) | new, new)


def _over(request: AnyRequest, sent: Sent) -> Response[Any]:
    """That the invitation has its answer, with what was typed now."""
    return _private(closed(request, sent, "invitation_used"))


async def _changeable(invited: Invited) -> StoredResponse | None:
    """The response that the invitation led to, while it may still be changed or completed."""
    published = invited.published
    if not published.is_open:
        return None
    try:
        row = await queries.by_client_id(invited.invitation.workspace, published.id, invited.invitation.id)
    except NotFound:
        return None
    return row if service.is_amendable(row, clock.now()) else None


async def _more(
    request: AnyRequest, invited: Invited, row: StoredResponse, values: Answers, new: Answers
) -> Response[Any]:
    published = await forms.at_version(invited.published, row.version)
    t = translator(invited.context.language, published.written)
    first = row.given
    changed = [key for key, value in new.items() if value != first.get(key)]
    number = new.get(changed[0]) if len(changed) == 1 else None
    label = t("invitation_change_to", value=number) if isinstance(number, int) else t("already_change")
    text = t("change_not_yet") if changed else t("invitation_kept")
    shown = msgspec.structs.replace(invited.context, action=f"/i/{invited.token}/more")
    sent = _sent(msgspec.structs.replace(invited, context=shown), published, {})
    notice = (t("already_title" if changed else "thanks_title"), text)
    return again(request, sent, values=values, notice=notice, buttons=[(label, "", "")])


@get("/i/{token:str}/more", opt=pages.PRIVATE, include_in_schema=False)
async def more_page(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """After the one tap: the answer is kept, and whoever likes adds a word or changes the number."""
    try:
        invited = await _invited(request, token)
    except NotFound:
        return _broken(request)
    return await _answered_before(request, invited, {})


@post("/i/{token:str}/more", opt=pages.PRIVATE, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def amend_answer(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Completes or changes the answer of a personal invitation."""
    try:
        invited = await _invited(request, token)
    except NotFound:
        return _broken(request)
    fields = await form_fields(request)
    row = await _changeable(invited)
    if row is None:
        return _over(request, _sent(invited, await _shown(request, invited.published, fields), fields))
    more = msgspec.structs.replace(invited, context=msgspec.structs.replace(invited.context, action=f"/i/{token}/more"))
    sent = _sent(more, await forms.at_version(invited.published, row.version), fields)
    if SHOW_IN in fields:
        return again(request, sent, buttons=change_button(sent))
    if page := by_steps(request, sent, change_button(sent)):
        return _private(page, sent.published)
    try:
        receipt = await amended(sent, row, keys_of(request))
    except Conflict:
        return _private(not_yet(request, sent), sent.published)
    except (Invalid, Gone, Unavailable) as error:
        return _private(refused(request, sent, error, change_button(sent)), sent.published)
    return to_thanks(request, sent, receipt, row.client_id)


ROUTES = [invitation_page, answer_invitation, more_page, amend_answer]
