"""Where staff are led for what only the person who runs the service can do; names of settings would not help them."""

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

GUIDE = N_("The person who looks after this machine finds what to do under “%(heading)s” in the guide Operating.")
"""Takes a heading of `docs/operating.md`, which is written in English."""


def guide_to(heading: str) -> str:
    """The sentence that leads to a heading."""
    return _(GUIDE, heading=heading)
