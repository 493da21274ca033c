"""The keys that sign links and tokens: the newest signs and all are read, so that a new one breaks no link."""

from collections.abc import Sequence


class Keyring:
    """The signing keys of the installation. A process has one and hands it on; when keys are rotated it is given the
    new ones (`take`), and whoever has the ring goes by them from then on."""

    __slots__ = ("keys",)

    def __init__(self, *keys: str) -> None:
        """The first of `keys` signs."""
        self.keys: tuple[str, ...] = keys

    def take(self, keys: Sequence[str]) -> None:
        """From now on these are the keys, and no others; the first signs."""
        self.keys = tuple(dict.fromkeys(keys))

    @property
    def signing(self) -> str:
        """The key that signs. LookupError as long as there is none."""
        if not self.keys:
            raise LookupError("The ring has no key yet")
        return self.keys[0]
