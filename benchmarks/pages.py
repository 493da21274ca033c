"""Weight and speed of respondents' pages."""

import gzip
import tempfile
from typing import Any

import brotli

from benchmarks import servers
from benchmarks.submissions import publish
from survey_service.core import templates


def ten_questions() -> dict[str, Any]:
    """A form with ten questions of every kind."""

    def words(text: str) -> dict[str, str]:
        return {"en": text}

    choices = [{"key": f"c{n}", "text": words(f"Choice number {n}")} for n in range(5)]
    kinds = (
        "nps",
        "csat",
        "ces",
        "single_choice",
        "multiple_choice",
        "short_text",
        "long_text",
        "email",
        "nps",
        "csat",
    )
    questions = [
        {"kind": kind, "key": f"q{n}", "text": words(f"What do you think of part {n} of your visit with us?")}
        | ({"choices": choices} if "choice" in kind else {})
        for n, kind in enumerate(kinds)
    ]
    return {"title": words("A longer survey"), "languages": ["en"], "questions": questions}


def lines() -> list[str]:
    """Weights on the wire, and the page's requests per second against a handler with the same bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="survey-bench-") as folder,
        servers.product(f"sqlite:///{folder}/s.db") as (port, _),
    ):
        publish(port, "long", ten_questions())
        page = f"http://127.0.0.1:{port}/s/long"
        plain = servers.fetch(page)
        wire = servers.fetch(page, {"Accept-Encoding": "gzip"})
        sizes = f"{len(wire) / 1000:.1f} kB on the wire (gzip), {len(plain) / 1000:.1f} kB plain"
        found = [f"10-question survey page: {sizes}, 1 request"]
        with servers.ceiling(len(plain)) as base:
            servers.load(page, 16, 1)
            compared = servers.compare(page, f"http://127.0.0.1:{base}/page", 16)
        found.append(
            f"survey page: {compared.ours:,.0f}/s ÷ {compared.base:,.0f} of the same bytes = {compared.ratio:.2f}"
        )
    loader = (templates.static_folder() / "embed.js").read_bytes()
    small, smaller = len(gzip.compress(loader)) / 1000, len(brotli.compress(loader)) / 1000
    found.append(f"embed.js: {smaller:.1f} kB brotli, {small:.1f} kB gzip")
    return found
