"""What becomes of a page's form once it was sent, in every way in which it can go; what was typed stays in sight.

No page here shows a stored answer: whoever holds the phone now need not be who held it before. That two answers
came from one page says nothing about who gave them either, so the respondent is asked: a change, or another one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

import msgspec
from litestar import Response
from litestar.response import Redirect

from survey_service.accounts.refusals import respondent_waits
from survey_service.conditions.evaluate import Values
from survey_service.core import i18n
from survey_service.core.errors import Conflict, FieldError, Gone, Invalid, TooMany, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.http import AnyRequest, keys_of, state_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in
from survey_service.core.keyring import Keyring
from survey_service.forms import validation
from survey_service.forms.schemas import PublishedForm
from survey_service.questions.texts import text_in
from survey_service.responses import queries, sent_along, service
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.schemas import StoredResponse, Submission
from survey_service.responses.service import Origin
from survey_service.responses.spam_box import BoxIsFull
from survey_service.survey import change_token, pages, rendering, steps
from survey_service.survey.rendering import PageContext
from survey_service.survey.steps import Step

Button = tuple[str, str, str]
"""What it says, and the name and value of its field; no name if it says nothing but Send."""

SHOW_IN, AGAIN = "_show_in", "_again"
"""Fields of buttons: the page once more in that language; what to do with a second answer from one page."""
CHANGE, ADD = "change", "add"


class Sent(msgspec.Struct, frozen=True):
    """A page's form as it was sent: the form in the version that was shown, the fields, how the page stood and how
    the answer came. `since` is when the page was first shown, where its signed mark says so."""

    published: PublishedForm
    fields: Fields
    context: PageContext
    origin: Origin
    since: datetime | None = None

    @property
    def id(self) -> UUID | None:
        """The id that the page gave its answer; another one, always the same, for another answer from this page."""
        own = id_in(control(self.fields, "_id"))
        return uuid5(own, ADD) if own and control(self.fields, AGAIN) == ADD else own

    @property
    def submission(self) -> Submission:
        """The answers, and the declared values that came along."""
        return Submission(
            answers=validation.from_fields(self.published.definition, self.fields),
            id=self.id,
            language=self.context.language,
            hidden=sent_along.declared(self.published.definition, self.fields),
        )

    @property
    def judged(self) -> tuple[Values, list[FieldError]]:
        """What conditions read: what is around the page and the answers that fit; and what needs another look in
        what is asked so far."""
        form, language = self.published, self.context.language
        around = rendering.around_of(self.context, sent_along.declared(form.definition, self.fields))
        answers = validation.from_fields(form.definition, self.fields)
        checked = validation.check(form.definition, answers, language, form.written, around)
        return {**around, **checked.answers}, checked.errors

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by question, as it was."""
        given = ((question.key, question.typed(self.fields)) for question in self.published.definition.questions)
        return {key: value for key, value in given if value is not None}


def control(fields: Fields, name: str) -> str:
    """A control field's text, empty if it was not sent."""
    return fields.get(name, [""])[0]


def in_its_language(published: PublishedForm, fields: Fields, context: PageContext) -> PageContext:
    """The page is shown again in the language it was filled in, or in the one whose button was pressed."""
    wanted = control(fields, SHOW_IN) or control(fields, "_language")
    return msgspec.structs.replace(context, language=i18n.negotiate(wanted, published.languages, context.language))


async def take(request: AnyRequest, sent: Sent, repeated: Callable[[], Awaitable[Response[Any]]]) -> Response[Any]:
    """Submits the answers of a page and says what became of them; `repeated` answers where other answers came from
    this page before."""
    state = state_of(request)
    also = sent_along.foreign(sent.published.definition, sent.fields)
    try:
        outcome = await service.submit(
            state.part(GroupCommit), sent.published, sent.submission, sent.origin, state.keys, also
        )
    except (Invalid, Gone, Unavailable) as error:
        return refused(request, sent, error)
    if outcome.status == "conflict":
        return await repeated()
    return to_thanks(request, sent, outcome.receipt, outcome.client_id)


async def amended(sent: Sent, row: StoredResponse, keys: Keyring) -> str:
    """Puts what was sent in the place of the answer `row`; the receipt. Once more if the answer changed after it was
    read, as by a double press, or when its comment was read just now.

    Raises as `service.amend` does: Conflict only if the answer changed again in between.
    """
    try:
        return await service.amend(sent.published, row, sent.submission, keys)
    except Conflict:
        newer = await queries.by_client_id(sent.published.workspace, sent.published.id, row.client_id)
        return await service.amend(sent.published, newer, sent.submission, keys)


def not_yet(request: AnyRequest, sent: Sent) -> Response[bytes]:
    """The page that changes an answer, with the words as typed: the answer is still as it was."""
    t = i18n.translator(sent.context.language, sent.published.written)
    return again(
        request, sent, notice=(t("already_title"), t("change_not_yet")), buttons=change_button(sent), status_code=409
    )


def change_button(sent: Sent) -> list[Button]:
    """The button of a page that shows an answer to be changed."""
    return [(i18n.text("already_change", sent.context.language, sent.published.written), "", "")]


def refused(
    request: AnyRequest, sent: Sent, error: Invalid | Gone | TooMany | Unavailable, buttons: Sequence[Button] = ()
) -> Response[bytes]:
    """The page with what needs another look or with the plea to wait; or what was typed, where it is too late."""
    if isinstance(error, Gone):
        return closed(request, sent)
    if isinstance(error, Invalid):
        return again(request, sent, error.errors, buttons=buttons, status_code=422)
    if isinstance(error, TooMany):
        respondent_waits(request, sent.published.workspace, sent.published.name)
    t = i18n.translator(sent.context.language, sent.published.written)
    title = "busy_title" if isinstance(error, TooMany) and not isinstance(error, BoxIsFull) else "unread_title"
    # A full spam box stays full until somebody makes room: that is not over in a moment, and not for many people.
    text = "summary_kept" if isinstance(error, BoxIsFull) else "busy_text"
    page = again(request, sent, notice=(t(title), t(text)), buttons=buttons, status_code=error.status)
    page.headers["Retry-After"] = str(error.retry_after or 2)
    return page


def by_steps(request: AnyRequest, sent: Sent, buttons: Sequence[Button] = ()) -> Response[bytes] | None:
    """Where a form goes in steps: the next one or the one before, or this one with what needs another look. None where
    all of them were passed, and for a page that has none."""
    number, form = steps.number_in(sent.fields), sent.published
    if number is None or not form.is_open:
        return None
    values, errors = sent.judged
    here = steps.at(form.definition, values, number)
    if steps.BACK in sent.fields:
        back = steps.before(form.definition, values, number) or here
        return again(request, sent, step=back, buttons=buttons) if back else None
    wrong = [error for error in errors if here and error.field in here.keys]
    if wrong:
        return again(request, sent, wrong, step=here, buttons=buttons, status_code=422)
    further = steps.after(form.definition, values, number)
    return again(request, sent, step=further, buttons=buttons) if further else None


def _step_again(sent: Sent, errors: Sequence[FieldError]) -> Step | None:
    """The step that was sent, if all that is to be looked at stands there. But for another language it was the last."""
    number = steps.number_in(sent.fields)
    here = None if number is None else steps.at(sent.published.definition, sent.judged[0], number)
    if here is None or not here.keys.issuperset(error.field for error in errors):
        return None
    return here if SHOW_IN in sent.fields else msgspec.structs.replace(here, leads_on=False)


def again(
    request: AnyRequest,
    sent: Sent,
    errors: Sequence[FieldError] = (),
    *,
    values: dict[str, Any] | None = None,
    step: Step | None = None,
    notice: tuple[str, str] | None = None,
    buttons: Sequence[Button] = (),
    status_code: int = 200,
) -> Response[bytes]:
    """The page with everything typed (or opened with `values`), and an error beside each question that needs another
    look; in steps, the one that was sent or another `step`. It stays the same page: its id and the moment at which it
    was first shown are kept.

    Raises Invalid for an error that no question has, such as a place that is gone: a person is told that the answer
    could not be read, a program reads the errors."""
    asked = {question.key for question in sent.published.definition.questions}
    if any(error.field not in asked for error in errors):
        raise Invalid(_("Some fields need another look."), errors=errors)
    if values is None:
        step = step or _step_again(sent, errors)
        carried = steps.carried(sent.published.definition, sent.fields, step)
        pieces = rendering.survey(
            sent.published, sent.context, sent.typed, errors, notice=notice, buttons=buttons, step=step, carried=carried
        )
    else:
        pieces = rendering.opened(sent.published, sent.context, values, notice=notice, buttons=buttons)
    return pages.respond(
        request,
        sent.published,
        pieces,
        channel=sent.origin.channel,
        place=sent.context.place_code,
        employee=sent.origin.employee_code,
        response_id=str(id_in(control(sent.fields, "_id")) or ""),
        since=sent.since,
        status_code=status_code,
        private=sent.origin.invitation is not None,
    )


def closed(request: AnyRequest, sent: Sent, key: str = "closed") -> Response[bytes]:
    """That nothing is taken any more, with what was typed, so that it can be copied."""
    language, default = sent.context.language, sent.published.definition.languages[0]
    typed = sent.typed
    rows = [
        (text_in(question.text, language, default), question.say(typed[question.key], language, default))
        for question in sent.published.definition.questions
        if question.key in typed
    ]
    return pages.notice(
        request, key, status_code=410, published=sent.published, language=language, typed=rows, embed=sent.context.embed
    )


def which(request: AnyRequest, sent: Sent, *, changeable: bool) -> Response[bytes]:
    """Asks what a second answer from one page is: a change of the first, or another one. Nothing is taken yet."""
    t = i18n.translator(sent.context.language, sent.published.written)
    change = [(t("already_change"), AGAIN, CHANGE)] if changeable else []
    text = t("already_text") if changeable else t("already_add_text")
    buttons = [*change, (t("already_add"), AGAIN, ADD)]
    return again(request, sent, notice=(t("already_title"), text), buttons=buttons)


def to_thanks(request: AnyRequest, sent: Sent, receipt: str, client_id: UUID) -> Redirect:
    """On to the thanks page, with what it needs to offer a change, or another answer where many answer."""
    context, query = sent.context, {"receipt": receipt, "lang": sent.context.language}
    if context.embed:
        query["_embed"] = "1"
    if context.place_code:
        query |= {"_place": context.place_code, "_way": sent.origin.channel}
        if sent.origin.employee_code:
            query["_employee"] = sent.origin.employee_code
    elif sent.origin.invitation is None:
        query["change"] = change_token.make(keys_of(request), sent.published.id, client_id)
    return Redirect(f"/s/{sent.published.slug}/thanks?{urlencode(query)}", status_code=303)
