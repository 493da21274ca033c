"""The link by which whoever gave an answer changes it: to this one answer, for a day, and only by who has it."""

from uuid import UUID

import msgspec

from survey_service.core import tokens

PURPOSE = "change-answer"


def make(secret: str, form: UUID, client_id: UUID) -> str:
    """The token of the answer to `form` that was submitted with the id `client_id`."""
    return tokens.sign(secret, PURPOSE, [form.hex, client_id.hex])


def read(secret: str, form: UUID, token: str) -> UUID | None:
    """The id that an answer to `form` was submitted with; None if the token is not ours or another form's. The
    answer itself says whether it may still be changed."""
    try:
        of_form, client_id = msgspec.convert(tokens.read(secret, PURPOSE, token), tuple[str, UUID])
    except (tokens.BadToken, msgspec.ValidationError):
        return None
    return client_id if of_form == form.hex else None
