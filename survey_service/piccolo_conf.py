"""What Piccolo's own commands and the tables' engine are found through."""

from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import AppRegistry

from survey_service.core import engines, settings

APPS = ("jobs", "nps", "sentiment", "accounts", "places", "customers", "forms", "distribution", "responses", "cases")
"""Domains with tables, in the order in which their migrations run (lower layers first)."""

DB = engines.make_engine(settings.load())
APP_REGISTRY = AppRegistry(apps=[f"survey_service.{app}.piccolo_app" for app in APPS])


def bind(engine: engines.Engine) -> None:
    """Makes Piccolo and every table use `engine` instead of the settings' own."""
    global DB
    DB = engine
    Migration._meta.db = engine
    for app in APPS:
        for table in APP_REGISTRY.get_table_classes(app):
            table._meta.db = engine
