"""What a report can be asked for, and what is made of it."""

import msgspec


class ReportOptions(msgspec.Struct, frozen=True):
    """`comments`: whether the customers' words are in it. `link` is the same summary on screen."""

    comments: bool = False
    link: str = ""


class Report(msgspec.Struct, frozen=True):
    """A summary that was made: the name of its file, and the file itself."""

    name: str
    pdf: bytes
