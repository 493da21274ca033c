"""What handlers read of requests: form fields, and whether what is changed is still as it was read."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.params import HeaderParameter

from survey_service.core import edits, form_encoding
from survey_service.core.errors import PreconditionFailed
from survey_service.core.form_encoding import Fields

Shown = TypeVar("Shown", bound=msgspec.Struct)

IF_MATCH = r'^(\*|(W/)?"[!#-~]*"( ?, ?(W/)?"[!#-~]*")*)$'
"""How an `If-Match` is written, as the document of the API says it; `edits.is_wanted` takes a little more."""

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The `ETag` of what was read: 412 if it was changed since. Absent: it is changed in any case.",
        schema_extra={"pattern": IF_MATCH},
    ),
]


async def form_fields(request: Request[Any, Any, Any]) -> Fields:
    """Every text of a form by the field's name, whatever encoding it was written in; files are left out.

    The only way in which forms are read. Raises Malformed.
    """
    return form_encoding.decode(await request.body(), request.headers.get("content-type", ""))


async def fields_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The same of fields that come once; of one that came twice the last."""
    return {name: values[-1] for name, values in (await form_fields(request)).items()}


def tagged(shown: Shown) -> Response[Shown]:
    """What the API shows, with the entity tag that an `If-Match` names."""
    return Response(shown, headers={"ETag": edits.version_of(shown)})


def check_match(if_match: str | None, shown: msgspec.Struct) -> None:
    """Raises PreconditionFailed unless what stands now is what an `If-Match` header names, and Malformed if it names
    nothing; None is no such header."""
    if if_match is not None and not edits.is_wanted(if_match, edits.version_of(shown)):
        raise PreconditionFailed("This was changed meanwhile; nothing was changed now. Read it again.")
