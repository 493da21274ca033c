"""Answers as staff read them: rows of lists, and one whole."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from babel import Locale

from survey_service.accounts.schemas import Caller
from survey_service.core.errors import NotFound
from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import ngettext, pgettext
from survey_service.core.moments import local_time
from survey_service.counts.dimensions import DIMENSIONS, as_text, known_of
from survey_service.customers import queries as customers
from survey_service.customers.schemas import CLAIMED
from survey_service.forms import queries as forms
from survey_service.forms.definition import Definition
from survey_service.nps.metrics.base import Group
from survey_service.nps.metrics.nps import NPS
from survey_service.questions import Question
from survey_service.questions.texts import text_in
from survey_service.responses import labels
from survey_service.responses.schemas import Names, StoredResponse
from survey_service.responses.sent_along import unpacked
from survey_service.responses.values import CALLED, names_of, told, told_in_a_row
from survey_service.sentiment import queries as readings
from survey_service.sentiment.engines import engine_of
from survey_service.sentiment.explain import explain
from survey_service.sentiment.queries import ReadingRow
from survey_service.sentiment.unread import why_unread

ENGLISH = "en"
"""Says a choice where its form does not say it in the language that is asked for."""
ANSWERS = "/app/answers"
Options = list[tuple[str, str]]


class RowShown(msgspec.Struct, frozen=True):
    """An answer in a list. `summary` tells the other answers where there is no comment, `told` what it is known to be
    about: where, whom, how and in which language."""

    id: UUID
    href: str
    score: int | None
    group: Group | None
    comment: str
    summary: str
    language: str
    mood: str
    told: list[str]
    form: str
    when: str
    iso: str
    state: str
    reason: str
    receipt: str
    customer: str = ""
    customer_href: str = ""
    claimed: bool = False


class QuestionShown(msgspec.Struct, frozen=True):
    """A question in the words that were answered, in the reader's where those differ, and the answer."""

    key: str
    text: str
    text_language: str
    translation: str
    answer: str
    answer_language: str
    score: int | None
    group: Group | None


class AnswerShown(msgspec.Struct, frozen=True):
    """One answer whole. A fact has a name, its words and where these lead, or nothing."""

    row: RowShown
    questions: list[QuestionShown]
    facts: list[tuple[str, str, str]]
    hidden: Options
    also_sent: Options
    readings: list[Options]
    label: str
    label_reason: str
    moved_by: list[tuple[str, str, str]]
    explainable: bool


def mood_of(label: str, comment: str) -> str:
    """The mood that a row shows; empty without a comment."""
    return label if comment else ""


async def rows(
    caller: Caller, found: Sequence[StoredResponse], kept: str, names: Mapping[str, Names] | None = None
) -> list[RowShown]:
    """Rows of the list; their links keep the filters of the list in `kept`. `names` are the workspace's, if the page
    has read them already."""
    people = await customers.names_of(caller.workspace, [row.customer for row in found if row.customer])
    names = names or await names_of(caller.workspace)
    titles = await forms.known(caller.workspace, [row.form for row in found])
    shown = []
    for row in found:
        if row.form not in titles:
            continue
        definition = await forms.definition_of(caller.workspace, row.form, row.version)
        shown.append(
            _row(
                row,
                definition,
                caller.time_zone,
                href=f"{ANSWERS}/{row.id}{'?' if kept else ''}{kept}",
                told=told_in_a_row(row, names),
                form=titles[row.form].name,
                customer=people.get(row.customer, "") if row.customer else "",
            )
        )
    return shown


def _row(
    row: StoredResponse,
    definition: Definition,
    time_zone: str,
    *,
    href: str,
    told: list[str],
    form: str,
    customer: str,
) -> RowShown:
    return RowShown(
        id=row.id,
        href=href,
        score=row.score,
        group=None if row.score is None else NPS.group_of(row.score),
        comment=row.comment,
        summary="" if row.comment else summary(definition, row.given),
        language=row.comment_language or row.language,
        mood=mood_of(row.sentiment, row.comment),
        told=told,
        form=form,
        when=local_time(row.received_at, time_zone),
        iso=row.received_at.isoformat(timespec="seconds"),
        state=row.state,
        reason=labels.spam_reason(row.spam_reason) if row.state == "spam" else "",
        receipt=row.receipt,
        customer=customer,
        customer_href=f"/app/customers/{row.customer}" if customer else "",
        claimed=row.customer_strength == CLAIMED,
    )


def summary(definition: Definition, answers: dict[str, Any]) -> str:
    """The other answers in one line: `How was it: 4 of 5; What did you buy: Roses`; three at most."""
    default, language = definition.languages[0], staff.language()
    given = [
        (text_in(question.text, language, default), question.say_to_staff(answers[question.key], language, ENGLISH))
        for question in definition.questions
        if question.key in answers and question.metric != "nps"
    ]
    return staff.one_after_another(f"{asked} {staff.isolated(said)}" for asked, said in given[:3])


async def answer(caller: Caller, row: StoredResponse, *, explained: bool) -> AnswerShown:
    """One answer whole; `explained` adds what moved the reading of its comment."""
    listed = await rows(caller, [row], "")
    if not listed:
        raise NotFound(_("The form of this answer was removed, and the answer goes with it."))
    shown = listed[0]
    definition = await forms.definition_of(caller.workspace, row.form, row.version)
    given = row.given
    hidden, also = unpacked(row.hidden)
    read = await readings.readings_of(caller.workspace, row.id)
    current = read[0] if read and read[0].current else None
    engine = engine_of(current.language) if current else None
    moved: list[tuple[str, float]] = []
    if explained and current and engine:
        moved = await asyncio.to_thread(explain, row.comment, engine, current.language)
    return AnswerShown(
        row=shown,
        questions=[
            _question(question, given.get(question.key), row, definition)
            for question in definition.questions
            if question.answerable
        ],
        facts=_facts(row, shown, await names_of(caller.workspace), caller.time_zone),
        hidden=[(name, str(value)) for name, value in hidden.items()],
        also_sent=[*also.items()],
        readings=[_reading(reading, caller.time_zone) for reading in read],
        label=current.label if current else "",
        label_reason=_reason(current) if current else "",
        moved_by=[(text, "positive" if weight > 0 else "negative", f"{abs(weight):.2f}") for text, weight in moved],
        explainable=bool(engine) and not explained,
    )


def _question(question: Question, value: Any, row: StoredResponse, definition: Definition) -> QuestionShown:
    asked_in = row.language if question.text.get(row.language) else definition.languages[0]
    text = text_in(question.text, asked_in, definition.languages[0])
    translation = question.text.get(staff.language(), "")
    is_comment = question.becomes == "comment" and value == row.comment
    scored = question.metric == NPS.name and value is not None
    return QuestionShown(
        key=question.key,
        text=text,
        text_language=asked_in,
        translation=translation if translation != text else "",
        answer="" if value is None else question.say_to_staff(value, asked_in, ENGLISH),
        answer_language=staff.language()
        if question.said_by_staff
        else (row.comment_language if is_comment else "") or row.language,
        score=value if scored else None,
        group=NPS.group_of(value) if scored else None,
    )


def _facts(
    row: StoredResponse, shown: RowShown, names: Mapping[str, Names], time_zone: str
) -> list[tuple[str, str, str]]:
    answered = row.answered_at
    facts = [
        (_("Form"), _("%(form)s, version %(number)s", form=shown.form, number=row.version), ""),
        (_("State"), labels.state(row.state), ""),
        *_known(row, names),
        (_("Received"), f"{shown.when} ({time_zone})", ""),
        (_("Answered"), local_time(answered, time_zone) if answered else "", ""),
        (_("Receipt"), row.receipt, ""),
        (_("Id"), str(row.client_id), ""),
    ]
    return [fact for fact in facts if fact[1]]


def _known(row: StoredResponse, names: Mapping[str, Names]) -> list[tuple[str, str, str]]:
    """What is known at receipt, each with the page of its own that it has. Whom a sender named without proof is said
    to be named so."""
    known = known_of(row)
    claimed = row.claimed_employee if not row.employee else None
    said = told(known | ({"employee": claimed} if claimed else {}), names)
    if claimed and "employee" in said:
        said["employee"] = _("%(name)s, as the sender said; not counted", name=said["employee"])
        known["employee"] = claimed
    return [
        (_(DIMENSIONS[name].title), words, CALLED[name].page.format(as_text(known[name])))
        for name, words in said.items()
    ]


def _reason(reading: ReadingRow) -> str:
    """Why nobody read a comment, in the reader's language; what else was noted stays in the words of who noted it."""
    return why_unread(reading.language) if reading.label == "unsupported" else reading.reason


def _reading(reading: ReadingRow, time_zone: str) -> Options:
    """A reading as facts; what was not read has no numbers."""
    sure = "" if reading.confidence is None else staff.percent(f"{100 * reading.confidence:.0f}")
    said = "" if reading.polarity is None else f"{reading.polarity:+.2f}".replace("-", staff.minus())
    tone = said and _("%(n)s on −1 to +1", n=said)
    nobody = reading.by_nobody
    when = pgettext("when nothing could read it", "Tried") if nobody else _("Read")
    facts = [
        (_("Read as"), labels.sentiment(reading.label)),
        (_("Sure"), sure),
        (_("Tone"), tone),
        (_("Reason"), _reason(reading)),
        (_("Language"), staff.name_of(reading.language)),
        (_("Script"), Locale(staff.language()).scripts.get(reading.script, reading.script)),
        (_("Read by"), "" if nobody else f"{reading.engine} {reading.version}"),
        (when, local_time(reading.read_at, time_zone)),
    ]
    return [(name, value) for name, value in facts if value]


def settled(released: int, discarded: int, missed: int) -> str:
    """What has just become of chosen answers of the spam box; empty if nothing has."""
    said: Iterable[str] = (
        ngettext(
            "%(n)s answer released: counted from now on, on the day received.",
            "%(n)s answers released: counted from now on, on the day received.",
            released,
            n=staff.number(released),
        )
        if released
        else "",
        ngettext(
            "%(n)s answer deleted for good.",
            "%(n)s answers deleted for good.",
            discarded,
            n=staff.number(discarded),
        )
        if discarded
        else "",
        ngettext(
            "%(n)s answer had left the spam box before.",
            "%(n)s answers had left the spam box before.",
            missed,
            n=staff.number(missed),
        )
        if missed
        else "",
    )
    return " ".join(sentence for sentence in said if sentence)
