"""What does not fit is said in plain words, of each kind and in each language."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from survey_service.core.i18n.staff import available, spoken
from survey_service.core.misfits import BOUNDS, KINDS, parted, said


class One(msgspec.Struct, tag="one"):
    pass


class Two(msgspec.Struct, tag="two"):
    pass


class Everything(msgspec.Struct):
    """A member of each kind that a request can have."""

    whole: Annotated[int, Meta(ge=1, le=5)] = 1
    part: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    text: Annotated[str, Meta(min_length=2, max_length=3, pattern="^a")] = "aa"
    few: Annotated[list[int], Meta(min_length=1, max_length=2)] = []
    named: Annotated[dict[Annotated[str, Meta(max_length=2)], int], Meta(max_length=1)] = {}
    day: date | None = None
    moment: Annotated[datetime, Meta(tz=True)] | None = None
    id: UUID | None = None
    yes: bool = False
    choice: Literal["a", "b"] = "a"
    either: int | str | None = None
    tagged: One | Two | None = None


SAID = [
    ('{"whole": "1"}', "whole", "A whole number belongs here."),
    ('{"whole": 0}', "whole", "The number is at least 1."),
    ('{"whole": 9}', "whole", "The number is at most 5."),
    ('{"whole": 1e400}', "whole", "This number is too large or too small."),
    ('{"part": "x"}', "part", "A number belongs here."),
    ('{"part": 0}', "part", "This number is too large or too small."),
    ('{"part": 1}', "part", "This number is too large or too small."),
    ('{"share": -0.5}', "share", "The number is at least 0.0."),
    ('{"text": 1}', "text", "A text belongs here."),
    ('{"text": "a"}', "text", "This is too short. Characters at least: 2."),
    ('{"text": "aaaa"}', "text", "This is too long. Characters at most: 3."),
    ('{"text": "bbb"}', "text", "This is not written as it has to be."),
    ('{"few": {}}', "few", "A list belongs here."),
    ('{"few": []}', "few", "These are too few. At least: 1."),
    ('{"few": [1, 2, 3]}', "few", "These are too many. At most: 2."),
    ('{"few": [1, "a"]}', "few[1]", "A whole number belongs here."),
    ('{"named": []}', "named", "An object with members belongs here."),
    ('{"named": {"aaa": 1}}', "named", "This is too long. Characters at most: 2."),
    ('{"named": {"a": 1, "b": 2}}', "named", "These are too many. At most: 1."),
    ('{"day": "soon"}', "day", "Write the day as 2026-10-31."),
    ('{"day": 5}', "day", "Write the day as 2026-10-31."),
    ('{"moment": "now"}', "moment", "Write the moment as 2026-10-31T12:00:00Z."),
    ('{"moment": "2026-01-01T00:00:00"}', "moment", "Write the moment as 2026-10-31T12:00:00Z."),
    ('{"id": "x"}', "id", "An id looks like 0192f0c1-2345-7abc-8def-0123456789ab."),
    ('{"yes": 0}', "yes", "Only true or false belongs here."),
    ('{"choice": "z"}', "choice", "This is none of the values that can be chosen."),
    ('{"either": []}', "either", "Something else belongs here."),
    ('{"tagged": {"type": "three"}}', "tagged.type", "This is none of the values that can be chosen."),
    ("[]", "", "An object with members belongs here."),
]


def refused(body: str) -> tuple[str, str]:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(body, type=Everything)
    return parted(str(error.value))


@pytest.mark.parametrize(("body", "path", "words"), SAID)
def test_each_kind_has_its_place_and_its_words(body: str, path: str, words: str) -> None:
    where, message = refused(body)
    assert (where, said(message)) == (path, words)


@pytest.mark.parametrize("language", [tag for tag in available() if tag != "en"])
def test_they_are_said_in_the_readers_language(language: str) -> None:
    with spoken(language):
        told = {words: said(refused(body)[1]) for body, _path, words in SAID}
    assert [words for words, other in told.items() if words == other] == []
    assert [other for other in told.values() if re.search(r"Expected|Invalid|regex|`|%\(", other)] == []


def test_every_sentence_is_used() -> None:
    told: list[Any] = [words for _body, _path, words in SAID]
    for sentence in (*KINDS.values(), *BOUNDS.values()):
        begins = sentence.partition("%(n)s")[0]
        assert any(words.startswith(begins) for words in told), sentence
