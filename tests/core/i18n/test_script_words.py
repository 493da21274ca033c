"""What scripts say to staff are messages too."""

import re
from pathlib import Path

from survey_service.core.i18n.script_words import SENTENCES

SCRIPTS = Path(__file__).parents[3] / "static" / "js"
RESPONDENTS = {"survey.js", "invitation.js"}
TEXT = re.compile(r"""(["'`])((?:(?!\1).)*)\1""")
SENTENCE = re.compile(r"[A-Z][a-z]+( .*|…)[.…]?|Copied|Begin afresh|Stay here")


def said(source: str) -> set[str]:
    """The texts inside calls of `said`."""
    return {text for call in re.findall(r"\bsaid\(((?:[^()]|\"[^\"]*\")*)\)", source) for _, text in TEXT.findall(call)}


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.js") if path.name not in RESPONDENTS)


def test_the_list_is_what_scripts_say() -> None:
    assert said(sources()) == set(SENTENCES)


def test_no_script_says_a_sentence_by_itself() -> None:
    """What is thrown is for the console."""
    lines = [line for line in sources().splitlines() if not line.lstrip().startswith("//")]
    code = re.sub(r"new Error\([^;]*\)|reject\([^;]*\)", "", "\n".join(lines))
    texts = {text for _, text in TEXT.findall(code)}
    assert {text for text in texts if SENTENCE.fullmatch(text)} - said(sources()) == set()
