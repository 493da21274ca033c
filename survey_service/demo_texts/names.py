"""Names of invented customers, in their own script and in Latin letters."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

import msgspec


class CustomerName(msgspec.Struct, frozen=True):
    """A person's name as they write it and as a mailbox or a passport does."""

    own: str
    latin: str

    @property
    def mailbox(self) -> str:
        """The part before the @ of an address: lower-case ASCII, words joined by dots."""
        words = self.latin.lower().replace("'", "").replace("-", " ").split()
        return ".".join(words)


class NameParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pairs (own script, Latin letters)."""

    given: list[tuple[str, str]]
    family: list[tuple[str, str]]


def customer_name(random: Random, language: str) -> CustomerName:
    """One of `customer_names`, drawn."""
    return random.choice(customer_names(language))


@lru_cache
def customer_names(language: str) -> tuple[CustomerName, ...]:
    """Every given name with every family name of a language (at least 400); KeyError for any other language."""
    return tuple(_combined(_parts()[language]))


def _combined(parts: NameParts) -> Iterator[CustomerName]:
    for own_given, latin_given in parts.given:
        for own_family, latin_family in parts.family:
            yield CustomerName(f"{own_given} {own_family}", f"{latin_given} {latin_family}")


@lru_cache
def _parts() -> dict[str, NameParts]:
    source = Path(__file__).parent / "names.json"
    return msgspec.json.decode(source.read_bytes(), type=dict[str, NameParts])
