"""One tree of errors. Services raise them; `web` maps them once, to problem details or to a page.

`Invalid` and its kin are the caller's doing and are said in the caller's words; anything outside this
tree is ours: it is logged with the request's id, and the user sees that id.
"""

from collections.abc import Sequence

import msgspec

from survey_service.core.i18n.staff import N_


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field or question: its name, a stable code, a sentence that says what to do. `other` is
    the language of the sentence, where it is not the respondent's."""

    field: str
    code: str
    message: str
    other: str = ""


class ServiceError(Exception):
    """An expected refusal. `status` is its HTTP status, `code` the stable name in problem details."""

    status = 500
    code = "error"
    title = N_("Something went wrong")

    def __init__(
        self,
        message: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        what_to_do: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.what_to_do = what_to_do


class Malformed(ServiceError):
    """The request cannot be read at all (not JSON, not UTF-8)."""

    status, code, title = 400, "malformed", N_("The request cannot be read")


class SignInRequired(ServiceError):
    """Nobody is signed in, or the key is missing, unknown or revoked."""

    status, code, title = 401, "sign_in_required", N_("Sign in first")


class Forbidden(ServiceError):
    """Known who asks, and it is not theirs to do."""

    status, code, title = 403, "forbidden", N_("Not allowed")


class PageFromBefore(Forbidden):
    """The page that was sent is from another session; `csrf_token` is the present one's."""

    def __init__(self, message: str, *, csrf_token: str, what_to_do: str) -> None:
        super().__init__(message, what_to_do=what_to_do)
        self.csrf_token = csrf_token


class NotFound(ServiceError):
    """There is no such thing, or it is somebody else's: the two look the same from outside."""

    status, code, title = 404, "not_found", N_("Not found")


class Conflict(ServiceError):
    """The thing exists already, or has moved on since it was read."""

    status, code, title = 409, "conflict", N_("Not as it was")


class Gone(ServiceError):
    """It was there and has ended: a closed form, an expired link."""

    status, code, title = 410, "gone", N_("It has ended")


class PreconditionFailed(ServiceError):
    """It is not any more as the caller's `If-Match` says; nothing was changed."""

    status, code, title = 412, "precondition_failed", N_("Changed meanwhile")


class TooLarge(ServiceError):
    """More bytes than are taken."""

    status, code, title = 413, "too_large", N_("Too large")


class UnsupportedType(ServiceError):
    """The body is of a type that is not read here."""

    status, code, title = 415, "unsupported_type", N_("Not in this format")


class Invalid(ServiceError):
    """Understood, and wrong: `errors` names each field."""

    status, code, title = 422, "invalid", N_("Some fields need another look")

    @classmethod
    def field(cls, field: str, code: str, message: str) -> "Invalid":
        """The error of a single field."""
        return cls(message, errors=[FieldError(field, code, message)])


class TooMany(ServiceError):
    """Too often; `retry_after` says in how many seconds it may be tried again."""

    status, code, title = 429, "too_many", N_("Too many tries")


class Unavailable(ServiceError):
    """It cannot be kept now, so it is not accepted; `retry_after` in seconds."""

    status, code, title = 503, "unavailable", N_("Busy for a moment")


class TransportError(Exception):
    """An outside server refused or did not answer. `permanent` says that trying again is of no use."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
