"""What becomes of each column when somebody asks for what is known of them, or asks to be forgotten.

Every column of a `tables.py` is annotated with one of these, beside its definition:
`email: Erased[Varchar] = Varchar(length=320)`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from piccolo.columns import Column

Means = Literal["none", "erase", "anonymise", "keep", "person"]
C = TypeVar("C", bound=Column)


@dataclass(frozen=True)
class Handling:
    """`none`: says nothing of a person. `erase`: given to whoever asks, and emptied, or removed with its row.
    `anonymise`: put in a form that leads to nobody, and stays for the counts. `keep`: stays, for the `reason`.
    `person`: names whose row it is."""

    means: Means
    reason: str = ""


Impersonal = Annotated[C, Handling("none")]
Erased = Annotated[C, Handling("erase")]
Anonymised = Annotated[C, Handling("anonymise")]
OfPerson = Annotated[C, Handling("person")]

Answerable = Annotated[C, Handling("keep", "Who is answerable for what was done here stays known.")]
StillNamed = Annotated[
    C,
    Handling("keep", "Figures of the past say whose they are, until the shop gives the person another name in them."),
]
LeftAlone = Annotated[C, Handling("keep", "Whoever asked not to be written to stays away: nothing but a hash is kept.")]
ShortLived = Annotated[C, Handling("keep", "A hash of what was typed, gone when its window ends.")]
"""Kept, and why."""
