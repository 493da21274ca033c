"""Forms and their immutable versions. Columns only."""

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Form(Table, tablename="form"):
    """A form by its public name. `state`: draft, open, closed, archived. `draft` is the definition as JSON.

    `version` is the number of the version in force, 0 before the first is published. `promise`: nothing, reply, call.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(index=True, default=None)
    slug = Varchar(length=64, unique=True)
    name = Varchar(length=200)
    state = Varchar(length=16, default="draft")
    draft = Text()
    version = Integer(default=0)
    accepts_json = Boolean(default=True)
    allowed_origins = Text(default="*")
    promise = Varchar(length=8, default="")
    created_at = Timestamptz()
    updated_at = Timestamptz()


class FormVersion(Table, tablename="form_version"):
    """One published definition, never changed. Unique by (form, number)."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    form = UUID(default=None)
    number = Integer()
    definition = Text()
    published_at = Timestamptz()
    published_by = UUID(default=None, null=True)
