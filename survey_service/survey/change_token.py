"""The link by which whoever gave an answer changes it: to this one answer, for a day, and only by who has it."""

from uuid import UUID

import msgspec

from survey_service.core import tokens
from survey_service.core.keyring import Keyring

PURPOSE = "change-answer"


def make(keys: Keyring, form: UUID, client_id: UUID) -> str:
    """The token of the answer to `form` that was submitted with the id `client_id`."""
    return tokens.sign(keys, PURPOSE, [form.hex, client_id.hex])


def read(keys: Keyring, form: UUID, token: str) -> UUID | None:
    """The id that an answer to `form` was submitted with; None if the token is not ours or another form's. The
    answer itself says whether it may still be changed."""
    try:
        of_form, client_id = msgspec.convert(tokens.read(keys, PURPOSE, token), tuple[str, UUID])
    except (tokens.BadToken, msgspec.ValidationError):
        return None
    return client_id if of_form == form.hex else None
