"""What respondents read at the ends of a scale for which the author wrote nothing. Pure."""

from survey_service.core import i18n

ENDS = {"nps": ("nps_low", "nps_high"), "ces": ("ces_low", "ces_high")}
FACES = "5"
"""A scale of so many is drawn as faces, each with words of ours."""


def default_ends(kind: str, high: str, language: str) -> tuple[str, str]:
    """The words at the lowest and at the highest number of a question of this kind; empty where there are none."""
    keys = ("csat_1", f"csat_{FACES}") if kind == "csat" and high == FACES else ENDS.get(kind)
    if keys is None:
        return "", ""
    low, high_words = (i18n.text(key, i18n.chrome_language(language)) for key in keys)
    return low, high_words
