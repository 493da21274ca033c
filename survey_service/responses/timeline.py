"""What answers write to a customer's timeline. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.customers.timeline import TimelineKind

ANSWERED = TimelineKind(
    name="response",
    title=N_("Answered"),
    icon="answers",
    pages="/app/answers",
    shows_score=True,
    by_channel={
        "link": N_("Answered by link"),
        "qr": N_("Answered by QR code"),
        "kiosk": N_("Answered at a kiosk"),
        "email": N_("Answered by e-mail"),
        "embed": N_("Answered on a web page"),
        "api": N_("Answered through the API"),
        "phone": N_("Answered on the phone"),
        "sms": N_("Answered by SMS"),
        "chat": N_("Answered in a chat"),
        "import": N_("Answered from an import"),
    },
)
TIMELINE = (ANSWERED,)
