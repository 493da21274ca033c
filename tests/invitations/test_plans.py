"""The columns of bulk statements are those of the tables."""

from survey_service.invitations.plans import ANSWER, INVITATION
from survey_service.invitations.tables import Invitation


def test_an_invitation_has_every_column_of_its_table_in_order() -> None:
    assert [column.name for column in INVITATION] == [column._meta.name for column in Invitation._meta.columns]


def test_an_answer_changes_columns_that_there_are() -> None:
    assert set(ANSWER) < set(INVITATION)
