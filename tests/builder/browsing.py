"""Staff in front of our pages: who they are, and what a browser would send of a page."""

from dataclasses import dataclass
from html.parser import HTMLParser

import httpx
import pytest

from survey_service.accounts import installation_service, key_service, sign_in
from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import SCOPES, Caller
from tests import answers

EMAIL = "alice@example.org"


async def signed_in(email: str) -> tuple[Caller, dict[str, str]]:
    """The person and the headers of their browser."""
    caller, secret = await answers.signed_in(email)
    return caller, {"Cookie": f"{sign_in.COOKIE}={secret}", "X-CSRF-Token": caller.csrf_token}


async def owner() -> tuple[Caller, dict[str, str]]:
    """Alice, who owns the default workspace."""
    await installation_service.ensure_owner(EMAIL)
    return await signed_in(EMAIL)


@pytest.fixture
async def alice(client: httpx.AsyncClient) -> Caller:
    """Alice is signed in in the browser."""
    caller, headers = await owner()
    client.headers.update(headers)
    return caller


async def viewer(alice: Caller) -> dict[str, str]:
    """The headers of Bob, who may look."""
    await accounts.add_staff(alice, "bob@example.org", "Bob", "viewer")
    return (await signed_in("bob@example.org"))[1]


async def key_of(caller: Caller) -> dict[str, str]:
    """The headers of a program with every scope."""
    return {"Authorization": f"Bearer {(await key_service.make_key(caller, 'All', SCOPES)).key}"}


class _Fields(HTMLParser):
    """The fields of the form with an id, as its submit button would send them."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.textarea = ""
        self.select = ""
        self.fields: dict[str, str] = {}
        self.actions: list[str] = []
        self.disabled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = values.get("id") == self.form_id
        if not self.inside:
            return
        if tag == "fieldset":
            self.disabled = self.disabled or "disabled" in values
        if tag == "button" and "formaction" in values:
            self.actions.append(values["formaction"])
        if tag == "input" and (values.get("type") != "checkbox" or "checked" in values):
            self.fields[values["name"]] = values.get("value", "")
        if tag == "select":
            self.select = values["name"]
        if tag == "option" and ("selected" in values or self.select not in self.fields):
            self.fields[self.select] = values["value"]
        if tag == "textarea":
            self.textarea = values["name"]
            self.fields[self.textarea] = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            # HTML drops the line break that begins a text area.
            self.fields[self.textarea] = self.fields[self.textarea].removeprefix("\n")
            self.textarea = ""
        if tag == "form":
            self.inside = False


@dataclass
class Draft:
    """What the builder's page holds: the fields, where its buttons lead, and whether they can be changed."""

    fields: dict[str, str]
    actions: list[str]
    disabled: bool


def draft_of(page: httpx.Response) -> Draft:
    """The builder's form on a page."""
    parser = _Fields("draft")
    parser.feed(page.text)
    return Draft(parser.fields, parser.actions, parser.disabled)
