"""The channels: which there are, and what staff read of them. Pure."""

CHANNELS = {
    "link": ("Link", "by link"),
    "qr": ("QR in the shop", "by QR code"),
    "kiosk": ("Kiosk", "at a kiosk"),
    "email": ("E-mail", "by e-mail"),
    "embed": ("Web site", "on a web page"),
    "api": ("API", "through the API"),
    "phone": ("Phone", "on the phone"),
    "sms": ("SMS", "by SMS"),
    "chat": ("Chat", "in a chat"),
    "import": ("Import", "from an import"),
}
"""Code → its name, and how one answered through it. An answer's channel is set by the way in, never by its sender."""


def how(code: str) -> str:
    """`by QR code`; empty for a code that is none."""
    return CHANNELS.get(code, ("", ""))[1]
