"""What Piccolo's own commands and the tables' engine are found through."""

from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import AppRegistry

from survey_service.core import settings
from survey_service.core.database import Database, database_of

APPS = (
    "jobs",
    "counts",
    "sentiment",
    "accounts",
    "places",
    "customers",
    "forms",
    "messaging",
    "invitations",
    "responses",
    "cases",
)
"""Domains with tables, in the order in which their migrations run (lower layers first)."""

DB = database_of(settings.load()).engine
APP_REGISTRY = AppRegistry(apps=[f"survey_service.{app}.piccolo_app" for app in APPS])


def bind(database: Database) -> None:
    """Makes Piccolo and every table use `database` instead of the settings' own."""
    global DB
    DB = engine = database.engine
    Migration._meta.db = engine
    for app in APPS:
        for table in APP_REGISTRY.get_table_classes(app):
            table._meta.db = engine
