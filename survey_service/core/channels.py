"""The channels: which there are, and what staff read of them. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

CHANNELS = {
    "link": (N_("Link"), N_("by link")),
    "qr": (N_("QR in the shop"), N_("by QR code")),
    "kiosk": (N_("Kiosk"), N_("at a kiosk")),
    "email": (N_("E-mail"), N_("by e-mail")),
    "embed": (N_("Web site"), N_("on a web page")),
    "api": (N_("API"), N_("through the API")),
    "phone": (N_("Phone"), N_("on the phone")),
    "sms": (N_("SMS"), N_("by SMS")),
    "chat": (N_("Chat"), N_("in a chat")),
    "import": (N_("Import"), N_("from an import")),
}
"""Code → its name, and how one answered through it. An answer's channel is set by the way in, never by its sender."""


def how(code: str) -> str:
    """`by QR code`; empty for a code that is none."""
    return _(CHANNELS.get(code, ("", ""))[1])
