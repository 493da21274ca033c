"""JSON bodies as their types say: nothing is converted, and what is wrong is named by its path."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from survey_service.core import misfits
from survey_service.core.errors import Invalid, Malformed, ServiceError
from survey_service.core.i18n.staff import gettext as _

BROKEN_OFF = "client disconnected prematurely"
"""What the framework says of a body that did not come to its end."""
ABSENT = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")


class ClientLeft(ServiceError):
    """The client broke off before its request was whole: nobody's fault, and nobody reads the answer."""

    status = 499
    code = "client_left"


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is decoded by the type that its handler asks for.

    The framework decodes without a type and converts afterwards, which lets 0 pass for false and "1" for 1.
    """

    async def body(self) -> bytes:
        """The body. Raises ClientLeft, where the framework sees a fault of ours."""
        try:
            return await super().body()
        except InternalServerException as error:
            if error.detail != BROKEN_OFF:
                raise
            raise ClientLeft("") from error

    async def json(self) -> Any:
        """The body as the handler's type. Raises Malformed, or Invalid with the path of what is wrong."""
        wanted = self.route_handler.parsed_fn_signature.parameters.get("data")
        try:
            return msgspec.json.decode(await self.body(), type=wanted.annotation if wanted else Any)
        except msgspec.ValidationError as error:
            raise fault(str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(_("The body is not JSON in UTF-8.")) from error


def fault(message: str) -> Invalid:
    """The error of one member. msgspec says ``Expected `int`, got `str` - at `$.questions[0].revision` ``."""
    path, said = misfits.parted(message)
    if absent := ABSENT.match(said):
        return Invalid.field(f"{path}.{absent['name']}".lstrip("."), "missing", _("This is missing."))
    if unknown := UNKNOWN.match(said):
        words = _("There is no member “%(name)s” here.", name=unknown["name"])
        return Invalid.field(path or unknown["name"], "unknown", words)
    return Invalid.field(path or "body", "invalid", misfits.said(said))
