"""Toys of what is asked from outside, of what hears of events, and of a room."""

from tests.project.recipes import Change, Recipe

API_ROUTE = Recipe(
    "an API route",
    changed={
        "survey_service/places/schemas.py": [
            Change(
                '"""What stands in a poster\'s address."""\n',
                "\n\nclass ToyShown(msgspec.Struct, frozen=True):\n"
                '    """A toy, as programs see it."""\n\n    name: str\n\n\n',
            )
        ],
        "survey_service/places/routes.py": [
            Change("import NewPlace, PlaceChange, PlaceRow, PlaceShown", ", ToyShown"),
            Change(
                'WRITE = {"scope": "places:write"}\n',
                '\n\n@get("/api/v1/toys", opt=READ, summary="List toys", tags=["places"])\n'
                "async def list_toys(caller: NamedDependency[Caller]) -> list[ToyShown]:\n"
                '    """All toys."""\n    return [ToyShown("a ball")]\n',
            ),
            Change("ROUTES = [list_places,", " list_toys,"),
        ],
        "docs/api.md": [
            Change("| `GET /api/v1/places` | `places:read` |\n", "| `GET /api/v1/toys` | `places:read` |\n")
        ],
    },
    checks=[
        "tests/test_openapi.py::test_every_route_of_the_api_is_described",
        "tests/test_openapi.py::test_operations_have_names_and_a_place_of_their_own",
        "tests/test_openapi.py::test_all_but_the_open_ones_ask_for_a_key",
        "tests/test_openapi.py::test_every_refusal_is_problem_details",
        "tests/test_strangers.py",
        "tests/project/test_docs.py::test_every_path_of_the_api_is_described_and_exists",
        "tests/project/test_docs.py::test_calls_name_the_scope_that_they_ask_for",
    ],
)
COMMAND = Recipe(
    "a command",
    new={
        "survey_service/operation/toys.py": (
            '"""Toys."""\n\n\nasync def listed() -> list[str]:\n    """All toys."""\n    return ["a ball"]\n'
        )
    },
    changed={
        "survey_service/cli/keeping.py": [
            Change(
                "        sys.exit(1)\n\n\n",
                "@click.command()\n@with_settings\ndef toys(settings: Settings) -> None:\n"
                '    """List the toys."""\n    from survey_service.operation.toys import listed\n\n'
                '    click.echo(" ".join(asyncio.run(listed())))\n\n\n',
            ),
            Change("COMMANDS = (backup, restore", ", toys"),
        ],
        "docs/operating.md": [
            Change(
                "| `survey-service sending` | Says whether mails go out; lets them go on after a restore. |\n",
                "| `survey-service toys` | Lists the toys. |\n",
            )
        ],
    },
    checks=[
        "tests/project/test_docs.py::test_every_command_has_its_row_and_no_other",
        "tests/cli/test_settings.py::test_help_needs_no_settings",
    ],
)
EVENT = Recipe(
    "an event handler",
    new={
        "survey_service/reports/jobs.py": (
            '"""Toys hear of answers."""\n\nfrom survey_service.jobs.kinds import EventHandlers\n'
            "from survey_service.reports import service\nfrom survey_service.responses.plans import RECEIVED\n\n"
            "EVENTS: EventHandlers = {RECEIVED: (service.wind_up,)}\n"
        )
    },
    changed={
        "survey_service/reports/service.py": [
            Change(
                "from datetime import datetime\n",
                "from collections.abc import Sequence\nfrom survey_service.jobs.schemas import EventRow\n",
            ),
            Change(
                "log = logs.get(__name__)\n",
                "WOUND_UP: list[EventRow] = []\n\n\nasync def wind_up(events: Sequence[EventRow]) -> None:\n"
                '    """Winds a toy up for each."""\n    WOUND_UP.extend(events)\n\n\n',
            ),
        ],
        "survey_service/joined.py": [
            Change(
                "from survey_service.reports import pages as reports_pages\n",
                "from survey_service.reports import jobs as reports_jobs\n",
            ),
            Change("EVENTS = merged([responses.EVENTS, cases.EVENTS", ", reports_jobs.EVENTS"),
        ],
    },
    checks=["tests/jobs/test_kinds.py::test_whatever_jobs_and_handlers_a_room_declares_are_joined"],
)
PANEL = Recipe(
    "a panel of an answer's page",
    new={
        "survey_service/templates/reports/of_answer.html": (
            "{#- A toy beside an answer. Context: panel {toy}. -#}\n<p>{{ panel.toy }}</p>\n"
        )
    },
    changed={
        "survey_service/reports/pages.py": [
            Change(
                'DEFAULT_PERIOD = "last-month"\n',
                "\n\nasync def of_answer(caller: Caller, response: UUID) -> dict[str, str]:\n"
                '    """The toy of an answer."""\n    return {"toy": "a ball"}\n\n\n'
                'PANELS = {"answer": Panel(of_answer, "reports/of_answer.html")}\n',
            ),
            Change("from litestar import Response, get\n", "from uuid import UUID\n"),
            Change(
                "from survey_service.core.rail import RailSection\n", "from survey_service.core.panels import Panel\n"
            ),
        ],
        "survey_service/joined.py": [Change('[cases_pages.PANELS["answer"]', ', reports_pages.PANELS["answer"]')],
    },
    checks=["tests/test_joined.py::test_every_panel_that_a_room_declares_is_joined"],
)
ROOM = Recipe(
    "a room",
    new={
        "survey_service/toys/__init__.py": '"""What there is to play with."""\n',
        "survey_service/toys/tables.py": (
            '"""Toys. Columns only."""\n\n'
            "from piccolo.columns import UUID, Varchar\nfrom piccolo.table import Table\n\n"
            "from survey_service.core.ids import new_id\nfrom survey_service.core.personal import Impersonal\n\n\n"
            'class Toy(Table, tablename="toy"):\n    """A toy."""\n\n'
            "    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)\n"
            "    workspace: Impersonal[UUID] = UUID(index=True, default=None)\n"
            "    name: Impersonal[Varchar] = Varchar(length=200)\n"
        ),
        "survey_service/toys/piccolo_app.py": (
            '"""Tells Piccolo which tables and migrations belong to this domain."""\n\n'
            "from pathlib import Path\n\nfrom piccolo.conf.apps import AppConfig, table_finder\n\n"
            'APP_CONFIG = AppConfig(\n    app_name="toys",\n'
            '    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),\n'
            '    table_classes=table_finder(["survey_service.toys.tables"]),\n    migration_dependencies=[],\n)\n'
        ),
        "survey_service/toys/piccolo_migrations/__init__.py": "",
        "survey_service/toys/piccolo_migrations/toys_2026_12_31t12_00_00_000001.py": (
            '"""Toys."""\n\nfrom piccolo.apps.migrations.auto.migration_manager import MigrationManager\n'
            "from piccolo.columns import UUID, Varchar\n\n"
            "from survey_service.core.database.migration import tables\nfrom survey_service.core.ids import new_id\n\n"
            'ID = "2026-12-31T12:00:00:000001"\nVERSION = "1.38.0"\nDESCRIPTION = "Toys"\n\n'
            'TABLES = {\n    ("Toy", "toy"): {\n        "id": UUID(primary_key=True, default=new_id),\n'
            '        "workspace": UUID(index=True, default=None),\n        "name": Varchar(length=200),\n    }\n}\n\n\n'
            'async def forwards() -> MigrationManager:\n    return tables("toys", ID, DESCRIPTION, TABLES, [])\n'
        ),
    },
    changed={
        ".importlinter": [
            Change("    forms | customers\n    places\n", "    toys\n"),
            Change(
                "allowed_importers =\n    survey_service.cases\n",
                "\n[importlinter:contract:tables-of-toys]\nname = Tables of toys are touched by toys only\n"
                "type = protected\nprotected_modules =\n    survey_service.toys.tables\n"
                "allowed_importers =\n    survey_service.toys\n",
            ),
        ],
        "survey_service/piccolo_conf.py": [Change('    "places",\n', '    "toys",\n')],
        "survey_service/beginning/removal.py": [Change("WHOLE = (\n    ", '"toy", ')],
        "docs/architecture.md": [
            Change(
                "| `places/` | The tree of places, who works there, QR codes. |\n",
                "| `toys/` | What there is to play with. |\n",
            )
        ],
        "docs/privacy.md": [Change(" | `audit_entry` |\n", "| what they play with | its name | `toy` |\n")],
    },
    checks=[
        "tests/project/test_import_rules.py",
        "tests/project/test_personal.py",
        "tests/project/test_docs.py::test_the_layout_lists_every_package",
        "tests/project/test_docs.py::test_privacy_names_every_table_that_knows_somebody",
        "tests/core/database/test_schema.py",
        "tests/beginning/test_service.py::test_no_table_is_forgotten",
    ],
)
WAY_TOYS = (API_ROUTE, COMMAND, EVENT, PANEL, ROOM)
