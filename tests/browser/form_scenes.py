"""The builder, the settings of a form, and languages: their lines of `scenes`."""

from typing import Any

from tests.browser.scenes import SMALL, Scene, Shop, Wrong, scene, word


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


def _drafted(shop: Shop, act: str, seen: str, *, published: bool = False, **more: Any) -> Scene:
    """The builder of a new form."""
    slug = shop.form(published=published)
    base = f"/app/forms/{slug}"
    return Scene(base, f"{base}/{act}", seen=seen, form="#draft", **more)


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


def _settings(slug: str, act: str, seen: str, **more: Any) -> Scene:
    base = f"/app/forms/{slug}"
    return Scene(f"{base}/settings", f"{base}/{act}", seen=seen, **more)


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
