"""Coming and going, the settings, and the end of the demo: their lines of `scenes`."""

import httpx

from tests.browser.product import OWNER, PASSWORD
from tests.browser.scenes import FIRST_PASSWORD, Scene, Shop, Wrong, scene, token_of, word

SECOND_PASSWORD = "seven paper boats at noon"


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


PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


def _also_by_phone(shop: Shop, *, signs_out: bool = False) -> str:
    """The session of a colleague who has signed in with a phone too."""
    person = shop.colleague()
    own = shop.session(person)
    with httpx.Client(base_url=shop.product.address, headers={"User-Agent": PHONE}) as phone:
        phone.post("/app/sign-in", data={"email": person.email, "password": FIRST_PASSWORD})
        page = phone.get("/app/settings").text
        if signs_out:
            phone.post("/app/sign-out", data={"_csrf_token": token_of(page)})
    return own


@scene("POST /app/settings/sign-out")
def signs_out_by_phone(shop: Shop) -> Scene:
    own = _also_by_phone(shop)
    form = "li:has-text('Chrome on Android') form"
    return Scene("/app/settings", "/app/settings/sign-out", seen="You are signed out there", session=own, form=form)


@scene("POST /app/settings/sign-out-elsewhere")
def signs_out_elsewhere(shop: Shop) -> Scene:
    own, action = _also_by_phone(shop), "/app/settings/sign-out-elsewhere"
    return Scene("/app/settings", action, seen="You are signed out everywhere else", session=own)


@scene("POST /app/settings/forget-browser")
def forgets_a_browser(shop: Shop) -> Scene:
    own, action = _also_by_phone(shop, signs_out=True), "/app/settings/forget-browser"
    return Scene("/app/settings", action, seen="The browser is forgotten", session=own)


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
