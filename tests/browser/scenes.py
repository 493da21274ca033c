"""What staff's forms are filled in with, and what must be seen afterwards: one line for each form of the pages.

The shop and the table are here, and the lines of places and of forms that only look; the others stand in the modules
beside this one.
"""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.browser.product import COOKIE, Product
from tests.factories import VISIT
from tests.waiting import eventually

FIRST_PASSWORD = "quiet copper window harbour"
SMALL: dict[str, Any] = {**VISIT, "languages": ["en"]}


@dataclass
class Person:
    """A colleague: the id, the session, and the link that made it."""

    id: str
    email: str
    name: str
    link: str


@dataclass
class Shop:
    """A product with what the scenes need made in it, through the API or by the owner's program."""

    product: Product
    file: Path
    owner: httpx.Client = field(repr=False)
    token: str = field(repr=False, default="")

    def send(self, path: str, **fields: str) -> str:
        """What the owner is shown after sending these fields."""
        self.token = self.token or token_of(self.owner.get("/app/settings").text)
        answer = self.owner.post(path, data={"_csrf_token": self.token, **fields}, follow_redirects=True)
        assert answer.is_success, answer.text
        return answer.text

    def sql(self, statement: str, *values: str) -> None:
        """What only time or an accident brings about."""
        with sqlite3.connect(self.file, timeout=30) as database:
            assert database.execute(statement, values).rowcount > 0
        database.close()

    def form(self, *, published: bool = True) -> str:
        """The public name of a new form."""
        slug = word("form")
        self.product.write("forms", {"slug": slug, "name": slug, "definition": SMALL})
        if published:
            self.product.write(f"forms/{slug}/publish")
        return slug

    def language(self, tag: str) -> str:
        """The page of the words of a language that was begun."""
        self.product.write("languages", {"language": tag})
        return f"/app/languages/{tag}"

    def place(self) -> str:
        """The id of a new place."""
        return str(self.product.write("places", {"name": word("Place")})["id"])

    def employee(self) -> str:
        """The id of somebody new who works at a new place."""
        return str(self.product.write("employees", {"name": word("Ilze"), "place": self.place()})["id"])

    def colleague(self) -> Person:
        """Somebody new, who has not used the link."""
        name, email = word("Ida"), f"{word('ida')}@linden.example"
        page = self.send("/app/settings/staff", name=name, email=email, role="viewer")
        link = re.findall(r"(/app/link/[\w.-]+)", page)[0]
        rows = re.findall(r"/staff/([0-9a-f-]{36})/disable\">(?:(?!</form>).)*> ([\w-]+)</span>", page)
        return Person({name: row for row, name in rows}[name], email, name, link)

    def session(self, person: Person, password: str = FIRST_PASSWORD) -> str:
        """The session of a colleague who has used the link and chosen a password."""
        with httpx.Client(base_url=self.product.address) as client:
            client.post(person.link)
            token = token_of(client.get("/app/settings/password").text)
            done = client.post(
                "/app/settings/password", data={"_csrf_token": token, "new": password, "repeated": password}
            )
            assert done.status_code == 303, done.text
            return client.cookies[COOKIE]

    def promise(self) -> str:
        """The id of a promise to somebody who wrote just now."""
        email = f"{word('noor')}@example.com"
        answers = {"name": "Noor", "email": email, "message": "Where are my tulips?"}
        self.product.write("forms/contact/responses", {"id": str(uuid4()), "answers": answers})

        def found() -> str | None:
            rows = re.split(r'<article class="promise"', self.owner.get("/app/follow-up?form=contact").text)
            keep = [re.findall(r"/app/follow-up/([0-9a-f-]{36})/keep", row) for row in rows if email in row]
            return str(keep[0][0]) if keep else None

        return eventually(found, "promise")

    def suspect(self) -> str:
        """What staff call an answer in the spam box."""
        comment = word("Cheap watches")
        sent = httpx.post(f"{self.product.address}/s/visit", data={"recommend": "9", "comment": comment})
        assert sent.status_code == 303, sent.text
        page = self.owner.get("/app/spam").text
        return str(re.findall(r'name="id" value="([0-9a-f-]{36})"', page.split(comment)[1])[0])


def token_of(page: str) -> str:
    """What a page's forms carry."""
    return re.findall(r'name="_csrf_token" value="([^"]+)"', page)[0]


def word(beginning: str) -> str:
    """Something that was never typed before."""
    return f"{beginning}-{uuid4().hex[:8]}"


@dataclass(frozen=True)
class Scene:
    """A form on a page: where it is, what is typed, and what is read afterwards.

    `seen` is part of what the page that follows says, `stays` what is typed in it, by name; `told` asks the product.
    `button` is what is pressed, by its attributes, if it is not the form's only one. `session` is somebody else's,
    and empty for nobody's.
    """

    page: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    stays: dict[str, str] = field(default_factory=dict)
    told: Callable[[], object] = lambda: True
    button: str = ""
    session: str | None = None
    form: str = ""


@dataclass(frozen=True)
class Wrong:
    """What a form refuses: the values, the field that says so, and part of what it says."""

    values: dict[str, str]
    field: str
    says: str


Setting = Callable[[Shop], Scene]
SCENES: dict[str, Setting] = {}
WRONG: dict[str, Wrong] = {}


def scene(form: str, wrong: Wrong | None = None) -> Callable[[Setting], Setting]:
    """A line of the table: the method and address that a form or a button of it sends to."""

    def add(setting: Setting) -> Setting:
        assert form not in SCENES, form
        SCENES[form] = setting
        if wrong:
            WRONG[form] = wrong
        return setting

    return add


# Places ----------------------------------------------------------------------------------------------------------


@scene("POST /app/places", Wrong({"name": "Riga again", "code": "riga-harbour"}, "code", ""))
def adds_a_place(shop: Shop) -> Scene:
    name = word("Old town")
    typed = {"name": name, "own_name": "Vecrīga", "kind": "counter", "code": word("old")}
    return Scene("/app/places/new", "/app/places", typed, name)


@scene("POST /app/places/{place_id:uuid}/edit", Wrong({"name": " ", "own_name": "Vecrīga"}, "name", ""))
def changes_a_place(shop: Shop) -> Scene:
    page, name = f"/app/places/{shop.place()}/edit", word("New town")
    return Scene(page, page, {"name": name, "own_name": "Jaunrīga"}, name)


@scene("POST /app/places/{place_id:uuid}/archive")
def archives_a_place(shop: Shop) -> Scene:
    place = shop.place()

    def archived() -> object:
        return shop.product.read(f"places/{place}")["archived"]

    return Scene(f"/app/places/{place}/edit", f"/app/places/{place}/archive", seen="Places", told=archived)


@scene("POST /app/places/{place_id:uuid}/form")
def chooses_a_form(shop: Shop) -> Scene:
    page = f"/app/places/{shop.place()}"
    return Scene(page, f"{page}/form", {"form": "contact"}, "What it opens", {"form": "contact"})


@scene("POST /app/places/{place_id:uuid}/employees", Wrong({"name": "Ilze", "code": "Ilze!"}, "code", ""))
def adds_an_employee(shop: Shop) -> Scene:
    page, name = f"/app/places/{shop.place()}/employees", word("Ilze")
    return Scene(page, page, {"name": name, "code": word("ilze")}, name)


@scene("POST /app/employees/{employee_id:uuid}/edit", Wrong({"name": " "}, "name", ""))
def changes_an_employee(shop: Shop) -> Scene:
    page, name = f"/app/employees/{shop.employee()}/edit", word("Inese")
    return Scene(page, page, {"name": name}, name)


@scene("POST /app/employees/{employee_id:uuid}/left")
def says_that_somebody_left(shop: Shop) -> Scene:
    employee = shop.employee()

    def left() -> object:
        return shop.product.read(f"employees/{employee}")["left"]

    return Scene(
        f"/app/employees/{employee}/edit", f"/app/employees/{employee}/left", seen="no longer works here", told=left
    )


# Forms that only look --------------------------------------------------------------------------------------------


@scene("GET /app")
def looks_at_days(shop: Shop) -> Scene:
    days = {"from": "2026-11-01", "to": "2026-11-20"}
    return Scene("/app", "/app", days, "1", days, button=".chip-menu__body button")


@scene("GET /app/answers")
def looks_for_answers(shop: Shop) -> Scene:
    return Scene("/app/answers", "/app/answers", {"q": "roses"}, "roses", {"q": "roses"}, button=".filters__go")


@scene("GET /app/customers")
def looks_for_a_customer(shop: Shop) -> Scene:
    return Scene("/app/customers", "/app/customers", {"search": "nobody"}, "nobody", {"search": "nobody"})


@scene("GET /app/follow-up")
def looks_who_waits(shop: Shop) -> Scene:
    shop.promise()
    return Scene("/app/follow-up", "/app/follow-up", {"form": "contact"}, "Follow-up", {"form": "contact"})
