"""The customers whom the demo company knows: each is made from a number, so that nobody has to remember them. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

import msgspec

from survey_service.core.ids import id_at
from survey_service.demo.chance import Urn, drawn_for
from survey_service.demo_texts.names import customer_name
from survey_service.demo_texts.places import ANSWERING

ANSWERS_EACH = 4
"""So many answers of the company there are for each customer; most answers come from people it does not know, and who
is known is not asked often."""
ASKED_EVERY = 97
"""Days from one mail to a customer to the next: more than the ninety of the pause, for mails come before answers."""
RESERVED = 4
"""The first customers are not asked by turns: the mails that did not arrive are theirs."""
KNOWN_AT_START = 0.55
"""Share of a place's customers whom it knew before the year began."""
BEFORE = timedelta(days=30)
DOMAINS = ("example.org", "example.com", "example.net")
"""Reserved by RFC 2606: nobody can be written to by mistake."""
TYPED_ONLY = 4
"""Every fourth customer is known only from an address typed into a form."""

LANGUAGES: Mapping[str, Urn[str]] = {place.code: Urn.of(place.languages) for place in ANSWERING}
"""In which languages the customers of a place answer."""


class Person(msgspec.Struct, frozen=True):
    """One customer; `place` is the code of the place they go to, `verified` whether their address is certain."""

    id: UUID
    identity: UUID
    name: str
    email: str
    language: str
    place: str
    verified: bool
    joined_at: datetime


class Crowd:
    """The customers of a company with so many answers in the year from `first` on, in the order of their places."""

    def __init__(self, seed: int, responses: int, first: datetime, year: timedelta) -> None:
        self.seed, self.first, self.year = seed, first, year
        wanted = max(len(ANSWERING) * 2 * TYPED_ONLY, responses // ANSWERS_EACH)
        shares = accumulate(place.traffic for place in ANSWERING)
        self.ends = [round(wanted * min(share, 1.0)) for share in shares]
        self.starts = [0, *self.ends[:-1]]
        self.codes = [place.code for place in ANSWERING]

    def __len__(self) -> int:
        return self.ends[-1]

    def person(self, number: int) -> Person:
        """The customer of this number, the same at every call."""
        where = bisect_right(self.ends, number)
        random = drawn_for(self.seed, "person", number)
        place = ANSWERING[where]
        language = LANGUAGES[place.code].draw(random)
        name = customer_name(random, language)
        rank = number - self.starts[where]
        joined = self._joined(rank, self.ends[where] - self.starts[where])
        return Person(
            id=id_at(int(joined.timestamp() * 1000), random.randbytes(10)),
            identity=id_at(int(joined.timestamp() * 1000), random.randbytes(10)),
            name=name.own,
            email=f"{name.mailbox}{number}@{random.choice(DOMAINS)}",
            language=language,
            place=place.code,
            verified=rank % TYPED_ONLY != 0,
            joined_at=joined,
        )

    def somebody(self, random: Random, place: str, at: datetime, *, verified: bool) -> Person:
        """A customer of the place who was known at that moment; with a certain address, if that is asked for."""
        where = self.codes.index(place)
        size = self.ends[where] - self.starts[where]
        elapsed = min(max((at - self.first) / self.year, 0.0), 1.0)
        known = max(2, int(size * (KNOWN_AT_START + (1 - KNOWN_AT_START) * elapsed)))
        rank = random.randrange(min(known, size))
        if verified and rank % TYPED_ONLY == 0:
            rank += random.randint(1, TYPED_ONLY - 1)
            rank = rank if rank < known else 1
        return self.person(self.starts[where] + rank)

    def asked_on(self, day: date, joined_before: datetime) -> Iterator[tuple[int, str]]:
        """The numbers of those whose turn it is on that day, with the codes of their places: everybody whose address is
        certain has a day of their own in every ASKED_EVERY, so that no other slice of the year asks them."""
        turn = day.toordinal() % ASKED_EVERY
        for start, end, code in zip(self.starts, self.ends, self.codes, strict=True):
            for rank in range(turn, end - start, ASKED_EVERY):
                if rank % TYPED_ONLY and start + rank >= RESERVED and self._joined(rank, end - start) < joined_before:
                    yield start + rank, code

    def _joined(self, rank: int, size: int) -> datetime:
        """When the place came to know its customer of this rank: some in the month before the year, then steadily."""
        part = (rank + 0.5) / size
        if part < KNOWN_AT_START:
            return self.first - BEFORE * (1 - part / KNOWN_AT_START)
        return self.first + self.year * ((part - KNOWN_AT_START) / (1 - KNOWN_AT_START))
