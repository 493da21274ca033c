"""Where the demo's randomness comes from. Pure."""

from random import Random


def drawn_for(seed: int, purpose: str, number: int = 0) -> Random:
    """A generator of its own for each purpose and number, so that what one draws never moves what another does."""
    return Random(f"{seed} {purpose} {number}")  # noqa: S311  (nothing secret is made of it)
