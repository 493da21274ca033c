"""Places in a tree, and who works there. Columns only."""

from typing import Any

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Impersonal, OfPerson, StillNamed


class Place(Table, tablename="place"):
    """A region, store or counter. `code` is on its poster and unique over the installation.

    `responsible` is the member of staff whom it concerns when somebody waits there; without one it is whoever is
    responsible for the place above.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(index=True, default=None)
    parent: Impersonal[ForeignKey[Any]] = ForeignKey(
        LazyTableReference("Place", app_name="places"), null=True, default=None, on_delete=OnDelete.restrict
    )
    kind: Impersonal[Varchar] = Varchar(length=16)
    code: Impersonal[Varchar] = Varchar(length=40, unique=True)
    name: Impersonal[Varchar] = Varchar(length=200)
    own_name: Impersonal[Varchar] = Varchar(length=200, default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    archived_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    responsible: OfPerson[UUID] = UUID(default=None, null=True)


class Employee(Table, tablename="employee"):
    """A person in a shop whom customers meet; who signs in is `staff`. `code` stands in links and on cards, and is
    unique in the workspace. Whoever has left stays in the figures of their time."""

    id: OfPerson[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    place: Impersonal[UUID] = UUID(default=None)
    code: StillNamed[Varchar] = Varchar(length=40)
    name: StillNamed[Varchar] = Varchar(length=200)
    created_at: Impersonal[Timestamptz] = Timestamptz()
    left_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
