"""The language of a comment: script first, then `py3langid` among the form's languages.

Scripts that one language owns (Georgian, Malayalam, Sinhala, …) decide alone. Scripts that several share (Latin,
Cyrillic, Arabic, …) are decided among the candidates. Latin letters on a form that is also offered in another script
are often that language romanised, which no recogniser knows: a text that every candidate explains badly is `und-Latn`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import msgspec
import regex  # type: ignore[import-untyped, unused-ignore]

from survey_service.sentiment.splitting import normal

UNKNOWN = "und"
UNKNOWN_LATIN = "und-Latn"
NO_SCRIPT = "Zyyy"
OTHER_SCRIPT = "Zzzz"

# ISO 15924 script → what `regex` calls it, and its languages with the most likely one first.
_SCRIPTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Latn": (r"\p{Latin}", ()),
    "Ethi": (r"\p{Ethiopic}", ("am", "ti")),
    "Geor": (r"\p{Georgian}", ("ka",)),
    "Mlym": (r"\p{Malayalam}", ("ml",)),
    "Sinh": (r"\p{Sinhala}", ("si",)),
    "Arab": (r"\p{Arabic}", ("ar", "fa", "ur", "ps", "ug", "sdh", "ary", "arz", "sd", "ckb", "uzs")),
    "Cyrl": (
        r"\p{Cyrillic}",
        ("ru", "uk", "bg", "sr", "kk", "be", "mk", "ky", "tg", "mn", "tt", "ba", "uz", "az"),
    ),
    "Deva": (r"\p{Devanagari}", ("hi", "mr", "ne", "sa", "gom")),
    "Beng": (r"\p{Bengali}", ("bn", "as")),
    "Hebr": (r"\p{Hebrew}", ("he", "hbo", "yi")),
    "Grek": (r"\p{Greek}", ("el", "grc")),
    "Hani": (r"\p{Han}", ("zh", "yue", "wuu", "ja")),
    "Jpan": (r"\p{Hiragana}\p{Katakana}", ("ja",)),
    "Hang": (r"\p{Hangul}", ("ko",)),
    "Armn": (r"\p{Armenian}", ("hy",)),
    "Thai": (r"\p{Thai}", ("th",)),
    "Laoo": (r"\p{Lao}", ("lo",)),
    "Khmr": (r"\p{Khmer}", ("km",)),
    "Mymr": (r"\p{Myanmar}", ("my",)),
    "Tibt": (r"\p{Tibetan}", ("bo", "dz")),
    "Taml": (r"\p{Tamil}", ("ta",)),
    "Telu": (r"\p{Telugu}", ("te",)),
    "Knda": (r"\p{Kannada}", ("kn",)),
    "Gujr": (r"\p{Gujarati}", ("gu",)),
    "Guru": (r"\p{Gurmukhi}", ("pa",)),
    "Orya": (r"\p{Oriya}", ("or",)),
    "Thaa": (r"\p{Thaana}", ("dv",)),
}
# Languages that are written in Latin letters as well as in a script above.
_ALSO_LATIN = frozenset({"sr", "uz", "az", "kk", "ku", "tg", "mn", "tt"})
_SCRIPT_SUBTAGS = {"Hans": "Hani", "Hant": "Hani", "Kore": "Hang", **{code: code for code in _SCRIPTS}}
_ALIASES = {"nb": "no", "fil": "tl", "iw": "he", "in": "id", "cmn": "zh", "pes": "fa", "prs": "fa", "arb": "ar"}
# Near relatives: a text of one is explained nearly as well, sometimes better, by the others.
_KIN = tuple(
    frozenset(names.split())
    for names in ("bs hr sr sh", "da nn no", "id ms jv", "cs sk", "en pcm", "es gl ext an", "de lb", "nl af fy")
)
# Letters and words that Tigrinya and Amharic do not share; py3langid does not know Tigrinya.
_TIGRINYA = regex.compile(r"[ኣቐ-ቝዀ-዆]|\b(?:እዩ|እየ|እዮም|ናይ|እቲ|ድማ|ከምኡ)\b")
_AMHARIC = regex.compile(r"[አ]|\b(?:ነው|ላይ|እና|ነበር|ግን|በጣም|የሆነ)\b")

_SAMPLE = 2_000
_RAW_SAMPLE = 4 * _SAMPLE
_SHORTEST = 3
# Names, brands and technical words come in Latin letters in every language, and one Ethiopic or Indic letter says
# as much as two or three Latin ones: a Latin letter counts for a third.
_LATIN_WEIGHT = 1 / 3
# How much better (natural logarithm, by py3langid's length-scaled score) another language may explain a Latin text
# before no candidate is believed. 1.25 with a non-Latin candidate: of labelled English, 0.1-0.4 % of review sentences
# and 2-3 % of tweets lie above; of hand-written romanised Amharic, Malayalam, Sinhala, Georgian and Arabic nearly all.
_ROMANISED_MARGIN = 1.25
_FOREIGN_MARGIN = 3.0
# English is what people fall back to; it is believed unasked only when it wins outright among all languages.
_UNASKED_ENGLISH = 0.5

_NOT_PROSE = regex.compile(r"https?://\S+|www\.\S+|[^\s@]{0,64}@\S+", regex.IGNORECASE)
_RUN = regex.compile(
    "|".join(f"(?P<{code}>(?:(?=[\\p{{L}}\\p{{M}}])[{name}])+)" for code, (name, _) in _SCRIPTS.items())
    + rf"|(?P<{OTHER_SCRIPT}>\p{{L}}+)"
)
_loading = Lock()


class Recognised(msgspec.Struct, frozen=True):
    """A text's language as BCP 47 (a candidate is given back as it was written), ISO 15924 script, confidence 0-1."""

    language: str
    script: str
    confidence: float


def recognise(text: str, candidates: Sequence[str]) -> Recognised:
    """The language of `text` among `candidates`, the BCP 47 tags of the form; any string is answered, none raises.

    `und` for what holds no or too few letters, `und-Latn` for Latin text that no candidate explains. A language
    outside the candidates is answered when its script leaves no doubt, and English when it clearly is. Without
    candidates all known languages compete. Only the first 2,000 characters are looked at.
    """
    sample = _prose(text)
    letters = _letters(sample)
    if not letters:
        return Recognised(UNKNOWN, NO_SCRIPT, 0.0)
    script = _dominant(letters)
    share = letters[script] / letters.total()
    if script == OTHER_SCRIPT:
        return Recognised(UNKNOWN, script, 0.0)
    pool = _written_in(script, candidates)
    if script == "Latn":
        return _latin(sample, pool, candidates) if letters[script] >= _SHORTEST else _undecided(script)
    pool = pool or {language: language for language in _SCRIPTS[script][1]}
    if len(pool) == 1:
        return Recognised(next(iter(pool.values())), script, share)
    if script == "Ethi":
        return _ethiopic(sample, pool, candidates)
    return _ranked(sample, pool, script) if letters[script] >= _SHORTEST else _undecided(script)


def script_of(text: str) -> str:
    """ISO 15924 code of the script that `text` is mostly written in; `Zyyy` without letters."""
    letters = _letters(_prose(text))
    return _dominant(letters) if letters else NO_SCRIPT


def base(tag: str) -> str:
    """The language subtag of a BCP 47 tag (`pt-BR` and `pt_BR` → `pt`), with deprecated and narrow codes mapped."""
    code = tag.replace("_", "-").split("-", 1)[0].strip().lower()
    return _ALIASES.get(code, code)


def _prose(text: str) -> str:
    return normal(_NOT_PROSE.sub(" ", text.strip()[:_RAW_SAMPLE])[:_SAMPLE])


def _letters(sample: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for run in _RUN.finditer(sample):
        counts[run.lastgroup or OTHER_SCRIPT] += run.end() - run.start()
    return counts


def _dominant(letters: Counter[str]) -> str:
    # Japanese is mostly Chinese characters, but Chinese has no kana.
    if letters["Jpan"] * 10 >= letters["Hani"] > 0:
        letters = letters + Counter({"Jpan": letters["Hani"]})
    return max(letters, key=lambda code: letters[code] * (_LATIN_WEIGHT if code == "Latn" else 1))


def _written_in(script: str, candidates: Iterable[str]) -> dict[str, str]:
    """Base language → the candidate's own tag, for the candidates that use `script`; the first of a base wins."""
    pool: dict[str, str] = {}
    for tag in candidates:
        if script in _scripts_of(tag):
            pool.setdefault(base(tag), tag)
    return pool


@lru_cache(maxsize=1_000)
def _scripts_of(tag: str) -> frozenset[str]:
    for subtag in tag.replace("_", "-").split("-")[1:]:
        if subtag.title() in _SCRIPT_SUBTAGS:
            return frozenset({_SCRIPT_SUBTAGS[subtag.title()]})
    code = base(tag)
    scripts = {script for script, (_, languages) in _SCRIPTS.items() if code in languages}
    return frozenset(scripts | {"Latn"} if not scripts or code in _ALSO_LATIN else scripts)


def _undecided(script: str) -> Recognised:
    return Recognised(UNKNOWN, script, 0.0)


def _ethiopic(sample: str, pool: Mapping[str, str], candidates: Sequence[str]) -> Recognised:
    if not _written_in("Ethi", candidates):
        return Recognised("am", "Ethi", 1.0)
    marks = {"am": len(_AMHARIC.findall(sample)), "ti": len(_TIGRINYA.findall(sample))}
    best = max(pool, key=lambda language: marks.get(language, 0))
    return Recognised(pool[best], "Ethi", (marks.get(best, 0) + 1) / (sum(marks.values()) + 2))


def _ranked(sample: str, pool: Mapping[str, str], script: str) -> Recognised:
    scores = _scores(sample)
    known = [language for language in pool if language in scores]
    if not known:
        return Recognised(next(iter(pool.values())), script, 1 / len(pool))
    best = max(known, key=scores.__getitem__)
    return Recognised(pool[best], script, _share(best, known, scores))


def _latin(sample: str, pool: Mapping[str, str], candidates: Sequence[str]) -> Recognised:
    scores = _scores(sample)
    known = [language for language in pool if language in scores]
    if not candidates:
        best = max(scores, key=scores.__getitem__)
        return Recognised(best, "Latn", _share(best, scores, scores))
    kin = {relative for family in _KIN for relative in family if not family.isdisjoint(known)}
    rival = max((language for language in scores if language not in kin), key=scores.__getitem__)
    competing = {*known, rival}
    mixed = any("Latn" not in _scripts_of(tag) for tag in candidates)
    margin = _ROMANISED_MARGIN if mixed else _FOREIGN_MARGIN
    if known:
        best = max(known, key=scores.__getitem__)
        if scores[rival] - scores[best] <= margin:
            return Recognised(pool[best], "Latn", _share(best, competing, scores))
    if rival == "en" and (share := _share("en", scores, scores)) >= _UNASKED_ENGLISH:
        return Recognised("en", "Latn", share)
    return Recognised(UNKNOWN_LATIN, "Latn", _share(rival, competing, scores))


def _share(language: str, competing: Iterable[str], scores: Mapping[str, float]) -> float:
    """Probability of `language` if one of `competing` it must be (softmax)."""
    return 1 / sum(math.exp(min(scores[other] - scores[language], 700)) for other in competing)


def _scores(sample: str) -> dict[str, float]:
    """Length-scaled log-likelihood by language: py3langid's own scaling, √bytes, keeps long texts from certainty."""
    length = len(sample.encode("utf-8", "surrogatepass"))
    return {language: score / math.sqrt(length or 1) for language, score in _identifier().rank(sample)}


def _identifier() -> Any:
    with _loading:
        return _load()


@lru_cache(maxsize=1)
def _load() -> Any:
    # Loaded at the first text: it takes half a second and tens of megabytes, which a web process never needs.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
