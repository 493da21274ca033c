"""What staff's forms are filled in with, and what must be seen afterwards: one line for each form of the pages."""

import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from survey_service.worker import IDLE_SECONDS
from tests.browser.product import COOKIE, OWNER, PASSWORD, Product, eventually
from tests.factories import VISIT

FIRST_PASSWORD = "quiet copper window harbour"
SECOND_PASSWORD = "seven paper boats at noon"
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
        self.token = self.token or _token(self.owner.get("/app/settings").text)
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
            token = _token(client.get("/app/settings/password").text)
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


def _token(page: str) -> str:
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


# Coming and going ------------------------------------------------------------------------------------------------


@scene("POST /app/sign-in")
def signs_in(shop: Shop) -> Scene:
    typed = {"email": OWNER, "password": PASSWORD}
    return Scene("/app/sign-in?next=/app/places", "/app/sign-in", typed, "Places", session="")


@scene("POST /app/sign-out")
def signs_out(shop: Shop) -> Scene:
    own = shop.product.session()
    return Scene("/app/customers", "/app/sign-out", seen="Sign in", session=own, form=".rail form")


@scene("POST /app/link/{secret:str}")
def comes_by_link(shop: Shop) -> Scene:
    link = shop.colleague().link
    return Scene(link, link, seen="Choose a password", session="", form="main form")


# Settings --------------------------------------------------------------------------------------------------------


@scene("POST /app/settings/name", Wrong({"name": "Ida\u202eRozite"}, "name", ""))
def renames_herself(shop: Shop) -> Scene:
    own, name = shop.session(shop.colleague()), word("Ida Rozīte")
    return Scene(
        "/app/settings", "/app/settings/name", {"name": name}, "Your name is changed", {"name": name}, session=own
    )


@scene(
    "POST /app/settings/password",
    Wrong({"current": FIRST_PASSWORD, "new": "short", "repeated": "short"}, "new", "12"),
)
def changes_her_password(shop: Shop) -> Scene:
    own = shop.session(shop.colleague())
    typed = {"current": FIRST_PASSWORD, "new": SECOND_PASSWORD, "repeated": SECOND_PASSWORD}
    return Scene("/app/settings/password", "/app/settings/password", typed, "Your password is set", session=own)


STAFF = "/app/settings/staff"


@scene(
    "POST /app/settings/staff", Wrong({"name": "Ida", "email": "ida at home", "role": "manager"}, "email", "address")
)
def adds_a_colleague(shop: Shop) -> Scene:
    name = word("Jānis")
    typed = {"name": name, "email": f"{word('janis')}@linden.example", "role": "manager"}
    return Scene(STAFF, STAFF, typed, f"A sign-in link for {name}", form=f"form[action='{STAFF}']")


@scene("POST /app/settings/staff/{staff_id:uuid}/role")
def changes_a_role(shop: Shop) -> Scene:
    person = shop.colleague()
    action = f"{STAFF}/{person.id}/role"
    return Scene(STAFF, action, {"role": "manager"}, person.name, {"role": "manager"})


@scene("POST /app/settings/staff/{staff_id:uuid}/disable")
def disables(shop: Shop) -> Scene:
    person = shop.colleague()
    return Scene(STAFF, f"{STAFF}/{person.id}/disable", seen=f"Enable {person.name}")


@scene("POST /app/settings/staff/{staff_id:uuid}/enable")
def enables(shop: Shop) -> Scene:
    person = shop.colleague()
    shop.send(f"{STAFF}/{person.id}/disable")
    return Scene(STAFF, f"{STAFF}/{person.id}/enable", seen=f"Disable {person.name}")


@scene("POST /app/settings/staff/{staff_id:uuid}/link")
def makes_another_link(shop: Shop) -> Scene:
    person = shop.colleague()
    return Scene(STAFF, f"{STAFF}/{person.id}/link", seen=f"A sign-in link for {person.name}")


KEYS = "/app/settings/keys"


@scene("POST /app/settings/keys", Wrong({"name": " ", "scopes": "responses:read"}, "name", ""))
def makes_a_key(shop: Shop) -> Scene:
    name = word("Till")
    return Scene(KEYS, KEYS, {"name": name, "scopes": "responses:read"}, "The new key")


@scene("POST /app/settings/keys/{key_id:uuid}/revoke")
def revokes_a_key(shop: Shop) -> Scene:
    name = word("Old till")
    key = shop.product.write("keys", {"name": name, "scopes": ["responses:read"]})
    return Scene(KEYS, f"{KEYS}/{key['id']}/revoke", seen="Revoked")


WORKSPACE = "/app/settings/workspace"


@scene("POST /app/settings/workspace", Wrong({"min_n": "many", "postal_address": "Harbour 2"}, "min_n", ""))
def changes_the_workspace(shop: Shop) -> Scene:
    typed = {
        "name": word("Linden"),
        "time_zone": "Europe/Riga",
        "postal_address": "Harbour 1\nRiga",
        "reply_to": "shop@linden.example",
        "min_n": "8",
    }
    return Scene(WORKSPACE, WORKSPACE, typed, "The settings are saved", typed)


# Follow-up, spam -------------------------------------------------------------------------------------------------


@scene("POST /app/follow-up/{promise_id:uuid}/keep")
def has_replied(shop: Shop) -> Scene:
    return Scene("/app/follow-up", f"/app/follow-up/{shop.promise()}/keep", seen="Marked as done.")


@scene("POST /app/follow-up/{promise_id:uuid}/reopen")
def waits_after_all(shop: Shop) -> Scene:
    promise = shop.promise()
    shop.product.write(f"promises/{promise}/keep")
    action = f"/app/follow-up/{promise}/reopen"
    return Scene("/app/follow-up?state=kept", action, seen="Follow-up")


@scene("POST /app/spam")
def releases(shop: Shop) -> Scene:
    suspect = shop.suspect()
    return Scene("/app/spam", "/app/spam", {"id": suspect}, "1 answer released", button="[name=act][value=release]")


# Sending ---------------------------------------------------------------------------------------------------------

SEND = "/app/invitations"
PAUSE = "UPDATE workspace SET sending_paused_at = '2026-11-01 10:00:00+00:00'"


@scene("POST /app/invitations", Wrong({"form": "visit", "email": "noor", "name": "Noor"}, "email", "address"))
def invites(shop: Shop) -> Scene:
    name = word("Noor")
    typed = {"form": "visit", "email": f"{word('noor')}@example.com", "name": name, "language": "ar"}
    return Scene(SEND, SEND, typed, f"Invitation to {name}", form=f"form[method=post][action='{SEND}']")


@scene("POST /app/invitations/{invitation_id:uuid}/resend")
def sends_again(shop: Shop) -> Scene:
    email = f"{word('noor')}@example.com"
    invited = shop.product.write("invitations", {"form": "visit", "email": email})
    eventually(lambda: shop.product.mail_to(email), "mail")
    shop.sql("UPDATE invitation SET state = 'failed', last_error = 'No such mailbox.' WHERE email = ?", email)
    page = f"{SEND}/{invited['id']}"
    return Scene(page, f"{page}/resend", seen=f"Invitation to {email}")


@scene("POST /app/invitations/{invitation_id:uuid}/take-back")
def takes_back(shop: Shop) -> Scene:
    shop.sql(PAUSE)
    time.sleep(2 * IDLE_SECONDS)  # the worker has looked again and knows of the pause
    invited = shop.product.write("invitations", {"form": "visit", "email": f"{word('noor')}@example.com"})

    def ended() -> bool:
        shop.sql("UPDATE workspace SET sending_paused_at = NULL")
        return bool(shop.product.read(f"invitations/{invited['id']}")["state"] == "taken_back")

    page = f"{SEND}/{invited['id']}"
    return Scene(page, f"{page}/take-back", seen="Taken back. Nothing was sent.", told=ended)


@scene("POST /app/sending")
def lets_sending_go_on(shop: Shop) -> Scene:
    shop.sql(PAUSE)
    return Scene("/app/sending", "/app/sending", seen="Nothing holds them back.")


# Forms -----------------------------------------------------------------------------------------------------------


@scene("POST /app/forms", Wrong({"starter": "contact", "name": "Wrong", "slug": "Not a slug!"}, "slug", ""))
def makes_a_form(shop: Shop) -> Scene:
    name = word("Market stall")
    typed = {"starter": "contact", "name": name, "language": "am", "also": "en", "others": "Welsh"}
    return Scene("/app/forms/new", "/app/forms", typed, name, form="form[method=post][action='/app/forms']")


@scene("POST /app/languages", Wrong({"language": "German"}, "language", "already"))
def begins_a_language(shop: Shop) -> Scene:
    return Scene("/app/languages", "/app/languages", {"language": "Welsh"}, "Words in Welsh")


@scene("POST /app/languages/{language:str}", Wrong({"send": "Anfon", "mail_dear": "Annwyl"}, "mail_dear", "[name]"))
def writes_words(shop: Shop) -> Scene:
    page = shop.language("sv")
    typed = {"send": word("Skicka"), "mail_dear": word("Hej [name]")}
    return Scene(page, page, typed, "Kept.", stays=typed)


def _drafted(shop: Shop, deed: str, seen: str, *, published: bool = False, **more: Any) -> Scene:
    """The builder of a new form."""
    slug = shop.form(published=published)
    base = f"/app/forms/{slug}"
    return Scene(base, f"{base}/{deed}", seen=seen, form="#draft", **more)


@scene("POST /app/forms/{slug:str}/save", Wrong({"languages": "Klingonish"}, "languages", ""))
def keeps_the_draft(shop: Shop) -> Scene:
    typed = {"questions[0].text.en": "Would you tell a friend?", "title.en": word("Title")}
    return _drafted(shop, "save", "The draft is kept.", values=typed, stays=typed, button=".btn:not([formaction])")


@scene("POST /app/forms/{slug:str}/try")
def tries_the_draft(shop: Shop) -> Scene:
    title = word("Title")
    return _drafted(shop, "try", title, values={"title.en": title})


@scene("POST /app/forms/{slug:str}/publish")
def publishes(shop: Shop) -> Scene:
    return _drafted(shop, "publish", "Version 1 is live.", values={"title.en": word("Title")})


@scene("POST /app/forms/{slug:str}/questions")
def adds_a_question(shop: Shop) -> Scene:
    return _drafted(shop, "questions", "Edit question", values={"_kind": "email"})


@scene("POST /app/forms/{slug:str}/questions/{number:int}/up")
def moves_up(shop: Shop) -> Scene:
    return _drafted(shop, "questions/2/up", "Edit question")


@scene("POST /app/forms/{slug:str}/questions/{number:int}/down")
def moves_down(shop: Shop) -> Scene:
    return _drafted(shop, "questions/1/down", "Edit question")


@scene("POST /app/forms/{slug:str}/questions/{number:int}/remove")
def removes(shop: Shop) -> Scene:
    return _drafted(shop, "questions/3/remove", "Edit question")


@scene("POST /app/forms/{slug:str}/questions/{number:int}/restore")
def restores(shop: Shop) -> Scene:
    slug = shop.form()
    first, *others = SMALL["questions"]
    changed = {**SMALL, "questions": [{**first, "text": {"en": "New words?"}}, *others]}
    answer = shop.product.api.patch(f"/api/v1/forms/{slug}", json={"definition": changed})
    assert answer.is_success, answer.text
    base = f"/app/forms/{slug}"
    return Scene(base, f"{base}/questions/1/restore", seen=first["text"]["en"], form="#draft")


def _settings(slug: str, deed: str, seen: str, **more: Any) -> Scene:
    base = f"/app/forms/{slug}"
    return Scene(f"{base}/settings", f"{base}/{deed}", seen=seen, **more)


@scene(
    "POST /app/forms/{slug:str}/settings",
    Wrong({"name": "Kept name", "allowed_origins": "not an address"}, "allowed_origins", "https://"),
)
def keeps_the_settings(shop: Shop) -> Scene:
    typed = {"name": word("Fair"), "allowed_origins": "https://www.example.com", "promise": "call"}
    values = {"name": typed["name"], "accepts_json": "1", **typed}
    return _settings(shop.form(), "settings", "The settings are kept", values=values, stays=typed)


@scene("POST /app/forms/{slug:str}/close")
def closes(shop: Shop) -> Scene:
    return _settings(shop.form(), "close", "It is closed")


@scene("POST /app/forms/{slug:str}/open")
def opens(shop: Shop) -> Scene:
    slug = shop.form()
    shop.product.write(f"forms/{slug}/close")
    return _settings(slug, "open", "It takes answers")


@scene("POST /app/forms/{slug:str}/archive")
def archives(shop: Shop) -> Scene:
    return _settings(shop.form(), "archive", "The form is archived.")


@scene("POST /app/forms/{slug:str}/bring-back")
def brings_back(shop: Shop) -> Scene:
    slug = shop.form()
    shop.product.write(f"forms/{slug}/archive")
    return _settings(slug, "bring-back", "The form is back")


@scene("POST /app/forms/{slug:str}/delete")
def deletes(shop: Shop) -> Scene:
    slug = shop.form(published=False)

    def gone() -> bool:
        return shop.product.api.get(f"/api/v1/forms/{slug}").status_code == 404

    return _settings(slug, "delete", "deleted", told=gone)


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


@scene("GET /app/invitations")
def looks_at_invitations(shop: Shop) -> Scene:
    return Scene(SEND, SEND, {"state": "sent"}, "Send", {"state": "sent"}, form=".filters")


# The end of the demo


@scene(
    "POST /app/begin",
    Wrong(
        {"owner_name": "Ida", "email": "ida at home", "shop": "Rose corner", "time_zone": "Europe/Riga"},
        "email",
        "address",
    ),
)
def begins(shop: Shop) -> Scene:
    shop.sql("UPDATE workspace SET is_demo = 1, time_zone = 'UTC'")
    typed = {
        "owner_name": word("Ida Rozīte"),
        "email": OWNER,
        "shop": word("Rose corner"),
        "time_zone": "Europe/Riga",
        "language": "ka",
        "also": "en",
    }
    return Scene("/app/begin", "/app/begin", typed, "Inside a web page")
