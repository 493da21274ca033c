"""The answers to `visit` of one slice of the year: drawn, then checked and scored like anybody's. No database."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core import clock
from survey_service.core.ids import id_at
from survey_service.customers.schemas import CLAIMED, VERIFIED
from survey_service.demo import seasons
from survey_service.demo.chance import Urn, drawn_for
from survey_service.demo.company import Company, Version
from survey_service.demo.definitions import VISIT
from survey_service.demo.letters import Letter, answered_letter, unanswered_letter
from survey_service.demo.opinions import Opinion, opinion
from survey_service.demo.people import LANGUAGES, Person
from survey_service.demo.year import Slice, Year, invited_from, midnight, moment, ordered
from survey_service.demo_texts.comments import comment
from survey_service.demo_texts.employees import EMPLOYEES
from survey_service.demo_texts.places import ANSWERING, DemoPlace
from survey_service.forms import validation
from survey_service.forms.validation import Checked
from survey_service.responses.schemas import PreparedResponse
from survey_service.responses.service import first_score, receipt_of

ZONES: Mapping[str, str] = {
    "Riga": "Europe/Riga",
    "Tbilisi": "Asia/Tbilisi",
    "Colombo": "Asia/Colombo",
    "Kochi": "Asia/Kolkata",
    "Addis Ababa": "Africa/Addis_Ababa",
    "Amman": "Asia/Amman",
}
PLACE: Mapping[str, DemoPlace] = {place.code: place for place in ANSWERING}
KNOWN_SINCE = timedelta(days=5)
"""Nobody is asked before they have been a customer for so long."""
TRAFFIC = Urn(ANSWERING, [place.traffic for place in ANSWERING])
CHANNELS: Mapping[str, Urn[str]] = {
    "store": Urn.of({"qr": 40, "kiosk": 14, "link": 11, "embed": 7, "phone": 2}),
    "counter": Urn.of({"qr": 55, "link": 13, "embed": 6, "phone": 2}),
}
"""How those answer who come by themselves."""
IN_SHOP = ("qr", "kiosk")
BY_CARD = 0.7
"""Of the answers by QR code at a place whose people have cards, how many come by a card."""
CONTENT = 9
"""The lowest score of those who are content."""
CARDS: Mapping[str, tuple[Urn[str], Urn[str]]] = {
    place: (
        Urn.of({each.code: each.shifts for each in EMPLOYEES if each.place == place}),
        Urn.of({each.code: each.shifts * each.liked for each in EMPLOYEES if each.place == place}),
    )
    for place in {each.place for each in EMPLOYEES}
}
"""Who is named at a place by those who are not content, and by those who are."""
ASKED_EACH = 0.55
"""Customers whose turn it is to be asked, for each answer of the year."""
ANSWERING_SHARE, BY_PHONE = 0.48, 0.08
"""Of those who are asked, how many answer; and of these, how many on the phone."""
TYPED = 0.2
"""Share of the others who leave their address."""
COMMENT_IN_ENGLISH = 0.06
"""Of comments on forms in another language."""
MAX_INVITATIONS = 5_000
REMEMBERED_NUMBERS = 5_000
SPAM, TEST, PARTIAL = 0.005, 0.0008, 0.003
SPAM_CHANNELS = ("link", "embed")
SPAM_REASONS = ("honeypot", "too_fast", "no_token")
SPAM_TEXTS = (
    "Get 10,000 followers today! Cheap and safe, write to us now.",
    "Earn money from home, no work needed. Click the link in our profile.",
    "We can put your shop on page one of every search engine. Best price!!!",
)


class Visit(msgspec.Struct, frozen=True):
    """One answer ready to be written, its comment's question, and the invitations around it."""

    entry: PreparedResponse
    version: Version
    comment_question: str
    place: str
    letters: tuple[Letter, ...] = ()


class Drawn(msgspec.Struct, frozen=True):
    """Where, when, how and by whom an answer is given."""

    place: DemoPlace
    channel: str
    language: str
    day: date
    at: datetime
    person: Person | None
    strength: str
    silent: tuple[Person, ...] = ()
    """Who was asked about then and did not answer."""


class Asked(msgspec.Struct, frozen=True):
    """Who is asked on a day, as the numbers of people: who answers, and who does not."""

    answering: list[tuple[int, DemoPlace]]
    silent: list[int]


class Visits:
    """Makes the answers of one slice; the same slice of the same year is always the same."""

    def __init__(self, year: Year, part: Slice) -> None:
        self.year, self.part = year, part
        self.random = drawn_for(year.seed, "visits", part.number)
        self.crowd = year.crowd()
        self.cards = drawn_for(year.seed, "cards", part.number)
        self.last_day = year.last_day
        self.invited_from = invited_from(year, ASKED_EACH, MAX_INVITATIONS)
        self.asked: dict[date, Asked] = {}

    def made(self) -> list[Visit]:
        """The answers in the order of their receipt."""
        drawn = [self._drawn(day, number) for day, number in ordered(self.part)]
        return [self._visit(each) for each in sorted(drawn, key=lambda each: each.at)]

    def _drawn(self, day: date, number: int) -> Drawn:
        """The first answers of a day are of those who were asked; the others come by themselves."""
        asked = self._asked_on(day)
        if number < len(asked.answering):
            return self._by_turn(day, number, asked)
        random = self.random
        place = TRAFFIC.draw(random)
        channel = CHANNELS[place.kind].draw(random)
        if channel in IN_SHOP and seasons.is_closed(day):
            channel = "link"
        at = self._moment(place, day, in_shop=channel in IN_SHOP)
        if channel != "phone" and random.random() < TYPED:
            person = self.crowd.somebody(random, place.code, at, verified=False)
            return Drawn(place, channel, person.language, day, at, person, CLAIMED)
        return Drawn(place, channel, LANGUAGES[place.code].draw(random), day, at, None, "")

    def _by_turn(self, day: date, number: int, asked: Asked) -> Drawn:
        who, place = asked.answering[number]
        person, at = self.crowd.person(who), self._moment(place, day, in_shop=False)
        channel = "phone" if self.random.random() < BY_PHONE else "email"
        silent = asked.silent[number :: len(asked.answering)] if day >= self.invited_from else []
        return Drawn(
            place,
            channel,
            person.language,
            day,
            at,
            person,
            VERIFIED,
            tuple(self.crowd.person(each) for each in silent),
        )

    def _moment(self, place: DemoPlace, day: date, *, in_shop: bool) -> datetime:
        second = seasons.second_of_day(self.random, day, in_shop=in_shop)
        opening = seasons.first_second(day, in_shop=in_shop)
        return moment(ZONES[place.city], day, second, self.year.now, opening)

    def _asked_on(self, day: date) -> Asked:
        """The same in every slice that has a part of the day."""
        if day not in self.asked:
            random = drawn_for(self.year.seed, "asked", day.toordinal())
            turns = list(self.crowd.asked_on(day, midnight("UTC", day) - KNOWN_SINCE))
            answers = [random.random() < ANSWERING_SHARE for _ in turns]
            random.shuffle(turns)
            self.asked[day] = Asked(
                [(who, PLACE[code]) for (who, code), does in zip(turns, answers, strict=True) if does],
                [who for (who, _), does in zip(turns, answers, strict=True) if not does],
            )
        return self.asked[day]

    def _visit(self, drawn: Drawn) -> Visit:
        chance = self.random.random()
        if chance < SPAM:
            return self._spam(drawn)
        view = opinion(self.random, drawn.place.code, drawn.channel, drawn.day, (self.last_day - drawn.day).days)
        if chance < SPAM + TEST:
            return self._uncounted(drawn, "test", "link", {"recommend": 10, "comment": "Test, please ignore."})
        if chance < SPAM + TEST + PARTIAL:
            return self._uncounted(drawn, "partial", drawn.channel, {"recommend": view.recommend})
        return self._complete(drawn, view)

    def _complete(self, drawn: Drawn, view: Opinion) -> Visit:
        answers: dict[str, Any] = {"recommend": view.recommend}
        if view.satisfaction is not None:
            answers["satisfaction"] = view.satisfaction
        if view.effort is not None:
            answers["effort"] = view.effort
        if view.commented:
            answers["comment"] = self._comment(drawn.language, view)
        if drawn.person and drawn.strength == CLAIMED:
            answers["email"] = drawn.person.email
        letters = self._letters(drawn)
        invitation = letters[0].id if letters else None
        visit = entry_of(
            self.year.company, self.random, VISIT, answers, drawn.at,
            channel=drawn.channel, language=drawn.language, place=drawn.place.code, person=drawn.person,
            strength=drawn.strength, invitation=invitation,
        )  # fmt: skip
        if code := self._card(drawn, view):
            entry = msgspec.structs.replace(visit.entry, employee=self.year.company.employees[code])
            visit = msgspec.structs.replace(visit, entry=entry)
        if letters:
            letters = (letters[0].answered(visit.entry.id, drawn.at), *letters[1:])
        return msgspec.structs.replace(visit, letters=letters)

    def _card(self, drawn: Drawn, view: Opinion) -> str:
        """The employee on whose card the QR code was; empty where it was the poster's."""
        cards = CARDS.get(drawn.place.code)
        if cards is None or drawn.channel != "qr" or self.cards.random() >= BY_CARD:
            return ""
        return cards[view.recommend >= CONTENT].draw(self.cards)

    def _comment(self, language: str, view: Opinion) -> str:
        spoken = "en" if language != "en" and self.random.random() < COMMENT_IN_ENGLISH else language
        return comment(self.random, spoken, view.recommend, view.theme)

    def _letters(self, drawn: Drawn) -> tuple[Letter, ...]:
        """The invitation that was answered first, then those that were not, for answers by mail of the last time."""
        if drawn.channel != "email" or drawn.person is None or drawn.day < self.invited_from:
            return ()
        answered = answered_letter(self.random, drawn.person, drawn.at)
        return (answered, *(unanswered_letter(self.random, person, drawn.at) for person in drawn.silent))

    def _spam(self, drawn: Drawn) -> Visit:
        random = self.random
        answers = {"recommend": random.randrange(11), "comment": random.choice(SPAM_TEXTS)}
        channel, reason = random.choice(SPAM_CHANNELS), random.choice(SPAM_REASONS)
        return self._uncounted(drawn, "spam", channel, answers, reason)

    def _uncounted(
        self, drawn: Drawn, state: str, channel: str, answers: Mapping[str, Any], spam_reason: str = ""
    ) -> Visit:
        visit = entry_of(
            self.year.company, self.random, VISIT, answers, drawn.at,
            channel=channel, language=drawn.language, place=drawn.place.code,
        )  # fmt: skip
        entry = msgspec.structs.replace(visit.entry, state=state, spam_reason=spam_reason)
        return msgspec.structs.replace(visit, entry=entry)


class Judged(msgspec.Struct, frozen=True):
    """Answers that were checked and scored, as they are stored."""

    checked: Checked
    stored: str
    fingerprint: str


def entry_of(
    company: Company,
    random: Random,
    slug: str,
    answers: Mapping[str, Any],
    at: datetime,
    *,
    channel: str,
    language: str,
    place: str = "",
    person: Person | None = None,
    strength: str = "",
    invitation: UUID | None = None,
) -> Visit:
    """Checks and scores answers by the version that was in force, as a submission is. ValueError if they are wrong."""
    version = company.version(slug, at)
    judged = _judged(version, answers, language)
    milliseconds = int(at.timestamp() * 1000)
    client_id = invitation or id_at(milliseconds, random.randbytes(10))
    entry = PreparedResponse(
        id=id_at(milliseconds, random.randbytes(10)),
        client_id=client_id,
        workspace=company.workspace,
        state="complete",
        channel=channel,
        place=company.places[place] if place else None,
        language=language,
        hidden="{}",
        receipt=receipt_of(version.form, client_id),
        received_at=at,
        day=clock.local_day(at, company.time_zone),
        answered_at=at - timedelta(seconds=random.randrange(2, 30)) if channel == "kiosk" else None,
        invitation=invitation,
        **_asked(version),
        **_said(judged),
        **_whose(person, strength),
    )
    return Visit(entry, version, judged.checked.comment_question, place)


def _whose(person: Person | None, strength: str) -> dict[str, Any]:
    """The members of an entry that tell who answered, if that is known."""
    return {"customer": person.id, "customer_strength": strength} if person else {}


def _asked(version: Version) -> dict[str, Any]:
    """What an entry tells of the form that was answered."""
    return {
        "form": version.form,
        "form_slug": version.slug,
        "form_name": version.name,
        "version": version.number,
    }


def _said(judged: Judged) -> dict[str, Any]:
    """The members of an entry that come from the answers alone."""
    checked = judged.checked
    return {
        "answers": judged.stored,
        "fingerprint": judged.fingerprint,
        "score": first_score(checked.scores),
        "comment": checked.comment,
        "scores": tuple(checked.scores),
    }


_judged_numbers: dict[tuple[object, ...], Judged] = {}


def _judged(version: Version, answers: Mapping[str, Any], language: str) -> Judged:
    """Checks answers; those of numbers alone, of which there are few, once each. ValueError if they are wrong."""
    if any(isinstance(value, str) for value in answers.values()):
        return _judge(version, answers, language)
    key = (version.form, version.number, *answers.items())
    found = _judged_numbers.get(key)
    if found is None:
        if len(_judged_numbers) > REMEMBERED_NUMBERS:
            _judged_numbers.clear()
        found = _judged_numbers[key] = _judge(version, answers, language)
    return found


def _judge(version: Version, answers: Mapping[str, Any], language: str) -> Judged:
    checked = validation.check(version.definition, answers, language)
    if checked.errors:
        raise ValueError(f"the demo gives wrong answers: {checked.errors}")
    stored = msgspec.json.encode(checked.answers).decode()
    return Judged(checked, stored, validation.fingerprint(checked.answers))


def visits(year: Year, parts: Iterator[Slice]) -> Iterator[Visit]:
    """The answers of several slices, one after another."""
    for part in parts:
        yield from Visits(year, part).made()
