"""The ways out: one file each, and the table of them. A job asks for its own with `tools.server(…)`."""

from survey_service.messaging.transports.base import Transport
from survey_service.messaging.transports.email import MailServer

TRANSPORTS: tuple[type[Transport], ...] = (MailServer,)
"""What each worker has. One that stands here and lacks what `Transport` says is found by the type checker."""
