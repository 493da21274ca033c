"""Where respondents' forms are sent: survey pages, personal invitations, and plain forms of other sites."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_service.core import clock, i18n
from survey_service.core.errors import Conflict, FieldError, Gone, Invalid, NotFound, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.http import form_fields
from survey_service.distribution import queries as invitations
from survey_service.distribution.schemas import InvitationRow
from survey_service.forms import page_token, pages, rendering, validation
from survey_service.forms import queries as forms
from survey_service.forms.definition import ChoiceQuestion, ScaleQuestion, text_in
from survey_service.forms.rendering import Setting
from survey_service.forms.schemas import FormHead
from survey_service.responses import queries, service
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES, Outcome, Submission
from survey_service.responses.service import Origin
from survey_service.responses.spam import excess_reason, page_verdict

AnyRequest = Request[Any, Any, Any]


def control(fields: Fields, name: str) -> str:
    """A control field's text, empty if it was not sent."""
    return fields.get(name, [""])[0]


def as_uuid(text: str) -> UUID | None:
    """The id in a control field; None (a new one is made) if it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _excess(request: AnyRequest) -> str:
    return excess_reason(request.app.state.bursts, request.client.host if request.client else "", clock.now())


@post(
    "/s/{slug:str}",
    opt={"public": True},
    include_in_schema=False,
    request_max_body_size=MAX_SUBMISSION_BYTES,
)
async def answer_survey(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """A form-encoded answer → 303 to the thanks page, or the page again with what needs another look."""
    try:
        head = await forms.head(slug)
    except NotFound:
        return pages.notice(request, "not_found", status_code=404)
    fields = await form_fields(request)
    token = page_token.read(request.app.state.secret, control(fields, "_time"))
    verdict = page_verdict(control(fields, "_website"), token.made_at if token else None, clock.now())
    channel, place_code = (token.channel, token.place) if token else ("link", "")
    origin = Origin(channel=channel, place_code=place_code, spam_reason=verdict or _excess(request))
    place = await pages.place_of(head, place_code)
    setting = _setting(request, head, fields, pages.survey_setting(request, head, place, embed=channel == "embed"))
    return await _take(request, head, fields, origin, setting)


def _setting(request: AnyRequest, head: FormHead, fields: Fields, setting: Setting) -> Setting:
    """The page is shown again in the language it was filled in."""
    language = i18n.negotiate(control(fields, "_language"), head.languages, setting.language)
    return msgspec.structs.replace(setting, language=language)


async def _take(request: AnyRequest, head: FormHead, fields: Fields, origin: Origin, setting: Setting) -> Response[Any]:
    """Submits the answers of a page and says what became of them."""
    state = request.app.state
    submission = Submission(
        answers=validation.from_fields(head.definition, fields),
        id=as_uuid(control(fields, "_id")),
        language=setting.language,
        hidden=_hidden(head, fields),
    )
    try:
        outcome = await service.submit(state.group_commit, head, submission, origin, state.secret)
    except Invalid as error:
        return _again(request, head, fields, origin, setting, list(error.errors))
    except Gone:
        return pages.notice(request, "closed", status_code=410, head=head, language=setting.language)
    except Unavailable as error:
        return _busy(request, head, setting, error.retry_after or 2)
    if outcome.status == "conflict":
        return _kept(request, head, submission, outcome, setting)
    return _to_thanks(head, setting, outcome.receipt)


def _hidden(head: FormHead, fields: Fields) -> dict[str, Any]:
    """Declared values that came along as fields named `_hidden_…`."""
    names = head.definition.hidden
    return {name: control(fields, f"_hidden_{name}")[:500] for name in names if f"_hidden_{name}" in fields}


def _again(
    request: AnyRequest, head: FormHead, fields: Fields, origin: Origin, setting: Setting, errors: list[FieldError]
) -> Response[bytes]:
    """The page with everything typed and an error beside each question that needs another look."""
    known = {question.key for question in head.definition.questions}
    shown = [error for error in errors if error.field in known]
    pieces = rendering.survey(head, setting, _typed(head, fields), shown)
    return pages.respond(
        request,
        head,
        pieces,
        channel=origin.channel,
        place=setting.place_code,
        response_id=str(as_uuid(control(fields, "_id")) or ""),
        status_code=422,
        private=origin.invitation is not None,
    )


def _typed(head: FormHead, fields: Fields) -> dict[str, Any]:
    """What was typed, by question, as it was."""
    values: dict[str, Any] = {}
    for question in head.definition.questions:
        if given := [value for value in fields.get(question.key, []) if value]:
            values[question.key] = given if isinstance(question, ChoiceQuestion) else given[0]
    return values


def _busy(request: AnyRequest, head: FormHead, setting: Setting, retry_after: int) -> Response[bytes]:
    page = pages.notice(request, "busy", status_code=503, head=head, language=setting.language)
    page.headers["Retry-After"] = str(retry_after)
    return page


def _kept(
    request: AnyRequest, head: FormHead, submission: Submission, outcome: Outcome, setting: Setting
) -> Response[bytes]:
    """“Your first answer is kept”, with what was new."""
    first = msgspec.json.decode(outcome.first_answers)
    default = head.definition.languages[0]
    new = validation.check(head.definition, submission.answers, setting.language).answers
    rows = [
        {
            "text": text_in(question.text, setting.language, default),
            "first": spoken(question, first.get(question.key), setting.language, default),
            "new": spoken(question, new.get(question.key), setting.language, default),
        }
        for question in head.definition.questions
        if first.get(question.key) != new.get(question.key)
    ]
    return pages.thanks(request, head, setting, outcome.receipt, kept=rows, status_code=409)


def spoken(question: Any, value: Any, language: str, default: str) -> str:
    """An answer in words: choices by their texts, a dash for none."""
    if value is None:
        return "–"
    if isinstance(question, ScaleQuestion):
        return str(value)
    if isinstance(question, ChoiceQuestion):
        texts = {choice.key: text_in(choice.text, language, default) for choice in question.choices}
        keys = value if isinstance(value, list) else [value]
        return ", ".join(texts.get(key) or str(key) for key in keys)
    return str(value)


def _to_thanks(head: FormHead, setting: Setting, receipt: str) -> Redirect:
    query = {"receipt": receipt, "lang": setting.language}
    if setting.embed:
        query["_embed"] = "1"
    if setting.place_code:
        query["_place"] = setting.place_code
    return Redirect(f"/s/{head.slug}/thanks?{urlencode(query)}", status_code=303)


async def _invited(request: AnyRequest, token: str) -> tuple[FormHead, InvitationRow, Setting]:
    invitation = await invitations.invitation_by_token(request.app.state.secret, token)
    head = await forms.head_by_id(invitation.workspace, invitation.form)
    language = pages.chosen_language(request, head, invitation.language)
    place = await pages.place_of(head, invitation.place_code)
    name = pages.place_name(place, language) if place else ""
    return head, invitation, Setting(language, f"/i/{token}", name, "", known=True)


@get("/i/{token:str}", opt={"public": True}, include_in_schema=False)
async def invitation_page(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """A personal invitation. Whatever its link says, opening it records nothing."""
    try:
        head, invitation, setting = await _invited(request, token)
    except NotFound:
        return _private(pages.notice(request, "link_broken", status_code=404))
    if invitation.answered_at:
        return _used(request, head, setting)
    if not head.is_open:
        return _private(pages.notice(request, "closed", status_code=410, head=head, language=setting.language))
    for key, value in request.query_params.items():
        question = pages.question_named(head, key)
        if isinstance(question, ScaleQuestion) and value in _numbers(question):
            pieces = rendering.preselected(head, setting, question, value)
            return pages.respond(request, head, pieces, channel="email", script="invitation", private=True)
    pieces = rendering.survey(head, setting)
    return pages.respond(request, head, pieces, channel="email", private=True)


def _numbers(question: ScaleQuestion) -> list[str]:
    return [str(number) for number in range(question.low, question.high + 1)]


def _private(response: Response[bytes]) -> Response[bytes]:
    response.headers.update(pages.PRIVATE_HEADERS)
    response.headers["Content-Security-Policy"] = rendering.policy("")
    return response


@post("/i/{token:str}", opt={"public": True}, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def answer_invitation(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Records the invitation's answer: one for each invitation, however often it is sent."""
    try:
        head, invitation, setting = await _invited(request, token)
    except NotFound:
        return _private(pages.notice(request, "link_broken", status_code=404))
    fields = await form_fields(request)
    origin = Origin(
        channel="email",
        place_code=invitation.place_code,
        invitation=invitation.id,
        customer=invitation.customer,
        customer_strength="verified",
    )
    shown = _setting(request, head, fields, setting)
    answer = await _take(request, head, fields, origin, shown)
    if answer.status_code == 422:
        return answer
    one_tap = "_partial" in fields and len(head.definition.questions) > 1
    if answer.status_code == 303:
        return Redirect(f"/i/{token}/more", status_code=303) if one_tap else answer
    return _private(answer)


def _used(request: AnyRequest, head: FormHead, setting: Setting) -> Response[bytes]:
    return _private(pages.notice(request, "invitation_used", status_code=410, head=head, language=setting.language))


async def _answered(head: FormHead, invitation: InvitationRow) -> dict[str, Any] | None:
    """The response that the invitation led to, while it may still be completed."""
    if not head.is_open or head.version == 0:
        return None
    try:
        row = await queries.by_client_id(invitation.workspace, head.id, invitation.id)
    except NotFound:
        return None
    recent = clock.now() - row["received_at"] <= service.AMENDABLE_FOR
    return row if recent and row["state"] == "complete" and row["version"] == head.version else None


@get("/i/{token:str}/more", opt={"public": True}, include_in_schema=False)
async def more_page(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """After the one tap: the answer is kept, and whoever likes adds a word or changes the number."""
    try:
        head, invitation, setting = await _invited(request, token)
    except NotFound:
        return _private(pages.notice(request, "link_broken", status_code=404))
    row = await _answered(head, invitation)
    if row is None:
        return _used(request, head, setting)
    return _more(request, head, setting, token, msgspec.json.decode(row["answers"]))


def _more(
    request: AnyRequest,
    head: FormHead,
    setting: Setting,
    token: str,
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
) -> Response[bytes]:
    shown = msgspec.structs.replace(setting, action=f"/i/{token}/more")
    pieces = rendering.survey(head, shown, values, errors, kept=True)
    status_code = 422 if errors else 200
    return pages.respond(request, head, pieces, channel="email", status_code=status_code, private=True)


@post("/i/{token:str}/more", opt={"public": True}, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def amend_answer(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Completes or changes the answer of a personal invitation."""
    try:
        head, invitation, setting = await _invited(request, token)
    except NotFound:
        return _private(pages.notice(request, "link_broken", status_code=404))
    row = await _answered(head, invitation)
    if row is None:
        return _used(request, head, setting)
    fields = await form_fields(request)
    shown = _setting(request, head, fields, setting)
    submission = Submission(validation.from_fields(head.definition, fields), language=shown.language)
    try:
        receipt = await _amended(head, invitation, row, submission, request.app.state.secret)
    except Invalid as error:
        return _more(request, head, shown, token, _typed(head, fields), error.errors)
    return _to_thanks(head, msgspec.structs.replace(shown, place_code=""), receipt)


async def _amended(
    head: FormHead, invitation: InvitationRow, row: dict[str, Any], submission: Submission, secret: str
) -> str:
    """Amends the answer, once more if it changed after it was read: its comment may just have been read too."""
    try:
        return await service.amend(head, row, submission, secret)
    except Conflict:
        newer = await _answered(head, invitation)
        if newer is None:
            raise
        return await service.amend(head, newer, submission, secret)


@post("/c/{slug:str}", opt={"public": True}, include_in_schema=False, request_max_body_size=MAX_SUBMISSION_BYTES)
async def answer_plain_form(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """A form on any site, without script: the same as on our own page. It has no mark of ours, so that what its
    honeypot catches is all that is suspected here."""
    try:
        head = await forms.head(slug)
    except NotFound:
        return pages.notice(request, "not_found", status_code=404)
    fields = await form_fields(request)
    caught = "honeypot" if control(fields, "_website").strip() else _excess(request)
    place_code = control(fields, "_place")
    place = await pages.place_of(head, place_code)
    origin = Origin(channel="embed", place_code=place.code if place else "", spam_reason=caught)
    setting = _setting(request, head, fields, pages.survey_setting(request, head, place))
    return await _take(request, head, fields, origin, setting)


ROUTES = [answer_survey, invitation_page, answer_invitation, more_page, amend_answer, answer_plain_form]
