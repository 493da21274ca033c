"""What places and employees look like from outside, and what is sent to add or change one."""

import re
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

CODE = re.compile(r"[a-z0-9-]{2,40}")
"""What stands in a poster's address."""
NO_PLACE = "-"
NOBODY = NO_PLACE
"""Stand for answers without a place, and for those without an employee, where a filter takes a code; too short to be
one."""

# What the document says of these, the service checks in its own words.
PlaceName = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]
PlaceKind = Annotated[str, Meta(extra_json_schema={"enum": ["region", "store", "counter"]})]
PlaceCode = Annotated[str, Meta(extra_json_schema={"pattern": "^([a-z0-9-]{2,40})?$"})]


class PlaceRow(msgspec.Struct, frozen=True):
    """One place. `kind` is region, store or counter; `own_name` is its name in its own script, or empty."""

    id: UUID
    workspace: UUID
    code: str
    name: str
    own_name: str
    parent: UUID | None
    kind: str
    archived: bool = False
    responsible: UUID | None = None


class PlaceShown(msgspec.Struct, frozen=True):
    """A place as the API tells it; `survey_url` is what its QR code opens, `responsible` a member of staff."""

    id: UUID
    code: str
    name: str
    own_name: str
    parent: UUID | None
    kind: str
    archived: bool
    survey_url: str
    responsible: UUID | None


class NewPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place to add; a code is made if none is given."""

    name: PlaceName
    kind: PlaceKind = "store"
    code: PlaceCode = ""
    own_name: str = ""
    parent: UUID | None = None
    responsible: UUID | None = None


class PlaceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; absent fields stay. The code is printed on posters and never changes."""

    name: PlaceName | msgspec.UnsetType = msgspec.UNSET
    own_name: str | msgspec.UnsetType = msgspec.UNSET
    kind: PlaceKind | msgspec.UnsetType = msgspec.UNSET
    parent: UUID | msgspec.UnsetType | None = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    responsible: UUID | msgspec.UnsetType | None = msgspec.UNSET


class PlaceForm(msgspec.Struct, frozen=True):
    """The fields of the staff page as they were typed."""

    name: str = ""
    kind: str = "store"
    code: str = ""
    own_name: str = ""
    parent: str = ""
    responsible: str = ""


# Who works there -------------------------------------------------------------------------------------------------

EmployeeName = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]


class EmployeeRow(msgspec.Struct, frozen=True):
    """A person whom customers meet, with the code and the name of where they work."""

    id: UUID
    workspace: UUID
    place: UUID
    code: str
    name: str
    left: bool
    place_code: str
    place_name: str


class EmployeeShown(msgspec.Struct, frozen=True):
    """An employee as the API tells it. `signed_code` proves itself where a submission or a link names them;
    `survey_url` is what their QR code opens."""

    id: UUID
    place: UUID
    code: str
    name: str
    left: bool
    signed_code: str
    survey_url: str


class NewEmployee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to add at a place; a code is made if none is given."""

    name: EmployeeName
    place: UUID
    code: PlaceCode = ""


class EmployeeChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; absent fields stay. The code is printed on cards and never changes."""

    name: EmployeeName | msgspec.UnsetType = msgspec.UNSET
    place: UUID | msgspec.UnsetType = msgspec.UNSET
    left: bool | msgspec.UnsetType = msgspec.UNSET
