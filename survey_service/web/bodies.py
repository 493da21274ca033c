"""JSON bodies as their types say: nothing is converted, and what is wrong is named by its path."""

import re
from typing import Any

import msgspec
from litestar import Request

from survey_service.core import misfits
from survey_service.core.errors import Invalid, Malformed
from survey_service.core.i18n.staff import gettext as _

ABSENT = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is decoded by the type that its handler asks for.

    The framework decodes without a type and converts afterwards, which lets 0 pass for false and "1" for 1.
    """

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
