"""What is pasted into other people's sites. Pure: everything from outside is escaped for HTML."""

from html import escape

from survey_service.core import i18n
from survey_service.core.i18n import Written
from survey_service.forms.definition import Definition

TRAP = '<p hidden><label>Leave this empty <input name="_website" tabindex="-1" autocomplete="off"></label></p>'
"""People do not see it; what fills it goes to the spam box."""


def embed(base_url: str, slug: str, name: str) -> str:
    """The form inside a page, with a link for readers without script."""
    link = escape(f"{base_url}/s/{slug}")
    return (
        f'<div data-survey="{escape(slug)}" data-title="{escape(name)}">'
        f'<noscript><a href="{link}">{escape(name)}</a></noscript></div>\n'
        f'<script async src="{escape(base_url)}/embed.js"></script>'
    )


def plain(base_url: str, slug: str, definition: Definition, written: Written = ()) -> str:
    """The form as ordinary HTML for a page without any script of ours, in the form's first language."""
    language = definition.languages[0]
    rows = [line for question in definition.questions for line in question.plain_html(language)]
    lines = [*rows, TRAP, f'<input type="hidden" name="_language" value="{escape(language)}">']
    inner = "\n".join(f"  {line}" for line in lines)
    return (
        f'<form method="post" action="{escape(f"{base_url}/c/{slug}")}" accept-charset="utf-8">\n'
        f"{inner}\n  <p><button>{escape(str(i18n.text('send', language, written)))}</button></p>\n</form>"
    )
