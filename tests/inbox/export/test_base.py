"""A format that says only how answers are written is given all of them, a batch at a time."""

from collections.abc import Sequence

from survey_service.core import database as db
from survey_service.inbox.export.base import Columns, written_by
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.schemas import StoredResponse
from tests import factories
from tests.answers import keep


def _lines(rows: Sequence[StoredResponse], columns: Columns) -> str:
    return "".join(f"{columns.slugs[row.form]} {row.given['recommend']}\n" for row in rows)


async def test_batches_follow_each_other_from_the_newest_to_the_last(database: db.Database) -> None:
    home = await factories.published()
    entries = [await keep(answers={"recommend": n}) for n in range(5)]
    columns = Columns((), (), {entries[0].form: "visit"}, {})
    batch, pieces, after = written_by(_lines), [], None
    for _ in range(4):
        text, after = await batch(AnswerFilter(home), columns, 2, after)
        pieces.append(text)
    assert pieces == ["visit 4\nvisit 3\n", "visit 2\nvisit 1\n", "visit 0\n", ""]
    assert after is None
