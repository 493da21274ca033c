"""The draft and published versions as respondents see them, sent nowhere."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts import queries as accounts
from survey_service.accounts.guards import Caller
from survey_service.builder.frame import FORMS, VIEW, Html
from survey_service.core import i18n, templates
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormRow, PublishedForm
from survey_service.survey import rendering
from survey_service.survey.rendering import PageContext


@get(FORMS + "/{slug:str}/preview", opt=VIEW, include_in_schema=False)
async def preview_page(caller: NamedDependency[Caller], slug: FromPath[str], lang: FromQuery[str] = "") -> Html:
    """The draft as respondents would see it; it can be filled in, and is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    return await _preview(caller, row, row.draft, lang)


@get(FORMS + "/{slug:str}/versions/{number:int}", opt=VIEW, include_in_schema=False)
async def version_page(
    caller: NamedDependency[Caller], slug: FromPath[str], number: FromPath[int], lang: FromQuery[str] = ""
) -> Html:
    """A published version as respondents saw it; it is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    if number > row.version:
        raise NotFound(_("There is no such version of the form."))
    return await _preview(caller, row, await queries.definition_of(caller.workspace, row.id, number), lang)


async def _preview(caller: Caller, row: FormRow, definition: Definition, lang: str) -> Html:
    """A page that stands alone: it loads nothing, and its policy keeps it from sending anything."""
    published = PublishedForm(
        id=row.id,
        workspace=row.workspace,
        slug=row.slug,
        name=row.name,
        state=row.state,
        version=row.version,
        allowed_origins=row.allowed_origins,
        workspace_name=caller.workspace_name,
        workspace_privacy_url=(await accounts.workspace(caller.workspace)).privacy_url,
        time_zone=caller.time_zone,
        accepts_json=False,
        definition=definition,
        languages=tuple(dict.fromkeys(definition.languages)),
        written=await queries.written(caller.workspace, definition.languages),
    )
    context = PageContext(i18n.negotiate(lang, published.languages, published.languages[0]), action="")
    pieces = rendering.survey(published, context, template="builder/preview.html", back=f"{FORMS}/{published.slug}")
    policy = rendering.policy("'self'")
    for directive in ("form-action", "connect-src"):
        policy = policy.replace(f"{directive} 'self'", f"{directive} 'none'")
    return templates.html(pieces.page("", ""), policy=policy)


ROUTES = [preview_page, version_page]
