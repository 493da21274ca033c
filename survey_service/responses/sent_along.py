"""What comes along with an answer: values that the form declares, and fields that are none of its own. Pure.

Forms of other sites send their button, where a visitor came from, or what a plug-in adds. That is no reason to
refuse an answer, nor is it one: it is kept beside it, where staff see it. Both kinds are one JSON object; the foreign
fields stand in it as a list of `name=text` under a name that no declared value can have; a `=` in a name is written
`%3D` there, and `%` is `%25`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from survey_service.core.text import is_blank, many_lines, one_line
from survey_service.forms.definition import Definition

ALSO = "_also"
NOTHING = "{}"
"""What is stored where nothing came along."""
MAX_FOREIGN = 20
MAX_NAME = 60
MAX_TEXT = 500
_NOBODYS = re.compile(r"captcha|turnstile|csrf|xsrf|nonce|authenticity|verificationtoken|passw", re.IGNORECASE)
"""Fields that say nothing to anybody or are a secret: proofs for other services, passwords."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def foreign(definition: Definition, fields: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The first fields, as `name=text`, that are neither answers nor control fields; long ones end with “…”."""
    own = {question.key for question in definition.questions if question.answerable}
    found = [
        f"{_written(_short(one_line(name), MAX_NAME))}={_short(many_lines(', '.join(values)), MAX_TEXT)}"
        for name, values in fields.items()
        if name not in own and not name.startswith("_") and not all(map(is_blank, values)) and not _NOBODYS.search(name)
    ]
    return tuple(found[:MAX_FOREIGN])


def _written(name: str) -> str:
    return name.replace("%", "%25").replace("=", "%3D")


def _read(name: str) -> str:
    return name.replace("%3D", "=").replace("%25", "%")


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def declared(definition: Definition, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Declared values that came along as fields named `_hidden_…`."""
    given = {name: fields.get(f"_hidden_{name}") for name in definition.hidden}
    return {name: values[0][:MAX_TEXT] for name, values in given.items() if values}


def packed(definition: Definition, values: Mapping[str, Any], also: Sequence[str]) -> str:
    """What is stored: the declared ones of `values`, and foreign fields."""
    kept = {name: values[name] for name in definition.hidden if name in values} if values else {}
    if not kept and not also:
        return NOTHING
    whole = {name: many_lines(value) if isinstance(value, str) else value for name, value in kept.items()}
    return msgspec.json.encode(whole | ({ALSO: also} if also else {})).decode()


def unpacked(stored: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The declared values and the foreign fields, each by name."""
    values = _decode(stored)
    also = [entry.partition("=") for entry in values.pop(ALSO, [])]
    return values, {_read(name): text for name, _, text in also}
