"""What the demo's answers say: the story that managers are to find in them."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from survey_service.demo import opinions, seasons
from survey_service.demo.company import TIME_ZONE, Company
from survey_service.demo.requests import requests
from survey_service.demo.visits import ZONES, Visit, visits
from survey_service.demo.year import NEWEST_BEFORE_NOW, Year, midnight, slices
from survey_service.demo_texts import LANGUAGES
from survey_service.demo_texts.employees import EMPLOYEES
from survey_service.demo_texts.places import ANSWERING
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import change
from survey_service.nps.metrics.csat import csat
from survey_service.nps.metrics.nps import nps
from survey_service.sentiment.language import recognise


@pytest.fixture(scope="module")
def made(year: Year) -> list[Visit]:
    return list(visits(year, slices(year)))


@pytest.fixture(scope="module")
def counted(made: list[Visit]) -> list[Visit]:
    return [visit for visit in made if visit.entry.state == "complete"]


def scores_of(some: list[Visit]) -> Histogram:
    return Histogram.from_scores(visit.entry.score for visit in some if visit.entry.score is not None)


def test_every_answer_is_made_once(made: list[Visit], year: Year) -> None:
    assert len(made) == year.responses
    assert len({visit.entry.id for visit in made}) == year.responses
    assert len({(visit.entry.form, visit.entry.client_id) for visit in made}) == year.responses


def test_the_same_seed_gives_the_same_answers_and_another_others(year: Year) -> None:
    small = msgspec.structs.replace(year, responses=600)
    first, again = list(visits(small, slices(small))), list(visits(small, slices(small)))
    other = msgspec.structs.replace(small, seed=2)
    assert first == again
    assert first != list(visits(other, slices(other)))


@pytest.mark.parametrize("size", [7, 100, 4_000, 50_000])
def test_slices_hold_the_whole_year_whatever_their_size(year: Year, size: int) -> None:
    parts = list(slices(year, size))
    assert sum(part.answers for part in parts) == year.responses
    assert all(part.answers == size for part in parts[:-1])
    assert [part.number for part in parts] == list(range(len(parts)))


def test_a_year_ends_now(made: list[Visit], year: Year) -> None:
    times = [visit.entry.received_at for visit in made]
    assert max(times) <= year.now - NEWEST_BEFORE_NOW
    assert max(times) > year.now - timedelta(days=1)
    assert timedelta(days=363) < max(times) - min(times) < timedelta(days=367)
    assert len({visit.entry.day for visit in made}) > 360


def test_shops_are_answered_about_while_they_are_open(made: list[Visit]) -> None:
    cities = {place.code: place.city for place in ANSWERING}
    for visit in made:
        if visit.entry.channel in ("qr", "kiosk") and visit.place:
            zone = ZONES[cities[visit.place]]
            local = visit.entry.received_at - midnight(zone, visit.entry.received_at.date())
            assert timedelta(hours=8) <= local <= timedelta(hours=21)


NOWS = [
    datetime(2026, 11, 23, 7, 40, tzinfo=UTC),  # a Monday morning in Riga
    datetime(2026, 11, 22, 9, 10, tzinfo=UTC),  # a Sunday, shortly after the shops opened
    datetime(2026, 12, 26, 10, 0, tzinfo=UTC),  # the day after Christmas
    datetime(2026, 3, 29, 16, 0, tzinfo=UTC),  # the day on which clocks change
]


@pytest.fixture(scope="module", params=NOWS, ids=str)
def some(request: pytest.FixtureRequest, year: Year) -> list[Visit]:
    """A smaller year that ends at another moment."""
    other = msgspec.structs.replace(year, responses=4_000, now=request.param)
    return [*visits(other, slices(other, 300)), *requests(other)]


def test_nobody_answers_in_a_shop_that_is_shut_or_in_the_night(some: list[Visit]) -> None:
    cities = {place.code: place.city for place in ANSWERING}
    for visit in some:
        local = visit.entry.received_at.astimezone(ZoneInfo(ZONES[cities[visit.place]] if visit.place else TIME_ZONE))
        if visit.entry.channel not in ("qr", "kiosk"):
            assert 6 <= local.hour < 24, visit
        elif local.weekday() == 6:
            assert 9 <= local.hour < 18, visit
        else:
            assert 8 <= local.hour <= 20, visit
        assert visit.entry.channel not in ("qr", "kiosk") or not seasons.is_closed(local.date())


def test_a_kiosk_stands_in_a_store_only(made: list[Visit]) -> None:
    counters = {place.code for place in ANSWERING if place.kind == "counter"}
    assert {visit.entry.channel for visit in made if visit.place in counters} == {
        "qr",
        "link",
        "embed",
        "phone",
        "email",
    }


def asked_times(some: list[Visit]) -> dict[UUID, list[datetime]]:
    """When each customer was asked: by a mail, or on the phone, or by a mail of which only the answer is left."""
    times: dict[UUID, list[datetime]] = defaultdict(list)
    for visit in some:
        for letter in visit.letters:
            times[letter.person.id].append(letter.created_at)
        entry = visit.entry
        if entry.customer and entry.channel in ("email", "phone") and not entry.invitation:
            times[entry.customer].append(entry.received_at)
    return times


def test_nobody_is_asked_twice_within_the_pause(made: list[Visit], some: list[Visit]) -> None:
    for every in (made, some):
        times = asked_times(every)
        assert sum(len(each) > 1 for each in times.values()) > 20
        for each in times.values():
            gaps = [later - earlier for earlier, later in pairwise(sorted(each))]
            assert all(gap >= timedelta(days=90) for gap in gaps)


@pytest.mark.parametrize("size", [37, 400, 4_000])
def test_nobody_is_asked_twice_however_the_year_is_cut(year: Year, size: int) -> None:
    small = msgspec.structs.replace(year, responses=3_000)
    for each in asked_times(list(visits(small, slices(small, size)))).values():
        assert all(later - earlier >= timedelta(days=90) for earlier, later in pairwise(sorted(each)))


def test_somebody_is_waiting_for_an_answer(year: Year) -> None:
    asked = requests(year)
    for slug in ("contact", "callback"):
        times = [visit.entry.received_at for visit in asked if visit.entry.form_slug == slug]
        assert len(times) >= 5
        assert year.now - timedelta(days=60) < min(times) < year.now - timedelta(days=10)
        assert sum(year.now - timedelta(days=3) < at <= year.now for at in times) >= 2


def test_feasts_bring_more_answers_and_lower_scores(counted: list[Visit]) -> None:
    by_day = Counter(visit.entry.day for visit in counted)
    busy, plain = ([day for day in by_day if seasons.is_busy(day) is wanted] for wanted in (True, False))
    assert sum(by_day[day] for day in busy) / len(busy) > 1.5 * sum(by_day[day] for day in plain) / len(plain)
    scores = [nps(scores_of([v for v in counted if v.entry.day in days])) for days in (set(busy), set(plain))]
    assert change(*scores).direction == "down"


def test_the_chain_is_good_and_one_place_is_bad(counted: list[Visit]) -> None:
    by_place = defaultdict(list)
    for visit in counted:
        by_place[visit.place].append(visit)
    scores = {place: nps(scores_of(some)).score for place, some in by_place.items()}
    whole = nps(scores_of(counted)).score
    assert whole is not None
    assert 33 <= whole <= 42
    assert set(scores) == {place.code for place in ANSWERING}
    ranked = sorted(scores, key=lambda place: scores[place] or 0)
    assert ranked[0] == opinions.WORST
    assert (scores[ranked[1]] or 0) - (scores[ranked[0]] or 0) > 20
    satisfied = {place: csat(satisfaction(some)).score or 0 for place, some in by_place.items()}
    assert min(satisfied, key=satisfied.__getitem__) == opinions.WORST


def satisfaction(some: list[Visit]) -> Histogram:
    given = [score.value for visit in some for score in visit.entry.scores if score.question == "satisfaction"]
    return Histogram.from_scores(given)


def test_one_store_is_better_since_two_months_and_that_is_significant(counted: list[Visit], year: Year) -> None:
    since = year.last_day - timedelta(days=opinions.IMPROVED_DAYS - 1)
    before = since - timedelta(days=opinions.IMPROVED_DAYS)
    store = [visit for visit in counted if visit.place == opinions.IMPROVED]
    now = nps(scores_of([visit for visit in store if visit.entry.day >= since]))
    then = nps(scores_of([visit for visit in store if before <= visit.entry.day < since]))
    found = change(now, then)
    assert found.direction == "up"
    assert found.delta is not None
    assert 10 < found.delta < 40


def test_who_recommends_is_content_too(counted: list[Visit]) -> None:
    for question in ("satisfaction", "effort"):
        means = {}
        for lowest, highest in ((0, 6), (7, 8), (9, 10)):
            given = [
                score.value
                for visit in counted
                if visit.entry.score is not None and lowest <= visit.entry.score <= highest
                for score in visit.entry.scores
                if score.question == question
            ]
            means[lowest] = sum(given) / len(given)
        assert means[0] + 1 < means[7] < means[9]


def test_comments_are_in_six_languages_mostly_the_answers_own(counted: list[Visit]) -> None:
    commented = [visit for visit in counted if visit.entry.comment]
    assert 0.26 < len(commented) / len(counted) < 0.34
    assert {visit.entry.language for visit in commented} == set(LANGUAGES)
    sample = commented[::10]
    own = sum(recognise(v.entry.comment, list(LANGUAGES)).language == v.entry.language for v in sample)
    assert 0.9 < own / len(sample) < 1


def test_few_answers_are_not_counted(made: list[Visit]) -> None:
    states = Counter(visit.entry.state for visit in made)
    assert set(states) == {"complete", "spam", "test", "partial"}
    assert 0.002 < states["spam"] / len(made) < 0.009
    assert 0 < states["test"] < states["partial"] < 0.006 * len(made)
    assert all(bool(visit.entry.spam_reason) == (visit.entry.state == "spam") for visit in made)


def test_some_customers_are_known_and_answer_again(counted: list[Visit]) -> None:
    known = [visit.entry for visit in counted if visit.entry.customer]
    assert 0.35 < len(known) / len(counted) < 0.45
    assert {entry.customer_strength for entry in known} == {"verified", "claimed"}
    by_person = Counter(entry.customer for entry in known)
    assert max(by_person.values()) >= 3
    assert all("@" in entry.answers for entry in known if entry.customer_strength == "claimed")


def test_invitations_come_before_their_answers(made: list[Visit]) -> None:
    answered: set[UUID] = set()
    for visit in made:
        assert (visit.entry.invitation is None) is (not visit.letters)
        for letter in visit.letters:
            assert letter.sent_at is not None
            assert letter.person.joined_at <= letter.created_at < letter.sent_at < visit.entry.received_at
            assert letter.person.verified
            if letter.response:
                assert (letter.response, letter.id) == (visit.entry.id, visit.entry.invitation)
                answered.add(letter.id)
    every = sum(len(visit.letters) for visit in made)
    assert 1_500 < len(answered) < every < 5_500


def test_satisfaction_was_asked_in_other_words_before(counted: list[Visit]) -> None:
    versions = {visit.entry.version for visit in counted}
    assert versions == {1, 2}
    changes = [(visit.entry.received_at, visit.entry.version) for visit in counted]
    assert [number for _, number in sorted(changes)] == sorted(number for _, number in changes)


def test_cards_name_who_works_there_and_some_are_liked_better(counted: list[Visit], company: Company) -> None:
    at = {company.employees[each.code]: each.place for each in EMPLOYEES}
    named = [visit for visit in counted if visit.entry.employee]
    assert {visit.entry.employee for visit in named} == set(at)
    assert all(at[visit.entry.employee] == visit.place for visit in named if visit.entry.employee)
    assert {visit.entry.channel for visit in named} == {"qr"}
    assert 0.1 < len(named) / len(counted) < 0.3
    ilze, elina = (
        nps(scores_of([visit for visit in named if visit.entry.employee == company.employees[code]])).score
        for code in ("riga-h-1", "riga-h-3")
    )
    assert ilze is not None
    assert elina is not None
    assert ilze > elina + 5
