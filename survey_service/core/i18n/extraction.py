"""From the code to the catalogues: what is said to staff is found in templates and modules and written to
`catalogues/staff.pot`, and the catalogues of other languages are brought up to it.

    python -m survey_service.core.i18n.extraction [language …]

does both, and begins a catalogue for each language that is named and has none.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from survey_service.core.i18n.staff import CATALOGUES

PACKAGE = Path(__file__).parents[2]
TEMPLATE = CATALOGUES / "staff.pot"
SAYS = "i18n.staff import"
"""What a module that says something to staff has in it."""
OWN = PACKAGE / "core" / "i18n" / "staff.py"
KEYWORDS: dict[str, Any] = {
    "_": None, "N_": None, "NP_": ((1, "c"), 2), "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
NOTES = ("Translators:",)
IN_TEMPLATES = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
NOT_KEPT = tuple(
    f'"{name}:'
    for name in (
        *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid-Bugs-To", "Last-Translator"),
        "Language-Team",
    )
)
"""Lines of a catalogue's head that say nothing here, or another thing at each run."""
ABOUT: dict[str, Any] = {"project": "survey-service", "version": "staff pages", "fuzzy": False}
HEADER = "# What staff read. English is the source; the messages are found by `make words`."


def catalogue() -> Catalog:
    """Every message of the product, in the order of the files that have it."""
    found = Catalog(**ABOUT, header_comment=HEADER)
    for path in _sources():
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2.ext:babel_extract", IN_TEMPLATES)
        with path.open("rb") as file:
            for _, message, notes, context in extract(method, file, KEYWORDS, NOTES, options):
                found.add(
                    message,
                    locations=[(path.relative_to(PACKAGE).as_posix(), 0)],
                    auto_comments=notes,
                    context=context,
                )
    return found


def _sources() -> Iterator[Path]:
    modules = (path for path in PACKAGE.rglob("*.py") if path != Path(__file__))
    yield from sorted(path for path in modules if path == OWN or SAYS in path.read_text(encoding="utf-8"))
    yield from sorted(path for path in (PACKAGE / "templates").rglob("*.*") if path.suffix in (".html", ".txt"))


def written(messages: Catalog) -> bytes:
    """A catalogue as its file. Lines of code and times are left out: they change without a message changing."""
    text = io.BytesIO()
    write_po(text, messages, width=100, include_lineno=False)
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(NOT_KEPT)).encode()


def updated(code: str, template: Catalog) -> Catalog:
    """A language's catalogue with the messages of today: new ones are empty, former ones gone."""
    path = CATALOGUES / f"{code}.po"
    if path.is_file():
        with path.open("rb") as file:
            messages = read_po(file, locale=code)
    else:
        messages = Catalog(
            locale=Locale.parse(code, sep="-"), project="survey-service", version="staff pages", fuzzy=False
        )
    messages.update(template, no_fuzzy_matching=True)
    messages.obsolete.clear()
    return messages


def main(begun: Iterable[str] = ()) -> None:
    """Writes all of them."""
    template = catalogue()
    TEMPLATE.write_bytes(written(template))
    for code in sorted({path.stem for path in CATALOGUES.glob("*.po")} | set(begun)):
        (CATALOGUES / f"{code}.po").write_bytes(written(updated(code, template)))
    print(f"{len(template)} messages")


if __name__ == "__main__":
    main(sys.argv[1:])
