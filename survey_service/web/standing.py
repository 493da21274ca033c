"""How the installation stands for those whose work depends on it: address, mail, backup; and what to do about it."""

from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from survey_service.core.guide import GUIDE
from survey_service.core.settings import Settings
from survey_service.invitations import resuming
from survey_service.places.qr import is_loopback

BACKUP_GROWS_OLD = timedelta(days=7)
BACKED_UP = "backed_up_at"
"""The installation's value that `backup` leaves."""


class Standing(msgspec.Struct, frozen=True):
    """One thing that must be right. `settings` names what `to_do` is about, for whoever reads it on a terminal."""

    subject: str
    level: Literal["ok", "warning"]
    words: str
    to_do: str = ""
    settings: str = ""


def address(settings: Settings) -> Standing:
    """Whether customers can open what leads here."""
    url, guide = settings.public_url, GUIDE.format("The address")
    if is_loopback(url):
        words = f"Only this machine can open {url}. Posters, links and mails would lead nowhere."
        to_do = "It needs an address of its own before you print or send anything."
        return Standing("address", "warning", words, f"{to_do} {guide}", "SURVEY_BASE_URL")
    if urlsplit(url).scheme == "http":
        words = f"Customers reach these pages at {url}, but what they write is not encrypted on its way."
        to_do = "It needs an address that begins with https."
        return Standing("address", "warning", words, f"{to_do} {guide}", "SURVEY_BASE_URL")
    return Standing("address", "ok", f"Customers reach these pages at {url}.")


def mail(settings: Settings) -> Standing:
    """Whether mails go out."""
    if settings.smtp_url:
        server = urlsplit(settings.smtp_url).hostname
        return Standing("mail", "ok", f"Mails go out through {server} as {settings.mail_from}.")
    to_do = "As soon as a mail server is set up, they go out by themselves."
    return Standing(
        "mail", "warning", resuming.NO_SERVER, f"{to_do} {GUIDE.format('Mail')}", "SURVEY_SMTP_URL, SURVEY_MAIL_FROM"
    )


def backup(backed_up_at: datetime | None, now: datetime) -> Standing:
    """Whether there is a copy from which everything could be brought back."""
    guide = f"Let the machine make one every night. {GUIDE.format('Backup')}"
    if backed_up_at is None:
        return Standing("backup", "warning", "No backup has been made here yet.", guide, "survey-service backup")
    when = f"{backed_up_at:%-d %B %Y, %H:%M} UTC"
    if now - backed_up_at > BACKUP_GROWS_OLD:
        return Standing("backup", "warning", f"The last backup is of {when}.", guide, "survey-service backup")
    return Standing("backup", "ok", f"The last backup is of {when}.")
