"""Pages escape what they are given, carry their security headers, and never name a stale file."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from survey_service.core import templates

ATTACK = "<script>alert('1')</script>"
NOTICE = {
    "title": "Not found",
    "message": "There is nothing at this address.",
    "advice": "",
    "request_id": "",
    "home": {"href": "/app", "label": "Home"},
}


def test_what_is_shown_is_escaped() -> None:
    text = templates.page("page_error.html", **{**NOTICE, "message": ATTACK, "title": ATTACK}).content.decode()
    assert ATTACK not in text
    assert text.count("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") >= 2
    assert templates.environment().from_string("{{ x }}").render(x=ATTACK).startswith("&lt;script")


def test_a_misspelt_variable_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates.environment().from_string("{{ mesage }}").render(message="x")


def test_a_page_carries_its_security_headers() -> None:
    answer = templates.page("page_error.html", status_code=404, headers={"Retry-After": "2"}, **NOTICE)
    assert answer.status_code == 404
    assert answer.media_type == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Retry-After"] == "2"
    nonce = re.findall(r"'nonce-([^']+)'", policy)
    scripts = re.findall(r"<script (?!type=\"application/json\")[^>]*>", answer.content.decode())
    assert scripts
    assert all(f'nonce="{nonce[0]}"' in script for script in scripts)
    again = templates.page("page_error.html", **NOTICE).headers["Content-Security-Policy"]
    assert nonce[0] not in again, "what is the same twice can be guessed"


def test_headers_of_one_page_do_not_stay_for_the_next() -> None:
    templates.html("a", policy="", headers={"Referrer-Policy": "no-referrer"}).headers["X-Odd"] = "1"
    assert set(templates.html("b", policy="").headers) == {"Content-Security-Policy"}


def test_an_address_marks_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "static_folder", lambda: tmp_path)
    templates.static_url.cache_clear()
    addresses = []
    for content in ("one", "two"):
        (tmp_path / "a.css").write_text(content, encoding="utf-8")
        templates.static_url.cache_clear()
        addresses.append(templates.static_url("a.css"))
    templates.static_url.cache_clear()
    assert addresses[0].startswith("/static/a.css?v=")
    assert addresses[0] != addresses[1]
    with pytest.raises(FileNotFoundError):
        templates.static_url("missing.css")


def test_static_files_are_there() -> None:
    folder = templates.static_folder()
    assert (folder / "embed.js").is_file()
    assert templates.static_text("embed.js") == (folder / "embed.js").read_text(encoding="utf-8")


STANDS = {
    ("base.html", "Sending is paused."): "what holds since a restore",
    ("builder/builder.html", "New words begin"): "what the words that stand will do",
    ("builder/builder.html", "The form asks"): "what the form lacks",
    ("builder/code.html", "Do not print"): "where the service is reached",
    ("inbox/spam.html", "The spam box"): "what holds while it is full",
    ("builder/code.html", "This form is"): "the state of the form",
    ("builder/code.html", "Which form should"): "what nobody has chosen yet",
    ("builder/share.html", "These links work"): "where the service is reached",
    ("builder/share.html", "The form is"): "the state of the form",
    ("builder/share.html", "The form asks"): "what the form lacks",
    ("cases/of_answer.html", "Responsible: . Everybody"): "whether the person still waits",
    ("components.html", "What to do"): "why no mail goes out",
    ("customers/profile.html", "Does not want"): "what a customer has said",
    ("inbox/answer.html", "In the spam"): "where the answer lies",
    ("inbox/answer.html", "Not counted. This"): "the state of the answer",
    ("inbox/answer.html", "The words of"): "an answer whose words were erased",
    ("inbox/parts.html", ""): "answers that the list leaves out",
    ("invitations/invitation.html", "Not delivered yet;"): "what became of an invitation",
    ("invitations/invitation.html", "Not sent."): "what became of an invitation",
    (
        "invitations/invitation.html",
        "Taken back. Nothing",
    ): "what became of an invitation; `ui.done` says it when it is done",
    ("places/list.html", "Only this machine"): "where the service is reached",
}
"""(template, first words) of each note that tells what stands, whatever was done, and what that is."""
NOTES = re.compile(r"{% call (?:ui\.)?note\((?!'error')[^%]*?\) %}(.*?){% endcall %}", re.DOTALL)
SAID = re.compile(r"\{\{ _\((['\"])(.*?)\1\) \}\}")
MARKS = re.compile(r"<[^>]+>|{%.*?%}|\{\{.*?\}\}", re.DOTALL)


def silent_notes() -> set[tuple[str, str]]:
    """Notes, but those of errors, which are announced by themselves, of which no part is announced."""
    folder = templates.PACKAGE / "templates"
    return {
        (path.relative_to(folder).as_posix(), " ".join(MARKS.sub("", SAID.sub(r"\2", words)).split()[:3]))
        for path in folder.rglob("*.html")
        for words in NOTES.findall(path.read_text(encoding="utf-8"))
        if 'role="status"' not in words
    }


def test_what_was_just_done_is_announced() -> None:
    assert silent_notes() ^ set(STANDS) == set()
