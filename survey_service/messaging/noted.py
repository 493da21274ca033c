"""What is noted of a mail on its way, in English, and said again to whoever reads another language. Pure."""

from collections.abc import Sequence

from survey_service.core.guide import GUIDE
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import retold as said_again

NOTED: Sequence[str] = (
    N_("%(what)s It is tried again by itself."),
    N_("Handed to the mail server: %(answer)s"),
    N_("Taken back before it was sent."),
    N_("The form was closed or changed before the mail was sent."),
    N_("The mail cannot be addressed: %(reason)s"),
    N_("The mail server did not answer in time."),
    N_("The mail server refused the connection: %(answer)s"),
    N_("The mail server refused the mail: %(answer)s"),
    N_("The mail server refused the password: %(answer)s"),
    N_("The mail server refused the recipient: %(answer)s"),
    N_("The mail server refused the sender: %(answer)s"),
    N_("The mail server cannot be reached: %(answer)s"),
    N_("The mail server offers no encryption (STARTTLS), so nothing was sent. %(guide)s"),
    N_("The mail server’s certificate is not trusted: %(reason)s. Nothing was sent. %(guide)s"),
    N_("The mail server takes only plain Latin letters before the @, and the sender’s address has others."),
    N_("The mail server takes only plain Latin letters before the @, and this address has others."),
    GUIDE,
)


def retold(noted: str) -> str:
    """A step of a delivery, or why there was none."""
    return said_again(noted, NOTED)
