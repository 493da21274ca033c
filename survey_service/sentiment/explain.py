"""Why a comment was read as it was: the words and phrases that moved it, found by leaving out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import regex  # type: ignore[import-untyped, unused-ignore]

from survey_service.sentiment.engines.base import Engine
from survey_service.sentiment.splitting import normal, spans

_READ_AT_MOST = 5_000
_EXPLAINED_WORDS = 60
_LONGEST_FRAGMENT = 3
_UNMOVED = 1e-6
# Below this a fragment has been outweighed by its company, and its sign says nothing.
_WORTH_SHOWING = 0.05
_GAP = regex.compile(r"[\s'’-]*")

Span = tuple[int, int]


def explain(text: str, engine: Engine, language: str = "en") -> list[tuple[str, float]]:
    """The words and phrases that moved `engine`'s polarity, strongest first, each with how far (−1…1).

    A fragment's weight is the mean of two steps: from the text without it to the whole text, and from nothing to
    the fragment alone (the two ends of a Shapley value; the first alone would call "rude" praise beside "terrible",
    as averaging engines rise from −1.0 to −0.65). Repeated fragments are left out everywhere at once; neighbours
    that pull the same way ("not good") go together. Looks at the first 60 words within 5,000 characters, scores 181
    texts at most. Empty when the text has no polarity.
    """
    shown = normal(text.strip()[:_READ_AT_MOST])
    whole = engine.score([shown], language)[0].polarity
    if whole is None:
        return []
    found = list(islice(spans(shown), _EXPLAINED_WORDS))
    words = _occurrences(shown, found)
    rests = _polarities([_without(shown, places) for places in words.values()], engine, language)
    pull = {word: whole - rest for word, rest in zip(words, rests, strict=True) if abs(whole - rest) > _UNMOVED}
    fragments = _fragments(shown, whole, _occurrences(shown, _phrases(shown, found, pull)), engine, language)
    return sorted(fragments, key=lambda fragment: -abs(fragment[1]))


def _fragments(
    text: str, whole: float, phrases: Mapping[str, Sequence[Span]], engine: Engine, language: str
) -> list[tuple[str, float]]:
    alone = [text[slice(*places[0])] for places in phrases.values()]
    owns = _polarities(alone, engine, language)
    rests = _polarities([_without(text, places) for places in phrases.values()], engine, language)
    weighed = [(phrase, (whole - rest + own) / 2) for phrase, own, rest in zip(alone, owns, rests, strict=True)]
    return [fragment for fragment in weighed if abs(fragment[1]) >= _WORTH_SHOWING]


def _polarities(texts: Sequence[str], engine: Engine, language: str) -> list[float]:
    """Polarity of each text, 0.0 where the engine finds none: here that means "moves nothing"."""
    return [reading.polarity or 0.0 for reading in engine.score(texts, language)]


def _occurrences(text: str, places: Iterable[Span]) -> dict[str, list[Span]]:
    """Casefolded fragment → where it stands in `text`."""
    found: dict[str, list[Span]] = {}
    for start, end in places:
        found.setdefault(text[start:end].casefold(), []).append((start, end))
    return found


def _without(text: str, places: Sequence[Span]) -> str:
    edges = [0, *(edge for place in places for edge in place), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _phrases(text: str, found: Iterable[Span], pull: Mapping[str, float]) -> list[Span]:
    """Neighbouring words that pull the same way, joined to phrases of three words at most."""
    runs: list[list[Span]] = []
    signs: list[bool] = []
    for start, end in found:
        weight = pull.get(text[start:end].casefold())
        if weight is None:
            continue
        joins = runs and signs[-1] == (weight > 0) and _GAP.fullmatch(text, runs[-1][-1][1], start)
        if joins and len(runs[-1]) < _LONGEST_FRAGMENT:
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
            signs.append(weight > 0)
    return [(run[0][0], run[-1][1]) for run in runs]
