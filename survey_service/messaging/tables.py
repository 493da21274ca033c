"""Who does not want to be written to. Columns only."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Erased, Impersonal, LeftAlone


class Suppression(Table, tablename="suppression"):
    """An address that must not be written to. Unique by (workspace, address_hash); the address itself is not kept."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    address_hash: LeftAlone[Varchar] = Varchar(length=64)
    reason: LeftAlone[Varchar] = Varchar(length=32)
    source: Erased[UUID] = UUID(default=None, null=True)
    created_at: LeftAlone[Timestamptz] = Timestamptz()
