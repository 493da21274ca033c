"""Each act that writes is recorded, not only one of those that a handler does: a page that changes a name and a
language records both.

From every handler the code is followed as `test_recorded` does. What a function writes is recorded if the function
itself records, if it is called by one that does, or if it stands beside one that does nothing but record.
"""

import functools

from tests.project.following import OURS, Name, calls, in_short, name_of, reached, writes_itself
from tests.project.test_recorded import RECORDS, handlers

ROOM = OURS + "accounts."

USED = "It notes that a key or session is used."
TRIES = "It counts tries; those that are refused are told by `accounts.refusals`."
BEGINS = "It is a part of signing in or of another password, of which `sign_in._begin` tells in the same transaction."
WITHOUT = {
    "accounts.key_service.caller_of_key": USED,
    "accounts.session_service._forget_oldest": BEGINS,
    "accounts.session_service._note": BEGINS,
    "accounts.sign_in._extend": USED,
    "accounts.sign_in._keep_hash": BEGINS,
    "accounts.sign_in.end_access": BEGINS,
    "accounts.sign_in.end_links": BEGINS,
    "accounts.sign_in.end_sessions": BEGINS,
    "accounts.sign_in.use_link": BEGINS,
    "accounts.throttle._counted": TRIES,
    "accounts.throttle._held": TRIES,
    "accounts.throttle.forget": TRIES,
    "accounts.throttle.forgive": TRIES,
}
"""What writes in accounts without a line of its own, and why."""


@functools.cache
def only_records(name: Name) -> bool:
    """Whether a function records and writes nothing else."""
    writers = {each for each in reached(name) - RECORDS if writes_itself(each)}
    return bool(reached(name) & RECORDS) and not writers


def silent(name: Name, seen: frozenset[Name] = frozenset()) -> set[Name]:
    """The functions of accounts that write, below this one, for which nobody records."""
    following = calls(name) - seen
    if following & RECORDS or any(only_records(each) for each in following):
        return set()
    own = {name} if name[0].startswith(ROOM) and writes_itself(name) else set()
    return own.union(*(silent(each, seen | {name}) for each in following))


def found() -> set[str]:
    every = set[str]()
    for handler in handlers():
        every |= {in_short(each) for each in silent(name_of(handler.fn))}
    return every


def test_each_act_of_a_handler_is_recorded_by_itself() -> None:
    assert found() - WITHOUT.keys() == set()


def test_reasons_are_for_what_is_silent() -> None:
    assert WITHOUT.keys() - found() == set()
