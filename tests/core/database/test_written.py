"""A batch knows the columns of a table by the table itself."""

import pytest
from piccolo.columns import UUID, Numeric
from piccolo.table import Table

from survey_service.core.database.written import columns_of, picked


def test_a_column_of_a_type_that_no_batch_writes_is_named() -> None:
    class Toy(Table):
        id = UUID(primary_key=True)
        price = Numeric()

    assert [column.name for column in picked(Toy, "id")] == ["id"]
    with pytest.raises(TypeError, match=r"toy\.price is a Numeric"):
        columns_of(Toy)
