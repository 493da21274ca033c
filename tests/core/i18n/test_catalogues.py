"""The catalogues: up to the code, whole, and with every place, tag and form of their messages."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from survey_service.core.i18n import extraction, staff
from tests.core.i18n import catalogues

WHOLE = 0.95
PIECES = re.compile(r"%\(\w+\)s|%%|\{\}|</?[a-z][^>]*>|&\w+;")
"""What a translation has as often as its message: places, percent signs, tags."""
CODES = [path.stem for path in sorted(staff.CATALOGUES.glob("*.po"))]


def pieces(text: str) -> Counter[str]:
    return Counter(PIECES.findall(text))


def faults(message: Message, plurals: int) -> list[str]:
    """What is wrong with a translated message: nothing in it may break a page or lose a name."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    found = []
    if len(ids) > 1 and len(said) != plurals:
        found.append(f"{len(said)} forms of {plurals}")
    for text in said:
        if not text.strip():
            found.append("a form is empty")
        # Of a plural's forms one may say its number in a word; it has nothing that the others lack.
        elif pieces(text) != pieces(ids[-1]) and not (len(ids) > 1 and pieces(text) < pieces(ids[-1])):
            found.append(f"other places or tags: {text}")
        if "%" in re.sub(r"%\(\w+\)s|%%", "", text):
            found.append(f"a single percent sign: {text}")
        if set('"<>&') & set(PIECES.sub("", text)) - set("".join(ids)):
            found.append(f"a sign that belongs to pages: {text}")
        if text[:1].isspace() != ids[-1][:1].isspace() or text[-1:].isspace() != ids[-1][-1:].isspace():
            found.append(f"other spaces at its ends: {text}")
    return found


def catalogue(code: str) -> Catalog:
    with (staff.CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def messages(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def test_the_template_is_what_the_code_says() -> None:
    now = extraction.written(extraction.catalogue()).decode()
    assert extraction.TEMPLATE.read_text(encoding="utf-8") == now, "Run `make words`."


def test_messages_have_no_place_without_a_name() -> None:
    for message in messages(extraction.catalogue()):
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", text), text


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_is_whole(code: str) -> None:
    template = messages(extraction.catalogue())
    theirs = catalogue(code)
    said = [message for message in template if (found := theirs.get(message.id, message.context)) and found.string]
    assert len(said) >= WHOLE * len(template)


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_has_no_faults(code: str) -> None:
    theirs = catalogue(code)
    translated = [message for message in messages(theirs) if any(message.string)]
    wrong = {str(message.id): found for message in translated if (found := faults(message, theirs.num_plurals))}
    assert wrong == {}
    assert theirs.plural_expr == Catalog(locale=code).plural_expr


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("%(name)s is here.", "Hier ist sie."),
        ("%(name)s is here.", "%(nom)s ist hier."),
        ("95 %% of it", "95 % davon"),
        ("A <b>bold</b> word", "Ein <b>fettes Wort"),
        ("A word", 'Ein "Wort"'),
        ("A word", "Ein <Wort"),
        ("A word", " "),
        ("A word ", "Ein Wort"),
        (("%(n)s day", "%(n)s days"), ("%(n)s Tag",)),
        (("%(n)s day", "%(n)s days"), ("%(n)s Tag", "")),
        (("%(n)s day", "%(n)s days"), ("ein Tag", "%(m)s Tage")),
    ],
)
def test_faults_are_found(message: str | tuple[str, str], said: str | tuple[str, ...]) -> None:
    assert faults(Message(message, said), 2)


def test_what_is_right_has_no_fault() -> None:
    assert faults(Message("%(name)s has <b>%(n)s</b>.", "<b>%(n)s</b> hat %(name)s."), 2) == []
    assert faults(Message(("%(n)s day", "%(n)s days"), ("ein Tag", "%(n)s Tage")), 2) == []


def test_a_catalogue_is_brought_up_to_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogues.write(tmp_path, "de", {"Today": "Heute", "Not said any more": "Vorbei"})
    monkeypatch.setattr(extraction, "CATALOGUES", tmp_path)
    text = extraction.written(extraction.updated("de", extraction.catalogue())).decode()
    assert 'msgid "Today"\nmsgstr "Heute"' in text
    assert "Vorbei" not in text
    assert "nplurals=2" in text
    begun = extraction.written(extraction.updated("ar", extraction.catalogue())).decode()
    assert "nplurals=6" in begun
    assert 'msgid "Today"\nmsgstr ""' in begun
