"""What the product is written in, for tests that look for words in it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "survey_service"
SCRIPTS = ROOT / "static"
LIBRARIES = "plotly"
"""How files of others are called."""


def sources() -> dict[str, str]:
    """Modules and templates by their paths in the package, scripts by theirs beside it, each with its text."""
    code = [path for ending in ("*.py", "*.html", "*.txt") for path in PACKAGE.rglob(ending)]
    scripts = [path for path in SCRIPTS.rglob("*.js") if not path.name.startswith(LIBRARIES)]
    named = {path.relative_to(PACKAGE).as_posix(): path for path in code}
    named |= {path.relative_to(ROOT).as_posix(): path for path in scripts}
    return {name: path.read_text(encoding="utf-8") for name, path in named.items()}
