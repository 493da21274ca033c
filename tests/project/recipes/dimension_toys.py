"""The toy of a dimension: the version of the form that was answered."""

from tests.project.recipes import Change, Recipe

DIMENSION = Recipe(
    "a dimension",
    new={
        "survey_service/counts/piccolo_migrations/counts_2026_12_31t12_00_00_000001.py": '''\
"""Answers are counted by the version of their form."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.database.migration import more_columns

ID = "2026-12-31T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Answers are counted by the version of their form"

ADDED = {
    ("CountDelta", "count_delta"): {"version": Varchar(length=9, default="")},
    ("CountCell", "count_cell"): {"version": Varchar(length=9, default="")},
}
KEY = "workspace, form, question, day, place, employee, channel, language, version, revision, part"


async def forwards() -> MigrationManager:
    indexes = ["DROP INDEX count_cell_key", f"CREATE UNIQUE INDEX count_cell_key ON count_cell ({KEY})"]
    return more_columns("counts", ID, DESCRIPTION, ADDED, indexes)
''',
    },
    changed={
        "survey_service/counts/dimensions.py": [
            Change(
                '            width=35,\n        ),\n    ] = ""\n',
                "    version: Annotated[\n"
                "        int,\n"
                '        Dimension(title="Version", every="Every version", split="Versions", about="It.", width=9),\n'
                "    ] = 0\n",
            ),
            Change('    language: str = ""\n', '    version: str = ""\n'),
        ],
        "survey_service/responses/values.py": [
            Change(
                'else _("for %(name)s", name=label)\n',
                "\n\nasync def _versions(*_: Any) -> Names:\n"
                '    return Names(lambda key: Value(key, f"Version {key}"), [("1", "1"), ("2", "2")], str)\n\n\n'
                "async def _version(_: UUID, code: str) -> tuple[int, ...]:\n    return (int(code),)\n",
            ),
            Change(
                'within=lambda code, label: _("in %(language)s", language=label),\n    ),\n',
                '    "version": Called(\n'
                '        pattern="^[0-9]{0,6}$",\n'
                "        names=_versions,\n"
                "        meant=_version,\n"
                '        within=lambda _, label: f"in version {label}",\n'
                "    ),\n",
            ),
        ],
    },
    checks=["tests/core/database/test_schema.py", "tests/counts/test_dimensions.py"],
)
DIMENSION_TOYS = (DIMENSION,)
