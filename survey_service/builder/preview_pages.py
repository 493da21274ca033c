"""The draft and published versions as respondents see them, sent nowhere."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder.frame import FORMS, VIEW, Html
from survey_service.core import i18n, policies, templates
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormRow
from survey_service.survey import rendering
from survey_service.survey.rendering import PageContext


@get(FORMS + "/{slug:str}/preview", opt=VIEW, include_in_schema=False)
async def preview_page(caller: NamedDependency[Caller], slug: FromPath[str], lang: FromQuery[str] = "") -> Html:
    """The draft as respondents would see it; it can be filled in, and is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    return await _preview(row, row.draft, lang)


@get(FORMS + "/{slug:str}/versions/{number:int}", opt=VIEW, include_in_schema=False)
async def version_page(
    caller: NamedDependency[Caller], slug: FromPath[str], number: FromPath[int], lang: FromQuery[str] = ""
) -> Html:
    """A published version as respondents saw it; it is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    if number > row.version:
        raise NotFound(_("There is no such version of the form."))
    return await _preview(row, await queries.definition_of(caller.workspace, row.id, number), lang)


async def _preview(row: FormRow, definition: Definition, lang: str) -> Html:
    """A page that stands alone: it loads nothing, and its policy keeps it from sending anything."""
    shown = await queries.as_if_published(row, definition)
    context = PageContext(i18n.negotiate(lang, shown.languages, shown.languages[0]), action="")
    pieces = rendering.survey(shown, context, template="builder/preview.html", back=f"{FORMS}/{row.slug}")
    policy = policies.of_respondents(
        rendering.style(), rendering.script(rendering.script_of(definition)), "'self'", sends=False
    )
    return templates.html(pieces.page("", ""), policy=policy)


ROUTES = [preview_page, version_page]
