"""Which database the settings ask for."""

from survey_service.core.database.base import Database
from survey_service.core.database.postgres import PostgresDatabase
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.settings import Settings


def database_of(settings: Settings) -> Database:
    """The settings' database. Nothing is opened yet."""
    return SQLiteDatabase(settings.sqlite_path) if settings.is_sqlite else PostgresDatabase(settings.database_url)
