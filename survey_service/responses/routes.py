"""The open JSON route: answers without a key."""

from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody

from survey_service.accounts import guards
from survey_service.core.errors import Conflict, Forbidden, Gone, SignInRequired, TooMany, Unavailable
from survey_service.core.http import state_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm, SlugInPath
from survey_service.places import employee_codes
from survey_service.responses import flood, service
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES, Outcome, Receipt, Submission
from survey_service.responses.spam_box import SpamBox

HEADERS = {"Access-Control-Allow-Origin": "*"}
"""Of an acknowledgement: any site may send answers, and nothing is read with a visitor's credentials."""


@post(
    "/api/v1/forms/{slug:str}/responses",
    opt={
        "public": True,
        "quiet": True,
        "error_field": "question",
        "any_site": True,
        "refuses": (Forbidden, Conflict, Gone, TooMany, Unavailable),
    },
    operation_id="SubmitResponse",
    summary="Submit a response",
    tags=["responses"],
    request_max_body_size=MAX_SUBMISSION_BYTES,
    status_code=201,
    response_description="It is kept.",
    responses={200: ResponseSpec(Receipt, description="It was kept already.", generate_examples=False)},
)
async def submit_response(
    request: Request[Any, Any, State], slug: SlugInPath, data: JSONBody[Submission]
) -> Response[Receipt]:
    """Answers to a form. The same id with equal answers is acknowledged again with 200 and counts nothing twice. A key
    is asked for by nobody, and none refuses an answer; one of `responses:write` says that staff stand for the
    `employee`."""
    state = state_of(request)
    excess = flood.excess(request.scope, state)
    published = await forms.published(slug)
    service.require_json_allowed(published)
    if excess:
        await state.part(SpamBox).require_room(published.workspace, len(await request.body()))
    proven = bool(data.employee) and await _by_staff(request, published, data.employee or "")
    origin = service.Origin(channel="api", spam_reason=excess, employee_proven=proven)
    outcome = await service.submit(state.part(GroupCommit), published, data, origin, state.keys)
    return acknowledgement(outcome)


async def _by_staff(request: Request[Any, Any, State], published: PublishedForm, employee: str) -> bool:
    """Whether a key of the form's own workspace stands for a code that is not signed. Whatever else the header holds,
    for a proxy or another service, stands for nobody, and the answer is kept."""
    if "Authorization" not in request.headers:
        return False
    if employee_codes.read(state_of(request).keys, published.workspace, employee)[1]:
        return False
    try:
        return (await guards.caller_of_key(request, "responses:write")).workspace == published.workspace
    except (SignInRequired, Forbidden):
        return False


def acknowledgement(outcome: Outcome) -> Response[Receipt]:
    """201 for a new answer, 200 for a replay; Conflict where other answers came under the same id."""
    if outcome.status == "conflict":
        raise Conflict(_("Other answers were sent with this id before. The first ones are kept."))
    status_code = 201 if outcome.status == "created" else 200
    return Response(Receipt(outcome.client_id, outcome.receipt), status_code=status_code, headers=HEADERS)


ROUTES = [submit_response]
