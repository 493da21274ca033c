"""Toys, one for each recipe in CONTRIBUTING.md: what somebody would write who follows it.

`tests/project/test_recipes.py` puts all of them into a copy of the product, and runs there what must hold: tests of the
product, and `seen.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Change(NamedTuple):
    """In a file that is there: what stands after `after` in it, which is there once."""

    after: str
    more: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """One "to add …": its row in CONTRIBUTING.md, what the toy writes, and which tests of the product must hold.

    `new` are files by path, `changed` changes of files that are there; `checks` are named as pytest takes them.
    """

    adds: str
    new: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    checks: Sequence[str] = ()

    @property
    def touched(self) -> set[str]:
        """The files that the toy writes."""
        return {*self.new, *self.changed}

    def put_into(self, root: Path) -> None:
        """Writes the toy into a copy of the product."""
        for name, text in self.new.items():
            assert not (root / name).exists(), name
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        for name, changes in self.changed.items():
            text = (root / name).read_text(encoding="utf-8")
            for change in changes:
                assert text.count(change.after) == 1, (name, change.after)
                text = text.replace(change.after, change.after + change.more)
            (root / name).write_text(text, encoding="utf-8")
