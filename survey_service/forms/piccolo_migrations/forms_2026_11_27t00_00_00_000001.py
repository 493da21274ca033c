"""Forms and their versions, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Forms and their versions"

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
}
INDEXES = [
    "CREATE UNIQUE INDEX form_version_key ON form_version (form, number)",
]


async def forwards() -> MigrationManager:
    return tables("forms", ID, DESCRIPTION, TABLES, INDEXES)
