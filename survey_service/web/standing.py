"""How the installation stands for those whose work depends on it: address, mail, backup; and what to do about it."""

from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from survey_service.core import windows
from survey_service.core.guide import guide_to
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import long_day
from survey_service.core.settings import Settings
from survey_service.invitations import resuming
from survey_service.messaging.transports.email import MailServer
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
    url, guide = settings.public_url, guide_to("The address")
    if is_loopback(url):
        words = _("Only this machine can open %(url)s. Posters, links and mails would lead nowhere.", url=url)
        to_do = _("It needs an address of its own before you print or send anything.")
        return Standing("address", "warning", words, f"{to_do} {guide}", "SURVEY_BASE_URL")
    if urlsplit(url).scheme == "http":
        words = _("Customers reach these pages at %(url)s, but what they write is not encrypted on its way.", url=url)
        to_do = _("It needs an address that begins with https.")
        return Standing("address", "warning", words, f"{to_do} {guide}", "SURVEY_BASE_URL")
    return Standing("address", "ok", _("Customers reach these pages at %(url)s.", url=url))


def proxy(peer: str) -> list[Standing]:
    """Whether whom the visitors are is told by a server that this one does not know; nothing if there is none."""
    if not peer:
        return []
    words = _("Requests come here through another server, %(address)s, that this one was not told of.", address=peer)
    to_do = _("Name it, so that visitors can be told apart.")
    return [Standing("proxy", "warning", words, f"{to_do} {guide_to('Behind a proxy')}", "SURVEY_TRUSTED_PROXIES")]


def mail(settings: Settings) -> Standing:
    """Whether mails go out."""
    if MailServer.is_set_up(settings):
        server = urlsplit(settings.smtp_url).hostname
        words = _("Mails go out through %(server)s as %(sender)s.", server=server, sender=settings.mail_from)
        return Standing("mail", "ok", words)
    to_do = _("As soon as a mail server is set up, they go out by themselves.")
    named = "SURVEY_SMTP_URL, SURVEY_MAIL_FROM"
    return Standing("mail", "warning", _(resuming.NO_SERVER), f"{to_do} {guide_to('Mail')}", named)


def backup(backed_up_at: datetime | None, now: datetime) -> Standing:
    """Whether there is a copy from which everything could be brought back."""
    nightly = _("Let the machine make one every night.")
    guide = f"{nightly} {guide_to('Backup')}"
    if backed_up_at is None:
        return Standing("backup", "warning", _("No backup has been made here yet."), guide, "survey-service backup")
    last = _("The last backup is of %(when)s.", when=f"{long_day(backed_up_at)}, {backed_up_at:%H:%M} UTC")
    if not windows.lasts(backed_up_at, BACKUP_GROWS_OLD, now):
        return Standing("backup", "warning", last, guide, "survey-service backup")
    return Standing("backup", "ok", last)
