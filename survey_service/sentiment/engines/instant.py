"""English, at once: TextBlob's lexicon, calibrated, and doubts that keep it from guessing. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version as installed_version
from itertools import pairwise
from threading import Lock

import msgspec
import regex  # type: ignore[import-untyped, unused-ignore]

from survey_service.sentiment.engines.base import Reading, unsupported
from survey_service.sentiment.language import base, script_of
from survey_service.sentiment.splitting import normal, words

# TextBlob's parser takes quadratic time on runs of punctuation: 2.5 s for 100,000 of them, 7 ms for 5,000.
_READ_AT_MOST = 5_000
_SHORTEST = 3
# In reviews, praise beside one of these words was meant in about half of the texts, elsewhere in 88 %: "not so
# great", "could be better", "was hoping for more", "thanks for nothing".
_DOUBT = regex.compile(
    r"\b(?:not|no|never|nothing|none|cannot|hardly|without|cant|dont|doesnt|didnt|wont|isnt|wasnt|could|would|should"
    r"|hop(?:ed|ing)|wish(?:ed)?|used to|expect(?:ed|ing)|unfortunately)\b",
    regex.IGNORECASE,
)
# Polarity → share of positive texts near it, straight lines between; measured on 8,200 labelled English texts of two
# classes (product and film sentences, review snippets, tweets), both classes and all four sets weighing the same.
_CALIBRATION = (
    *((-1.0, 0.03), (-0.5, 0.05), (-0.26, 0.12), (-0.16, 0.17), (-0.08, 0.19), (0.0, 0.33), (0.05, 0.48)),
    *((0.12, 0.62), (0.21, 0.69), (0.26, 0.78), (0.34, 0.87), (0.52, 0.89), (0.67, 0.95), (1.0, 0.99)),
)
_DOUBTED_CALIBRATION = (
    *(pair for pair in _CALIBRATION if pair[0] <= 0),
    *((0.15, 0.41), (0.27, 0.53), (0.42, 0.59), (0.60, 0.66), (0.85, 0.82), (1.0, 0.85)),
)
# TextBlob errs towards praise, so the two ends differ: polarity 0.20 and -0.10. On the same texts
# 44-62 % are labelled and 85-95 % of those rightly (mean confidence 0.88-0.90), where the bare sign of TextBlob's
# polarity labels 74-83 % and 75-91 % rightly.
_POSITIVE_FROM = 0.68
_NEGATIVE_TO = 0.185
# As `words` finds them, casefolded: "n/a" is two words, "don't" has become "do not".
_NON_ANSWERS = frozenset(
    (
        *("n a", "na", "none", "nothing", "nil", "null", "no", "nope", "not", "yes", "yep", "ok", "okay", "test"),
        *("not applicable", "no comment", "no comments", "not really", "no opinion", "same", "as above", "see above"),
        *("idk", "no idea", "i do not know", "do not know", "dont know", "nothing to say", "nothing to add"),
        *("nothing really", "nothing special", "nothing in particular", "nothing comes to mind"),
    )
)
_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cs}]+")
_FORMAT = regex.compile(r"\p{Cf}+")
# TextBlob turns "is not good" round, but not "isn't good".
_CONTRACTED_NOT = regex.compile(r"n't\b", regex.IGNORECASE)
_APOSTROPHES = str.maketrans("’ʼ‘", "'''")
_warming = Lock()


class InstantEngine:
    """TextBlob's lexicon for English comments, at about 2,000 a second; no other language."""

    name = "instant"
    # The last figure counts changes of thresholds, calibration and word lists here.
    version = f"textblob-{installed_version('textblob')}+1"

    def reads(self, language: str) -> bool:
        """English of any region."""
        return base(language) == "en"

    def score(self, texts: Sequence[str], language: str) -> list[Reading]:
        """One reading per text; only a text's first 5,000 characters are read."""
        if not self.reads(language):
            return [unsupported(text, language, self.name, self.version) for text in texts]
        return [self._english(text, language) for text in texts]

    def _english(self, text: str, language: str) -> Reading:
        plain = _plain(text)
        reading = Reading(
            engine=self.name, version=self.version, language=language, script=script_of(text), label="uncertain"
        )
        if reason := _not_worth_reading(plain):
            return msgspec.structs.replace(reading, reason=reason)
        polarity, subjectivity = _textblob(plain)
        if polarity == 0 == subjectivity:
            return msgspec.structs.replace(reading, reason="no word that carries a tone")
        doubt = _DOUBT.search(plain) if polarity > 0 else None
        read_as = _judged(calibrated(polarity, in_doubt=doubt is not None), doubt and doubt.group())
        return msgspec.structs.replace(reading, polarity=polarity, **read_as)


def calibrated(polarity: float, *, in_doubt: bool = False) -> float:
    """Probability that a text of TextBlob's `polarity` (clamped to −1…1) is positive; never falls as it rises.

    `in_doubt` says that the text holds a word that often takes praise back.
    """
    points = _DOUBTED_CALIBRATION if in_doubt else _CALIBRATION
    polarity = min(max(polarity, -1.0), 1.0)
    (x0, y0), (x1, y1) = next(pair for pair in pairwise(points) if polarity <= pair[1][0])
    return y0 + (y1 - y0) * (polarity - x0) / (x1 - x0)


def _judged(p_positive: float, doubt: str | None) -> dict[str, float | str]:
    if p_positive >= _POSITIVE_FROM and doubt is None:
        return {"p_positive": p_positive, "label": "positive", "confidence": p_positive}
    if p_positive <= _NEGATIVE_TO:
        return {"p_positive": p_positive, "label": "negative", "confidence": 1 - p_positive}
    reason = f"praise beside “{doubt.casefold()}” is often not meant" if doubt else "the tone is too weak to tell"
    return {"p_positive": p_positive, "label": "uncertain", "reason": reason}


def _plain(text: str) -> str:
    """The text as TextBlob's lexicon can match it: no invisible characters inside words, plain apostrophes."""
    shown = _FORMAT.sub("", _INVISIBLE.sub(" ", text.strip()[:_READ_AT_MOST]))
    plain: str = _CONTRACTED_NOT.sub(" not", normal(shown).translate(_APOSTROPHES))
    return plain.strip()


def _not_worth_reading(plain: str) -> str | None:
    found = words(plain)
    if not found:
        return "no words"
    if " ".join(found).casefold() in _NON_ANSWERS:
        return "says nothing either way"
    return "too short to tell" if sum(map(len, found)) < _SHORTEST else None


def _textblob(plain: str) -> tuple[float, float]:
    """TextBlob's polarity (−1…1) and subjectivity (0…1); both are 0 when it knows none of the words."""
    sentiment = _warm_textblob()(plain).sentiment
    polarity = float(sentiment.polarity)
    return min(max(polarity, -1.0), 1.0), float(sentiment.subjectivity)


def _warm_textblob() -> type:
    with _warming:
        return _load_textblob()


@lru_cache(maxsize=1)
def _load_textblob() -> type:
    # Imported at the first text: it brings NLTK along. Its lexicon fills itself on first use, without a lock.
    from textblob import TextBlob

    _ = TextBlob("good").sentiment
    return TextBlob  # type: ignore[no-any-return, unused-ignore]
