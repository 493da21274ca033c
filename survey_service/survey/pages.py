"""What respondents see before they answer: the survey page, and the pages around it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Request, Response, get
from litestar.params import FromPath

from survey_service.core import clock, i18n, templates
from survey_service.core.addresses import came_from
from survey_service.core.errors import NotFound
from survey_service.core.http import keys_of
from survey_service.core.keyring import Keyring
from survey_service.forms import queries
from survey_service.forms.schemas import PublishedForm
from survey_service.places import employee_codes
from survey_service.places import queries as places
from survey_service.places.schemas import PlaceRow
from survey_service.questions import Question
from survey_service.survey import page_token, rendering
from survey_service.survey.rendering import PageContext, Pieces

URL_SAFE = re.compile(r"[A-Za-z0-9._-]{1,400}")
RESPONDENT = {"public": True, "respondent": True}
BY_TOKEN = {**RESPONDENT, "secret_part": "token"}
PRIVATE = {**BY_TOKEN, "private": True}
"""The `opt` of pages that anybody may open, of those whose address is one person's own, and of such that no other site
may frame."""
PRIVATE_HEADERS = {"Referrer-Policy": "no-referrer"}


def chosen_language(request: Request[Any, Any, Any], published: PublishedForm, wanted: str = "") -> str:
    """The language of a page: the link's, else an invitation's, else the browser's, else the form's first."""
    for tag in (request.query_params.get("lang"), wanted):
        if tag and (match := i18n.negotiate(tag, published.languages, "")):
            return match
    return i18n.negotiate(request.headers.get("accept-language"), published.languages, published.languages[0])


async def place_of(published: PublishedForm, code: str | None) -> PlaceRow | None:
    """The place that a link names; None if it is not one of the form's workspace."""
    place = await places.place_by_code(code) if code else None
    return place if place and place.workspace == published.workspace else None


async def employee_of(published: PublishedForm, keys: Keyring, text: str | None) -> str:
    """The code, signed or not, of an employee whom a link names; empty if it is nobody of the form's workspace."""
    if not text or len(text) > employee_codes.MAX_LENGTH:
        return ""
    code, _ = employee_codes.read(keys, published.workspace, text)
    return text if await places.employee_by_code(published.workspace, code) else ""


async def way_in(
    request: Request[Any, Any, Any], published: PublishedForm, keys: Keyring
) -> tuple[bool, PlaceRow | None, str]:
    """Whether the page stands inside another site, and the place and the employee's code that the link names."""
    asked = request.query_params
    place = await place_of(published, asked.get("_place"))
    return asked.get("_embed") == "1", place, await employee_of(published, keys, asked.get("_employee"))


def channel_of(embed: bool) -> str:
    """The channel of a page that is reached by its own address."""
    return "embed" if embed else "link"


def mark(
    keys: Keyring, published: PublishedForm, channel: str, place: str, employee: str = "", since: datetime | None = None
) -> str:
    """The signed mark of a page of this version, made now or first shown at `since`."""
    at, form = since or clock.now(), published
    return page_token.make(keys, at, form.workspace, form.id, form.version, channel, place, employee)


def survey_context(
    request: Request[Any, Any, Any],
    published: PublishedForm,
    place: PlaceRow | None,
    *,
    embed: bool = False,
    channel: str = "",
) -> PageContext:
    """How the survey page is shown for this request."""
    language = chosen_language(request, published)
    name, code = (place_name(place, language), place.code) if place else ("", "")
    way = channel or channel_of(embed)
    return PageContext(language, f"/s/{published.slug}", name, code, embed, channel=way)


def place_name(place: PlaceRow, language: str) -> str:
    """A place's name for a reader: in its own script where the reader's language is not English."""
    return place.own_name or place.name if language != "en" else place.name


def respond(
    request: Request[Any, Any, Any],
    published: PublishedForm,
    pieces: Pieces,
    *,
    channel: str,
    place: str = "",
    employee: str = "",
    response_id: str = "",
    since: datetime | None = None,
    status_code: int = 200,
    script: str = "",
    private: bool = False,
) -> Response[bytes]:
    """A survey page for one respondent: a fresh (or kept) id and the signed mark of when and how they came. `script` is
    its script's name, where it is not the survey's own."""
    body = pieces.page(response_id or str(uuid4()), mark(keys_of(request), published, channel, place, employee, since))
    origins = "" if private else published.allowed_origins
    return templates.html(
        body,
        status_code=status_code,
        policy=rendering.policy(origins, script or rendering.script_of(published.definition)),
        headers=PRIVATE_HEADERS if private else None,
    )


def notice(
    request: Request[Any, Any, Any],
    key: str,
    *,
    status_code: int,
    published: PublishedForm | None = None,
    language: str = "",
    before: str = "",
    **more: Any,
) -> Response[bytes]:
    """A respondent's page with a title, a sentence and nothing to fill in: closed, not found, used, busy. `before` is
    another message that stands before the sentence.

    Without a `language` it is in that of the address or of the page before, else in one that the browser accepts."""
    written = published.written if published else ()
    available = (*i18n.LANGUAGES, *(tag for tag, _ in written))
    asked = language or i18n.negotiate(request.query_params.get("lang") or _read_before(request), available, "")
    shown = asked or i18n.negotiate(request.headers.get("accept-language"), available, "en")
    t = i18n.translator(shown, written)
    embed = more.get("embed") or request.query_params.get("_embed") == "1"
    content = templates.render(
        "survey/notice.html",
        t=t,
        language=shown,
        direction=i18n.direction(shown),
        languages=[],
        brand={"name": published.workspace_name if published else "", "place": "", "privacy_url": ""},
        embed=embed,
        place="",
        style=rendering.style(),
        script="",
        title=t(f"{key}_title"),
        before=t(before) if before else "",
        text=t(f"{key}_text"),
        back=more.get("back"),
        typed=more.get("typed"),
        number=more.get("number"),
    )
    origins = published.allowed_origins if published else "*"
    return templates.html(content, status_code=status_code, policy=rendering.policy(origins))


def _read_before(request: Request[Any, Any, Any]) -> str:
    """The language that the page asked for which a form was sent from, as far as the browser says it."""
    _path, query = came_from(request.headers.get("referer", ""))
    return query.get("lang", "")


def open_survey(
    request: Request[Any, Any, Any],
    published: PublishedForm,
    *,
    channel: str,
    place: PlaceRow | None = None,
    employee: str = "",
    embed: bool = False,
) -> Response[bytes]:
    """The empty survey, or the page that says it is closed."""
    context = survey_context(request, published, place, embed=embed, channel=channel)
    if not published.is_open:
        return notice(request, "closed", status_code=410, published=published, language=context.language)
    pieces = rendering.empty_survey(published, context)
    return respond(request, published, pieces, channel=channel, place=context.place_code, employee=employee)


def question_named(published: PublishedForm, key: str) -> Question | None:
    """The question with this key."""
    return next((question for question in published.definition.questions if question.key == key), None)


@get("/s/{slug:str}", opt=RESPONDENT, operation_id="SurveyPage", include_in_schema=False)
async def survey_page(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    """The survey, complete without JavaScript."""
    try:
        published = await queries.published(slug)
    except NotFound:
        return notice(request, "not_found", status_code=404)
    embed, place, employee = await way_in(request, published, keys_of(request))
    return open_survey(request, published, channel=channel_of(embed), place=place, employee=employee, embed=embed)


@get("/s/{slug:str}/thanks", opt=RESPONDENT, include_in_schema=False)
async def thanks_page(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    """Where a form-encoded answer ends."""
    try:
        published = await queries.published(slug)
    except NotFound:
        return notice(request, "not_found", status_code=404)
    receipt = request.query_params.get("receipt", "")
    embed, place, employee = await way_in(request, published, keys_of(request))
    context = survey_context(request, published, place, embed=embed)
    default = published.definition.languages[0]
    shown = receipt if receipt.replace("-", "").isalnum() and len(receipt) <= 16 and receipt.isascii() else ""
    content = templates.render(
        "survey/thanks.html",
        **(rendering.frame(published, context) | {"languages": []}),
        title=text_or_empty(published.definition.thanks_title, context.language, default),
        text=text_or_empty(published.definition.thanks, context.language, default),
        receipt=shown,
        onward=_onward(request, published, context, employee) if published.is_open else None,
    )
    return templates.html(content, policy=rendering.policy(published.allowed_origins))


def _onward(
    request: Request[Any, Any, Any], published: PublishedForm, context: PageContext, employee: str
) -> tuple[str, str] | None:
    """The address and the words of what may follow. At a place one device may serve many: there it is the next
    answer, and never the way back to the last one's words."""
    t, query = i18n.translator(context.language, published.written), {"lang": context.language}
    if context.embed:
        query["_embed"] = "1"
    if context.place_code and employee:
        query["_employee"] = employee
    if context.place_code and request.query_params.get("_way") == "qr":
        return f"/q/{context.place_code}?{urlencode(query)}", t("thanks_another")
    if context.place_code:
        return f"/s/{published.slug}?{urlencode(query | {'_place': context.place_code})}", t("thanks_another")
    change = request.query_params.get("change", "")
    if not change or not URL_SAFE.fullmatch(change):
        return None
    return f"/s/{published.slug}/more/{change}?{urlencode(query)}", t("thanks_change")


def text_or_empty(text: dict[str, str], language: str, default: str) -> str:
    """The author's words, or nothing, where the chrome has words of its own."""
    return text.get(language) or (text.get(default, "") if language == default else "")


ROUTES = [survey_page, thanks_page]
