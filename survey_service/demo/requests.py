"""A few messages and call-back requests of the last weeks, through the contact and the call-back form. No database."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from survey_service.customers.schemas import CLAIMED
from survey_service.demo.chance import drawn_for
from survey_service.demo.definitions import CALLBACK, CONTACT
from survey_service.demo.people import Person
from survey_service.demo.visits import Visit, entry_of
from survey_service.demo.year import Year
from survey_service.demo_texts.comments import comment, themes

MESSAGES, CALLS = 10, 6
LAST = (CONTACT, CALLBACK, CONTACT, CALLBACK)
"""The newest of all came within the last days: somebody is waiting."""
WITHIN = timedelta(days=56)
SCORES = (2, 3, 5, 6, 7, 8, 9, 10)
TIMES = ("morning", "afternoon", "evening")
FIRST_HOUR, LAST_HOUR = 8, 22
FICTITIOUS_NUMBER = "+44 1632 960{:03d}"
"""Numbers that the United Kingdom keeps free for stories."""


def requests(year: Year) -> list[Visit]:
    """The messages and call-back requests, in the order of their receipt."""
    random = drawn_for(year.seed, "requests")
    crowd = year.crowd()
    slugs = [CONTACT] * MESSAGES + [CALLBACK] * CALLS
    random.shuffle(slugs)
    slugs.extend(LAST)
    made = []
    for number, slug in enumerate(slugs):
        back = 1 - (number + random.random() * 0.9) / len(slugs)
        at = _by_day(year, year.now - WITHIN * back**2)
        person = crowd.person(random.randrange(len(crowd)))
        known = person if slug == CONTACT and person.joined_at < at else None
        answers = _message(random, person) if slug == CONTACT else _call(random, person)
        made.append(
            entry_of(
                year.company, random, slug, answers, at,
                channel="embed" if slug == CONTACT else "link", language=person.language,
                person=known, strength=CLAIMED,
            )
        )  # fmt: skip
    return made


def _by_day(year: Year, at: datetime) -> datetime:
    """The moment, or one of the waking hours before it, for nobody writes at three in the night."""
    local = at.astimezone(ZoneInfo(year.company.time_zone))
    if FIRST_HOUR <= local.hour < LAST_HOUR:
        return at
    return at - timedelta(hours=(local.hour - LAST_HOUR) % 24 + 1)


def _message(random: Random, person: Person) -> dict[str, Any]:
    words = comment(random, person.language, random.choice(SCORES))
    return {"name": person.name, "email": person.email, "message": words}


def _call(random: Random, person: Person) -> dict[str, Any]:
    score = random.choice([score for score in SCORES if "delivery" in themes(score)])
    return {
        "name": person.name,
        "phone": FICTITIOUS_NUMBER.format(random.randrange(1000)),
        "time": random.choice(TIMES),
        "topic": comment(random, person.language, score, "delivery")[:200],
    }
