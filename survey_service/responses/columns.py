"""The columns of a response, as the table has them. Whoever reads or writes some takes them from here."""

from survey_service.core.database.written import columns_of
from survey_service.responses.schemas import StoredResponse
from survey_service.responses.tables import Response

BY_NAME = columns_of(Response)
ALL = tuple(BY_NAME.values())
ID = BY_NAME["id"]
READ = ", ".join(StoredResponse.__struct_fields__)
"""What a StoredResponse is read from, as SQL lists it."""
