"""Forms, their immutable versions, which form a poster opens, and words of further languages. Columns only."""

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Answerable, Impersonal


class Form(Table, tablename="form"):
    """A form by its public name. `state`: draft, open, closed, archived. `draft` is the definition as JSON.

    `version` is the number of the version in force, 0 before the first is published. `promise`: nothing, reply, call.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(index=True, default=None)
    slug: Impersonal[Varchar] = Varchar(length=64, unique=True)
    name: Impersonal[Varchar] = Varchar(length=200)
    state: Impersonal[Varchar] = Varchar(length=16, default="draft")
    draft: Impersonal[Text] = Text()
    version: Impersonal[Integer] = Integer(default=0)
    accepts_json: Impersonal[Boolean] = Boolean(default=True)
    allowed_origins: Impersonal[Text] = Text(default="*")
    promise: Impersonal[Varchar] = Varchar(length=8, default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    updated_at: Impersonal[Timestamptz] = Timestamptz()


class FormVersion(Table, tablename="form_version"):
    """One published definition, never changed. Unique by (form, number)."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    number: Impersonal[Integer] = Integer()
    definition: Impersonal[Text] = Text()
    published_at: Impersonal[Timestamptz] = Timestamptz()
    published_by: Answerable[UUID] = UUID(default=None, null=True)


class Poster(Table, tablename="poster"):
    """Which form the QR code of a place opens. Unique by place."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    place: Impersonal[UUID] = UUID(unique=True, default=None)
    form: Impersonal[UUID] = UUID(default=None)
    created_at: Impersonal[Timestamptz] = Timestamptz()


class Wording(Table, tablename="wording"):
    """What a workspace says to respondents in a language that we do not speak: messages as JSON. Unique by
    (workspace, language)."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    language: Impersonal[Varchar] = Varchar(length=35)
    words: Impersonal[Text] = Text()
    created_at: Impersonal[Timestamptz] = Timestamptz()
    updated_at: Impersonal[Timestamptz] = Timestamptz()
