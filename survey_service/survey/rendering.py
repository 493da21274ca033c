"""Turns a published definition into the respondent's page, once for each language; ids are spliced in after."""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import msgspec

from survey_service.conditions.evaluate import Values
from survey_service.core import i18n, policies, templates
from survey_service.core.errors import FieldError
from survey_service.forms.definition import Definition
from survey_service.forms.rules import has_rules, surroundings, told
from survey_service.forms.schemas import PublishedForm
from survey_service.forms.time_taken import time_taken
from survey_service.questions import Question
from survey_service.questions.texts import text_in
from survey_service.survey import lean, steps
from survey_service.survey.steps import Step

ID_MARK = "__RESPONSE_ID__"
TIME_MARK = "__TIME_TOKEN__"


class PageContext(msgspec.Struct, frozen=True):
    """Where and how a page is shown: language, the place's name and code, inside another site or not.

    `action` is where its form is sent; `back` the address of the page itself, for links to other languages; `channel`
    the way on which its answers come, `about_place` the code of the place of an answer that is changed.
    """

    language: str
    action: str
    place_name: str = ""
    place_code: str = ""
    embed: bool = False
    known: bool = False
    channel: str = "link"
    about_place: str = ""


class Pieces(msgspec.Struct, frozen=True):
    """A rendered page cut at its two marks."""

    head: bytes
    middle: bytes
    tail: bytes

    def page(self, response_id: str, time_token: str) -> bytes:
        """The page for one respondent."""
        return b"".join((self.head, response_id.encode(), self.middle, time_token.encode(), self.tail))


class Packed(msgspec.Struct, frozen=True):
    """A page's pieces compressed beforehand, as parts of one gzip stream (RFC 1951, 1952). What differs from
    respondent to respondent goes between them as it is: each part but the last ends where a stored block begins."""

    pieces: Pieces
    head: bytes
    middle: bytes
    tail: bytes

    def page(self, response_id: str, time_token: str) -> bytes:
        """The compressed page for one respondent, whose id and token are as long as the page was packed for."""
        identity, token, plain = response_id.encode(), time_token.encode(), self.pieces
        check, size = 0, 0
        for part in (plain.head, identity, plain.middle, token, plain.tail):
            check, size = zlib.crc32(part, check), size + len(part)
        trailer = struct.pack("<II", check, size & 0xFFFFFFFF)
        return b"".join((self.head, _stored(identity), self.middle, _stored(token), self.tail, trailer))


GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
"""Deflate, no name, no time, best compression, unknown system."""
BLOCK_ENDS = re.compile(rb"(?=</style>|</script>)")
"""Style, script and words have other letters each, so each has a deflate block of its own."""
GAP = b"\xff"
"""A byte that no UTF-8 text has, so that nothing is found again in it."""


def _stored(part: bytes) -> bytes:
    """Lengths and content of a stored deflate block whose first bits stand already."""
    return struct.pack("<HH", len(part), len(part) ^ 0xFFFF) + part


@lru_cache(maxsize=256)
def packed(pieces: Pieces, id_length: int, token_length: int) -> Packed:
    """A page compressed, once for all respondents whose id and token have so many bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)

    def before_gap(part: bytes, gap: int) -> bytes:
        """Its blocks, up to the first bits of the stored one; what follows may refer to it over the gap."""
        *ended, last = BLOCK_ENDS.split(part)
        blocks = [packer.compress(text) + packer.flush(zlib.Z_BLOCK) for text in ended]
        blocks.append(packer.compress(last) + packer.flush(zlib.Z_SYNC_FLUSH))
        packer.compress(GAP * gap)
        packer.flush(zlib.Z_SYNC_FLUSH)
        return b"".join(blocks).removesuffix(b"\0\0\xff\xff")

    head, middle = before_gap(pieces.head, id_length), before_gap(pieces.middle, token_length)
    return Packed(pieces, GZIP_HEADER + head, middle, packer.compress(pieces.tail) + packer.flush())


@cache
def style() -> str:
    """The style sheet inside every respondent page, without what only we read."""
    return lean.style(templates.static_text("css/survey.css"))


SCRIPTS = {
    "survey": ("survey",),
    "invitation": ("survey", "invitation"),
    "showing": ("survey", "conditions", "showing"),
}
"""The scripts that a respondent page may have, each of files that stand on those before."""


@cache
def script(name: str = "survey") -> str:
    """The script inside a respondent page."""
    return lean.script("".join(templates.static_text(f"js/{part}.js") for part in SCRIPTS[name]))


def script_of(definition: Definition) -> str:
    """The name of the script that a form's page needs."""
    return "showing" if has_rules(definition) else "survey"


@lru_cache(maxsize=512)
def policy(allowed_origins: str, script_name: str = "survey") -> str:
    """The page's Content-Security-Policy: its own style and script, framed by `allowed_origins` only."""
    return policies.of_respondents(style(), script(script_name), allowed_origins)


def brand(published: PublishedForm, context: PageContext) -> dict[str, str]:
    """Whose page it is."""
    privacy_url = published.definition.privacy_url or published.workspace_privacy_url
    return {"name": published.workspace_name, "place": context.place_name, "privacy_url": privacy_url}


def frame(published: PublishedForm, context: PageContext, script_name: str = "survey") -> dict[str, Any]:
    """What every respondent page's layout is given."""
    return {
        "t": i18n.translator(context.language, published.written),
        "language": context.language,
        "direction": i18n.direction(context.language),
        "languages": [{"code": tag, "own_name": i18n.own_name(tag)} for tag in published.languages],
        "brand": brand(published, context),
        "embed": context.embed,
        "place": context.place_code,
        "style": style(),
        "script": script(script_name),
        "known": context.known,
    }


def survey(
    published: PublishedForm,
    context: PageContext,
    values: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    *,
    notice: tuple[str, str] | None = None,
    buttons: Sequence[tuple[str, str, str]] = (),
    step: Step | None = None,
    carried: Sequence[tuple[str, str]] = (),
    template: str = "survey/survey.html",
    **more: Any,
) -> Pieces:
    """The survey page with what was typed and what needs another look; uncached.

    `notice` are a few words without a full stop and a sentence, above the questions. `buttons` (words, name, value)
    stand in the place of Send. Without `step` all questions are asked; `carried` are hidden fields. `more` is what
    another `template` needs.
    """
    content = templates.render(
        template,
        **frame(published, context, script_of(published.definition)),
        **_rules(published, context),
        **more,
        form=_form(published, context.language, step),
        action=context.action,
        values=values or {},
        errors={error.field: i18n.Said.of(error.message, error.other) for error in errors},
        missing=all(error.code == "required" for error in errors),
        notice=notice,
        buttons=buttons or [(i18n.text("send", context.language, published.written), "", "")],
        step=step,
        carried=carried,
    )
    return cut(content)


def _form(published: PublishedForm, language: str, step: Step | None) -> dict[str, Any]:
    """What a page shows of a form: all questions, or those of a step."""
    definition = published.definition
    default = definition.languages[0]
    return {
        "title": text_in(definition.title, language, default),
        "slug": published.slug,
        "version": published.version,
        "questions": [
            question.view(language, default)
            for question in definition.questions
            if step is None or step.is_opened or question.key in step.keys
        ],
        "takes": time_taken(definition.questions),
    }


def _rules(published: PublishedForm, context: PageContext) -> dict[str, str]:
    """What the page's script judges: each question that a condition belongs to or reads, by its key, with how its
    answers compare; what else conditions may read; and how far one is, in words for each number of questions."""
    definition = published.definition
    if not has_rules(definition):
        return {}
    t = i18n.translator(context.language, published.written)
    asked = sum(question.answerable for question in definition.questions)
    around = around_of(context)
    parts = {
        "rules": told(definition),
        "around": around,
        "each": [str(t("progress", done="#", n=n + 1)) for n in range(asked)],
    }
    return {name: msgspec.json.encode(part).decode() for name, part in parts.items()}


def around_of(context: PageContext, hidden: Mapping[str, Any] | None = None) -> Values:
    """What conditions read beside answers, for whoever has this page; `hidden` is what came along."""
    return surroundings(context.language, context.channel, context.place_code or context.about_place, hidden)


def opened(
    published: PublishedForm, context: PageContext, values: Mapping[str, Any] | None = None, **how: Any
) -> Pieces:
    """The survey page as it is opened, with stored answers or none: in steps, where there are any, for whoever has no
    script."""
    step = steps.opened(published.definition, around_of(context))
    carried = steps.carried(published.definition, steps.as_fields(values or {}), step) if step else ()
    return survey(published, context, values, step=step, carried=carried, **how)


def cut(content: str) -> Pieces:
    """A rendered page at its marks, without the line ends between tags. Words that were typed have no such signs."""
    head, rest = content.replace(">\n<", "><").split(ID_MARK)
    middle, tail = rest.split(TIME_MARK)
    return Pieces(head.encode(), middle.encode(), tail.encode())


_rendered: dict[tuple[Any, ...], Pieces] = {}
MAX_RENDERED = 1000


def empty_survey(published: PublishedForm, context: PageContext) -> Pieces:
    """The untouched survey page, remembered by version, names and context."""
    key = (
        published.id,
        published.version,
        published.workspace_name,
        published.workspace_privacy_url,
        published.written,
        context,
    )
    if key not in _rendered:
        if len(_rendered) >= MAX_RENDERED:
            _rendered.clear()
        _rendered[key] = opened(published, context)
    return _rendered[key]


def preselected(published: PublishedForm, context: PageContext, question: Question, value: str) -> Pieces:
    """The page behind a score in a mail: one question with the number chosen, to be confirmed."""
    view = question.view(context.language, published.definition.languages[0])
    content = templates.render(
        "survey/invitation.html",
        **(frame(published, context, "invitation") | {"languages": []}),
        question=view,
        value=value,
        action=context.action,
    )
    return cut(content)
