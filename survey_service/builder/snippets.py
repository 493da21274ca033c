"""What is pasted into other people's sites. Pure: everything from outside is escaped for HTML."""

from collections.abc import Iterator
from html import escape

from survey_service.core import i18n
from survey_service.forms.definition import Definition
from survey_service.questions import Question
from survey_service.questions.choice import ChoiceQuestion
from survey_service.questions.email import EmailQuestion
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.multiple_choice import MultipleChoiceQuestion
from survey_service.questions.scale import ScaleQuestion
from survey_service.questions.texts import text_in

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


def plain(base_url: str, slug: str, definition: Definition) -> str:
    """The form as ordinary HTML for a page without any script of ours, in the form's first language."""
    language = definition.languages[0]
    rows = [line for question in definition.questions for line in _question(question, language)]
    lines = [*rows, TRAP, f'<input type="hidden" name="_language" value="{escape(language)}">']
    inner = "\n".join(f"  {line}" for line in lines)
    return (
        f'<form method="post" action="{escape(f"{base_url}/c/{slug}")}" accept-charset="utf-8">\n'
        f"{inner}\n  <p><button>{escape(i18n.text('send', language))}</button></p>\n</form>"
    )


def _question(question: Question, language: str) -> Iterator[str]:
    words, key = escape(text_in(question.text, language, language)), escape(question.key)
    required = " required" if question.required else ""
    if not question.answerable:
        yield f"<p>{words}</p>"
    elif isinstance(question, ScaleQuestion):
        yield from _choices(key, words, _numbers(question, language), "radio", required)
    elif isinstance(question, ChoiceQuestion):
        several = isinstance(question, MultipleChoiceQuestion)
        rows = ((choice.key, text_in(choice.text, language, language)) for choice in question.choices)
        # A browser would ask for each of several boxes if they were required.
        yield from _choices(key, words, rows, "checkbox" if several else "radio", "" if several else required)
    elif isinstance(question, LongTextQuestion):
        yield f'<p><label>{words}<br><textarea name="{key}" rows="4"{required}></textarea></label></p>'
    else:
        # A browser's own check of addresses knows no letters but a–z before the @.
        keyboard = ' inputmode="email" autocomplete="email"' if isinstance(question, EmailQuestion) else ""
        yield f'<p><label>{words}<br><input type="text" name="{key}"{keyboard}{required}></label></p>'


def _numbers(question: ScaleQuestion, language: str) -> Iterator[tuple[str, str]]:
    """The numbers of a scale, the first and the last with the words that stand there on our own page."""
    ends = {question.low: _end(question, "low", language), question.high: _end(question, "high", language)}
    for number in range(question.low, question.high + 1):
        end = ends.get(number)
        yield str(number), f"{number} = {end}" if end else str(number)


def _end(question: ScaleQuestion, end: str, language: str) -> str:
    own = text_in(question.low_label if end == "low" else question.high_label, language, language)
    return own or (i18n.text(ENDS[question.metric][end], language) if question.metric in ENDS else "")


ENDS = {
    "nps": {"low": "nps_low", "high": "nps_high"},
    "ces": {"low": "ces_low", "high": "ces_high"},
    "csat": {"low": "csat_1", "high": "csat_5"},
}
"""The words at the ends of a scale for which its author has none."""


def _choices(key: str, words: str, rows: Iterator[tuple[str, str]], kind: str, required: str) -> Iterator[str]:
    yield f"<fieldset><legend>{words}</legend>"
    for value, text in rows:
        yield (f'  <label><input type="{kind}" name="{key}" value="{escape(value)}"{required}> {escape(text)}</label>')
    yield "</fieldset>"
