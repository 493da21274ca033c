"""Every engine is whole: what one lacks, a test here names; and who of several reads a text."""

import importlib
import pkgutil
from collections.abc import Sequence

import pytest

from survey_service.core.templates import PACKAGE
from survey_service.sentiment import engines
from survey_service.sentiment.engines import ENGINES, engine_of, read
from survey_service.sentiment.engines.base import NOBODY, Engine, Reading, unsupported
from survey_service.sentiment.engines.instant import InstantEngine
from survey_service.sentiment.tables import CommentReading

INSTANT: Engine = InstantEngine()
LANGUAGES = ("en", "en-GB", "am", "ka", "ml", "si", "ar", "und", "und-Latn", "")
TEXTS = ("good", "terrible, dirty and slow", "", "n/a", "ጥሩ ነው", "\0", "❤")


class ShoutingEngine:
    """Reads everything but Georgian as praise, and remembers what it was given."""

    name = "shouting"
    version = "1"

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[str]]] = []

    def reads(self, language: str) -> bool:
        return language != "ka"

    def score(self, texts: Sequence[str], language: str) -> list[Reading]:
        self.batches.append((language, list(texts)))
        return [
            Reading(engine=self.name, version=text, language=language, script="Latn", label="positive", polarity=1.0)
            for text in texts
        ]


def test_every_engine_stands_in_the_table_under_the_name_of_its_file() -> None:
    found = {}
    for file in pkgutil.iter_modules(engines.__path__):
        module = importlib.import_module(f"{engines.__name__}.{file.name}")
        for made in vars(module).values():
            if isinstance(made, type) and made.__module__ == module.__name__ and hasattr(made, "reads"):
                found[file.name] = made
    assert {name: made for name, made in found.items() if name != "base"} == {
        name: type(engine) for name, engine in ENGINES.items()
    }


@pytest.mark.parametrize("name", ENGINES)
def test_what_it_reads_can_be_kept_and_what_it_cannot_is_said(name: str) -> None:
    engine = ENGINES[name]
    assert name != NOBODY
    assert any(engine.reads(language) for language in LANGUAGES)
    for column, said in ((CommentReading.engine, name), (CommentReading.version, engine.version)):
        assert 0 < len(said) <= column.length
    for language in LANGUAGES:
        for text, reading in zip(TEXTS, engine.score(TEXTS, language), strict=True):
            assert (reading.engine, reading.version, reading.language) == (name, engine.version, language), text
            assert (reading.reason is None) == (reading.label in ("positive", "negative"))
            if not engine.reads(language):
                assert (reading.label, reading.polarity) == ("unsupported", None)


def test_nothing_outside_knows_an_engine() -> None:
    """Not by its file, and not by its name."""
    room = PACKAGE / "sentiment"
    for path in PACKAGE.rglob("*.py"):
        if not path.is_relative_to(room):
            code = path.read_text(encoding="utf-8")
            for name in ENGINES:
                assert f"sentiment.engines.{name}" not in code, path
                assert f'"{name}"' not in code, path


def test_nobody_reads_what_no_engine_does() -> None:
    assert engine_of("en", [INSTANT]) is INSTANT
    assert engine_of("ka", [INSTANT]) is None


def test_read_keeps_the_order_and_takes_the_first_engine_that_reads() -> None:
    shouting = ShoutingEngine()
    texts = ["good", "ጥሩ", "კარგი", "bad", "ጥሩ ነው"]
    readings = read(texts, ["en", "am", "ka", "en", "am"], [INSTANT, shouting])
    assert [reading.engine for reading in readings] == ["instant", "shouting", "none", "instant", "shouting"]
    assert [reading.label for reading in readings] == ["positive", "positive", "unsupported", "negative", "positive"]
    assert [readings[1].version, readings[4].version] == ["ጥሩ", "ጥሩ ነው"]
    assert shouting.batches == [("am", ["ጥሩ", "ጥሩ ነው"])]
    assert readings[2] == unsupported("კარგი", "ka")


def test_read_refuses_lists_that_do_not_match() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 languages"):
        read(["a", "b"], ["en"], [INSTANT])
    assert read([], [], [INSTANT]) == []
