"""What handlers read of requests."""

from typing import Any

from litestar import Request

from survey_service.core import form_encoding
from survey_service.core.form_encoding import Fields


async def form_fields(request: Request[Any, Any, Any]) -> Fields:
    """Every text of a form by the field's name, whatever encoding it was written in; files are left out.

    The only way in which forms are read. Raises Malformed.
    """
    return form_encoding.decode(await request.body(), request.headers.get("content-type", ""))


async def fields_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The same of fields that come once; of one that came twice the last."""
    return {name: values[-1] for name, values in (await form_fields(request)).items()}
