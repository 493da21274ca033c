"""How long something took or somebody has waited, in words. Pure."""

from datetime import timedelta

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import ngettext


def age(waited: timedelta) -> str:
    """“less than a minute”, “12 min”, “5 h”, “3 days”: whole and rounded down."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return _("%(n)s min", n=minutes)
    if minutes < 48 * 60:
        return _("%(n)s h", n=minutes // 60)
    days = minutes // (24 * 60)
    return ngettext("%(n)s day", "%(n)s days", days, n=days)
