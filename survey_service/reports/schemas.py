"""What a report can be asked for."""

import msgspec


class ReportOptions(msgspec.Struct, frozen=True):
    """`comments`: whether the customers' words are in it. `link` is the same summary on screen."""

    comments: bool = False
    link: str = ""
