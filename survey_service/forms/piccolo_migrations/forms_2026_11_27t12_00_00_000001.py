"""Forms, their versions and posters, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Forms, their versions and posters"

TABLES = {
    ("Form", "form"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(index=True, default=None),
        "slug": Varchar(length=64, unique=True),
        "name": Varchar(length=200),
        "state": Varchar(length=16, default="draft"),
        "draft": Text(),
        "version": Integer(default=0),
        "accepts_json": Boolean(default=True),
        "allowed_origins": Text(default="*"),
        "promise": Varchar(length=8, default=""),
        "created_at": Timestamptz(),
        "updated_at": Timestamptz(),
    },
    ("FormVersion", "form_version"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "number": Integer(),
        "definition": Text(),
        "published_at": Timestamptz(),
        "published_by": UUID(default=None, null=True),
    },
    ("Poster", "poster"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "place": UUID(unique=True, default=None),
        "form": UUID(default=None),
        "created_at": Timestamptz(),
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX form_version_key ON form_version (form, number)",
]


async def forwards() -> MigrationManager:
    return tables("forms", ID, DESCRIPTION, TABLES, INDEXES)
