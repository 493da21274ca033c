"""Who waits, the spam box, and what is sent: their lines of `scenes`."""

import time

from survey_service.worker import IDLE_SECONDS
from tests.browser.scenes import Scene, Shop, Wrong, scene, word
from tests.waiting import eventually


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


@scene("GET /app/invitations")
def looks_at_invitations(shop: Shop) -> Scene:
    return Scene(SEND, SEND, {"state": "sent"}, "Send", {"state": "sent"}, form=".filters")
