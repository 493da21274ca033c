"""Every way to bring a form to people: its link, posters, mail, and what a web site needs."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey_service.accounts.guards import Caller
from survey_service.builder import snippets
from survey_service.builder.frame import FORMS, VIEW, Html, form_page
from survey_service.core.http import AnyRequest, public_url
from survey_service.forms import queries as forms
from survey_service.places import qr


@get(FORMS + "/{slug:str}/share", opt=VIEW, include_in_schema=False)
async def share_page(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Every way to bring a form to people: link, embedding, plain HTML, posters, mail."""
    row = await forms.row_of(caller.workspace, slug.replace("\x00", " "))
    published = await forms.published(row.slug) if row.version else None
    base = public_url(request)
    return form_page(
        caller,
        row,
        "share",
        "Share",
        link=f"{base}/s/{slug}",
        embed=snippets.embed(base, slug, row.name),
        plain=snippets.plain(base, slug, published.definition, published.written) if published else "",
        loopback=qr.is_loopback(base),
        lacks_privacy_page=published is not None
        and await forms.lacks_privacy_page(caller.workspace, published.definition),
    )


ROUTES = [share_page]
