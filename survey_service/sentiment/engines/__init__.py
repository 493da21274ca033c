"""Engines that read the sentiment of comments: one file an engine, and here the one table of them. Pure.

What all say of themselves is `base.Engine`. A new one is its file and its place in the table.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from survey_service.sentiment.engines.base import Engine, Reading, unsupported
from survey_service.sentiment.engines.instant import InstantEngine


def _by_name(*engines: Engine) -> Mapping[str, Engine]:
    return {engine.name: engine for engine in engines}


ENGINES = _by_name(InstantEngine())
"""Every engine by its name, in the order in which they are asked; the first that reads a language reads it."""


def engine_of(language: str, engines: Sequence[Engine] = tuple(ENGINES.values())) -> Engine | None:
    """Who reads this BCP 47 language (`und`, `und-Latn` where it was not recognised); None if nobody does."""
    return next((engine for engine in engines if engine.reads(language)), None)


def read(
    texts: Sequence[str], languages: Sequence[str], engines: Sequence[Engine] = tuple(ENGINES.values())
) -> list[Reading]:
    """One reading per text, in order, each by the first of `engines` that reads its language.

    `languages` holds the BCP 47 language of each text. What nobody reads is `unsupported`. ValueError if the two
    sequences differ in length.
    """
    if len(texts) != len(languages):
        raise ValueError(f"{len(texts)} texts but {len(languages)} languages")
    readings: dict[int, Reading] = {}
    order = sorted(range(len(texts)), key=languages.__getitem__)
    for language, positions in groupby(order, key=languages.__getitem__):
        places = list(positions)
        batch = [texts[place] for place in places]
        engine = engine_of(language, engines)
        scored = engine.score(batch, language) if engine else [unsupported(text, language) for text in batch]
        readings.update(zip(places, scored, strict=True))
    return [readings[place] for place in range(len(texts))]
