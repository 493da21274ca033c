"""What a page does, a program can do too: by a route of the API that calls the same function, or there is a reason.

Nothing is listed by hand but the reasons. From every handler of a page that is sent (POST), the code is followed
through the modules that know the web (they import litestar) to the functions below them that write; a handler under
`/api/v1` must come to the same ones.
"""

import ast
import functools
import inspect
import sys
from collections.abc import Iterable, Iterator

from litestar.handlers import HTTPRouteHandler

from survey_service.app import MODULES
from tests.project.following import OURS, Name, calls, in_short, name_of, reached, writes_itself

PERSONS = (
    "Signing in and passwords are a person's own; a key is no person, and one that made sessions would be a password."
)
COLLEAGUES = (
    "Who may sign in is said by an owner who is signed in: a key that leaks must let nobody in, nor shut anybody out."
)
RESPONDENTS = "It is done by the link that one respondent has, on their own page; no key stands for a respondent."

WITHOUT = {
    "accounts.service.add_staff": COLLEAGUES,
    "accounts.service.change_role": COLLEAGUES,
    "accounts.service.choose_language": "A program says with each request which language it wishes for.",
    "accounts.service.rename_oneself": "A key is no person, and has the name under which it was made.",
    "accounts.service.renew_access": COLLEAGUES,
    "accounts.service.set_disabled": COLLEAGUES,
    "accounts.session_service.end_other_sessions": PERSONS,
    "accounts.session_service.end_session": PERSONS,
    "accounts.session_service.forget_device": PERSONS,
    "accounts.session_service.remember_browser": PERSONS,
    "accounts.sign_in.caller_of_session": PERSONS,
    "accounts.sign_in.change_password": PERSONS,
    "accounts.sign_in.sign_in": PERSONS,
    "accounts.sign_in.sign_out": PERSONS,
    "accounts.sign_in.use_link": PERSONS,
    "beginning.service.begin": "It is done once, by a person or by the command `begin`; programs have no shop to name.",
    "invitations.service.subscribe_again": RESPONDENTS,
    "invitations.service.unsubscribe": RESPONDENTS,
    "forms.service.edit": "Joins what two people changed on their pages; a program says with `If-Match` what it read, "
    "and `forms.service.change` writes it the same way.",
    "responses.service.amend": RESPONDENTS,
    "responses.service.discard": "It deletes an answer for good, which a person does who has looked at it.",
}
"""Functions that write, that a page calls and no route of the API, and why."""


# Following the code ----------------------------------------------------------------------------------------------


@functools.cache
def writes(name: Name) -> bool:
    """Whether a function, or one that it comes to, changes the database."""
    return any(writes_itself(each) for each in reached(name))


@functools.cache
def knows_the_web(module: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "litestar"
        for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module])))
    )


def doors(name: Name, seen: set[Name]) -> Iterator[Name]:
    """The first functions below the web that write, from a function of a module that knows it."""
    if name in seen:
        return
    seen.add(name)
    for following in calls(name):
        if knows_the_web(following[0]):
            yield from doors(following, seen)
        elif writes(following) and not following[0].startswith(OURS + "core."):
            yield following


# What is held ----------------------------------------------------------------------------------------------------


def sent_to(*, api: bool) -> list[HTTPRouteHandler]:
    """The handlers that something is sent to: those of the API, or those of pages."""
    every = [handler for module in MODULES for handler in module.ROUTES if handler.http_methods - {"GET", "OPTIONS"}]
    return [handler for handler in every if any(path.startswith("/api/") for path in handler.paths) == api]


def doors_of(handlers: Iterable[HTTPRouteHandler]) -> dict[str, set[str]]:
    """`accounts.service.add_staff` and the like → the handlers that come to it."""
    found: dict[str, set[str]] = {}
    for handler in handlers:
        for door in doors(name_of(handler.fn), set()):
            found.setdefault(in_short(door), set()).add(handler.fn.__name__)
    return found


def test_what_a_page_does_a_program_can_do() -> None:
    programs = doors_of(sent_to(api=True))
    missing = {door: sorted(by) for door, by in doors_of(sent_to(api=False)).items() if door not in programs}
    assert {door: by for door, by in missing.items() if door not in WITHOUT} == {}


def test_reasons_are_for_what_there_is() -> None:
    pages, programs = doors_of(sent_to(api=False)), doors_of(sent_to(api=True))
    assert [door for door in WITHOUT if door not in pages or door in programs] == []


def test_every_page_that_is_sent_is_followed_to_what_it_writes() -> None:
    """Without this, code that cannot be followed would pass for code that writes nothing."""
    pages = sent_to(api=False)
    followed = set().union(*doors_of(pages).values())
    assert len(pages) > 40
    assert [handler.fn.__name__ for handler in pages if handler.fn.__name__ not in followed] == []
