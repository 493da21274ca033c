"""The staff shell and its parts."""

import re
from typing import Any

import pytest

from survey_service.core.rail import Rail, RailSection
from survey_service.core.templates import PACKAGE, environment
from survey_service.nps.metrics.nps import NPS
from tests.static.samples import elements, words

TEMPLATES = PACKAGE / "templates"
KEYS = ("today", "answers", "follow-up", "customers", "forms", "settings")
SECTIONS = [
    RailSection(key=key, label=key.title(), href=f"/app/{key}", icon="today", position=n, at_foot=key == "settings")
    for n, key in enumerate(KEYS)
]
QUIET: dict[str, Any] = {
    "actor": None, "is_demo": False, "sending_paused_at": None, "rail": Rail(SECTIONS, (), {"forms": 3})
}  # fmt: skip
SCORE = {
    "name": "NPS", "state": "ok", "value": "38", "unit": "", "range": "33 to 43", "answers": "1,204 answers",
    "href": "/app/answers", "change": {"direction": "up", "hue": "promoter", "by": "8", "text": "from 30"}, "hint": "",
}  # fmt: skip


def shell(body: str = "", **values: Any) -> str:
    source = "{% extends 'base.html' %}{% import 'components.html' as ui %}{% block main %}" + body + "{% endblock %}"
    context = {
        "caller": {"workspace_name": "Linden Flowers", "name": "Nino Beridze", "role": "manager", **QUIET},
        "current": "forms",
        "csrf_token": "token",
        "nonce": "once",
    }
    return environment().from_string(source).render({**context, **values})


def part(call: str, **values: Any) -> str:
    source = "{% import 'components.html' as ui %}{{ " + call + " }}"
    return environment().from_string(source).render(values)


def test_the_rail_and_the_thumb_bar_lead_everywhere() -> None:
    page = shell()
    for key in KEYS:
        links = elements(page, "a", href=f"/app/{key}")
        assert len(links) == 2
        assert [link.get("aria-current") for link in links] == (["page", "page"] if key == "forms" else [None, None])
    rail, thumb = page.split('class="thumb"')
    shown, more = thumb.split("<details")
    assert [link.get("href") for link in elements(shown, "a")] == [f"/app/{key}" for key in KEYS[:4]]
    assert [link.get("href") for link in elements(more, "a")] == ["/app/forms", "/app/settings"]
    assert "data-current" in more
    (foot,) = elements(rail.split('class="rail__foot"')[1], "a")
    assert foot.get("href") == "/app/settings"


def test_the_number_of_who_waits_stands_beside_its_section() -> None:
    page = shell()
    assert len(elements(page, "span", **{"class": "count-dot"})) == 2
    assert words(page).count("3 waiting") == 2


def test_signing_out_is_a_guarded_post() -> None:
    page = shell()
    assert elements(page, "form", method="post", action="/app/sign-out")
    assert elements(page, "input", name="_csrf_token", value="token")


def test_the_shell_obeys_a_strict_policy() -> None:
    for element in elements(shell("{{ ui.theme_choice() }}")):
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")]
        assert not re.match(r"(https?:)?//", element.get("src") or element.get("href") or "")


def test_names_are_escaped() -> None:
    page = shell(caller={"workspace_name": "<b>x", "name": "<i>y", "role": "owner", **QUIET})
    assert "<b>x" not in page
    assert "<i>y" not in page


@pytest.mark.parametrize(("score", "group"), [(0, "detractor"), (6, "detractor"), (7, "passive"), (9, "promoter")])
def test_a_mark_says_its_group_in_words(score: int, group: str) -> None:
    assert group in words(part("ui.mark(score, group)", score=score, group=NPS.group_of(score)))


def test_no_score_is_not_a_zero() -> None:
    assert words(part("ui.mark(none)")) == "– No score"


def test_a_sure_change_has_an_arrow_and_another_has_none() -> None:
    sure = words(part("ui.score(shown)", shown=SCORE))
    assert "▲ up 8" in sure
    assert "33 to 43" in sure
    unsure = words(part("ui.score(shown)", shown={**SCORE, "change": {"direction": "none", "by": "8", "text": ""}}))
    assert "No clear change" in unsure
    assert "▲" not in unsure


def test_too_few_and_none_show_neither_arrow_nor_range() -> None:
    call = "ui.score(shown)"
    few = words(part(call, shown={**SCORE, "state": "too_few"}))
    none = words(part(call, shown={**SCORE, "state": "none", "answers": "No answers in October"}))
    assert "▲" not in few + none
    assert "33 to 43" not in few + none
    assert "38" in few
    assert "38" not in none
    assert "–" in none


def test_what_was_not_read_is_never_neutral() -> None:
    assert words(part("ui.mood('unsupported', 'no reader for Oromo yet')")) == "Not read: no reader for Oromo yet"
    assert "svg" not in part("ui.mood('unsupported')")
    assert words(part("ui.mood('uncertain')")) == "uncertain"


def test_a_field_names_its_hint_and_its_error() -> None:
    page = part("ui.field('reply', 'Reply address', 'a@b', hint='Printed.', error='Its ending is missing.')")
    (control,) = elements(page, "input", name="reply")
    assert control.get("aria-describedby") == "f-reply-hint f-reply-error"
    assert elements(page, id="f-reply-hint")
    assert elements(page, id="f-reply-error")
    assert elements(page, "label", **{"for": "f-reply"})


def test_filters_work_without_script() -> None:
    select = "{{ ui.filter_select('place', 'Place', [('', 'All'), ('a', 'A')], 'a') }}"
    page = shell("{% call ui.filters('/app') %}" + select + "{% endcall %}")
    assert elements(page, "form", method="get", action="/app")
    (chosen,) = [option for option in elements(page, "option") if "selected" in option.attributes]
    assert chosen.get("value") == "a"
    assert "Apply" in words(page)


@pytest.mark.parametrize(("icon", "turned"), [("forth", True), ("send", True), ("undo", True), ("clock", False)])
def test_what_points_along_the_line_is_mirrored_with_it(icon: str, turned: bool) -> None:
    page = shell("{{ ui.icon('" + icon + "') }}")
    main = page[page.index("<main") : page.index("</main>")]
    assert ('class="icon icon--way"' in main) == turned


def test_no_button_stands_there_for_nothing_without_script() -> None:
    """What only script can do is shown by script."""
    idle = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(r"<template.*?</template>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if found := re.findall(r'<button(?=[^>]*type="button")(?![^>]* hidden)[^>]*>', text):
            idle[path.name] = found
    assert idle == {}
    today = (TEMPLATES / "dashboard" / "today.html").read_text(encoding="utf-8")
    assert re.search(r"<span[^>]* data-live hidden>", today)


def test_a_comment_keeps_its_language() -> None:
    said = {
        "score": 4,
        "group": NPS.group_of(4),
        "text": "አበባው <b>",
        "language": "am",
        "language_name": "Amharic",
        "mood": "negative",
    }
    page = part("ui.comment(said)", said=said)
    assert elements(page, "blockquote", lang="am", dir="auto")
    assert "<b>" not in page


def test_an_error_page_stands_alone() -> None:
    said = {"title": "Gone", "message": "Kept.", "request_id": "01J", "nonce": "once"}
    page = environment().get_template("page_error.html").render(said)
    for part_ in ("Gone", "Kept.", "01J"):
        assert part_ in words(page)
