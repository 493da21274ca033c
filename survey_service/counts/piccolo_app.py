"""Tells Piccolo which tables and migrations belong to this domain."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="counts",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["survey_service.counts.tables"]),
    migration_dependencies=[],
)
