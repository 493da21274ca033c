"""What can stand on a customer's timeline: each room that writes to it declares its kinds in its `timeline.py`;
`survey_service.joined` brings them together. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from survey_service.core.i18n.staff import gettext as _

LEFT, CAME_BACK = "unsubscribed", "resubscribed"
"""The kinds by which it is known whether a customer wants mails; whoever writes them declares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineKind:
    """One kind of entry: its name, which is stored and stays, its title, a message, and its icon in `components.html`.

    `pages` is the address under which the entry's subject has its page. `by_channel` has a title for each channel that
    deserves one. `shows_score`: the details' score stands in the place of the icon. `until_more`: it is left out once
    anything later is told of the same subject. What becomes of an entry at erasure the table says, for every kind.
    """

    name: str
    title: str
    icon: str
    pages: str
    by_channel: Mapping[str, str] = field(default_factory=dict)
    shows_score: bool = False
    until_more: bool = False

    def words(self, channel: str) -> str:
        """The title of what came through a channel."""
        return _(self.by_channel.get(channel, self.title))

    def href(self, subject: UUID) -> str:
        """The page of the subject, empty where there is none."""
        return f"{self.pages}/{subject}" if self.pages else ""


class TimelineKinds:
    """The kinds of all rooms by their names. ValueError for two of one name."""

    def __init__(self, kinds: Iterable[TimelineKind]) -> None:
        every = list(kinds)
        self.by_name = {kind.name: kind for kind in every}
        if len(self.by_name) != len(every):
            raise ValueError(f"two kinds of a timeline have one name: {', '.join(sorted(one.name for one in every))}")

    def of(self, name: str) -> TimelineKind:
        """The kind of this name; what only a later release declares is told by its name and leads nowhere."""
        title = name.replace("_", " ").capitalize()
        return self.by_name.get(name) or TimelineKind(name=name, title=title, icon="more", pages="")
