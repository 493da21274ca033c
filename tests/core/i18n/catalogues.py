"""Catalogues made for tests: a language in which every message of the product says that it is one."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from survey_service.core.i18n import extraction, staff

OPENS, CLOSES = "⟦", "⟧"


def write(folder: Path, code: str, messages: dict[str | tuple[str, str], str | tuple[str, ...]]) -> None:
    """A language's catalogue of these messages; those with plural forms have tuples, a context stands before a |."""
    catalogue = Catalog(locale=code, fuzzy=False)
    for message, said in messages.items():
        context, parted, alone = message.partition("|") if isinstance(message, str) else ("", "", message)
        catalogue.add(alone if parted else message, said, context=context if parted else None)
    with (folder / f"{code}.po").open("wb") as file:
        write_po(file, catalogue)


def marked(folder: Path, code: str) -> None:
    """A language's catalogue in which every message stands in ⟦ ⟧, with its places and tags."""
    catalogue = Catalog(locale=code, fuzzy=False)
    for message in extraction.catalogue():
        if not message.id:
            continue
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        said = [f"{OPENS}{text}{CLOSES}" for text in texts]
        forms = [said[0], *[said[-1]] * (catalogue.num_plurals - 1)]
        catalogue.add(message.id, tuple(forms) if len(texts) > 1 else said[0], context=message.context)
    with (folder / f"{code}.po").open("wb") as file:
        write_po(file, catalogue)


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogues of this folder are those that there are, until the test ends and `forget` is called."""
    monkeypatch.setattr(staff, "CATALOGUES", folder)
    forget()


def forget() -> None:
    """Nothing is remembered of other catalogues."""
    staff.available.cache_clear()
    staff._catalogue.cache_clear()
