"""The toys."""

import json
from pathlib import Path
from typing import Any

from survey_service.core.i18n import extraction
from tests.project.recipes import Change, Recipe
from tests.project.recipes.bound_toys import BOUND_TOYS
from tests.project.recipes.dimension_toys import DIMENSION_TOYS
from tests.project.recipes.figure_toys import FIGURE_TOYS
from tests.project.recipes.kind_toys import KIND_TOYS
from tests.project.recipes.room_toys import ROOM_TOYS
from tests.project.recipes.way_toys import WAY_TOYS

PACKAGE = Path(__file__).parents[3] / "survey_service"


def _in_estonian(name: str) -> str:
    """Respondents' words as somebody would translate them: every text another one, with its places."""
    words: dict[str, Any] = json.loads((PACKAGE / name).read_text(encoding="utf-8"))
    marked = {
        key: {form: f"Et {text}" for form, text in said.items()} if isinstance(said, dict) else f"Et {said}"
        for key, said in words.items()
    }
    kept = {"scale_end", "full_stop"}
    return json.dumps({key: words[key] if key in kept else said for key, said in marked.items()}, ensure_ascii=False)


def _in_french() -> str:
    """The catalogue that `make words NEW=fr` begins, with every message said as in English, to a letter."""
    begun = extraction.updated("fr", extraction.catalogue())
    for message in begun:
        if message.id:
            said = message.id if isinstance(message.id, tuple) else (message.id,)
            forms = (*said, *said[-1:] * begun.num_plurals)[: begun.num_plurals]
            message.string = forms if isinstance(message.id, tuple) else said[0].replace("Today", "Aujourd\u2019hui")
    return extraction.written(begun).decode()


PAGE = Recipe(
    "a page",
    new={
        "survey_service/templates/places/toy.html": (
            "{#- Context: none. -#}\n{% extends 'base.html' %}\n{% block title %}{{ _('Places') }}{% endblock %}\n"
            "{% block main %}\n"
            '<header class="head"><h1 class="title">{{ _(\'Places\') }}</h1></header>\n{% endblock %}\n'
        )
    },
    changed={
        "survey_service/places/pages.py": [
            Change(
                'MANAGE = {"role": "manager"}\n',
                '\n\n@get("/app/toys", opt=VIEW, include_in_schema=False)\n'
                "async def toy_page(caller: NamedDependency[Caller]) -> Response[bytes]:\n"
                '    """A toy."""\n    return staff_page(caller, "places/toy.html", current="places")\n',
            ),
            Change("ROUTES = [\n    ", "toy_page, "),
        ]
    },
    checks=[
        "tests/browser/test_every_page.py::test_every_page[/app/toys]",
        "tests/project/test_template_names.py",
        "tests/test_strangers.py::test_every_route_says_who_may_call_it",
        "tests/test_strangers.py::test_staff_routes_ask_for_roles_and_api_routes_for_scopes",
    ],
)
SETTING = Recipe(
    "a setting",
    changed={
        "survey_service/core/settings.py": [
            Change(
                '    """`json`, `text`, or `auto`: text on a terminal, JSON otherwise."""\n',
                '    toys: bool = False\n    """Whether there are toys."""\n',
            ),
            Change('    "worker": _flag,\n', '    "toys": _flag,\n'),
        ],
        "docs/operating.md": [
            Change(
                "| `SURVEY_LOG_FORMAT` | `auto` | `json`, `text`, or `auto`: text on a terminal, JSON otherwise. |\n",
                "| `SURVEY_TOYS` | `false` | Whether there are toys. |\n",
            )
        ],
    },
    checks=["tests/project/test_operating.py"],
)
JOB = Recipe(
    "a kind of job",
    new={
        "survey_service/places/jobs.py": (
            '"""Toys."""\n\nfrom survey_service.jobs.kinds import JobKind, Tools\n'
            "from survey_service.jobs.schemas import JobRow\n\nDONE: list[str] = []\n\n\n"
            "async def play(job: JobRow, tools: Tools) -> None:\n"
            '    """Plays."""\n    DONE.append(job.key)\n\n\nJOBS = (JobKind("place.play", play),)\n'
        )
    },
    changed={
        "survey_service/joined.py": [
            Change(
                "from survey_service.jobs.kinds import by_name, merged\n",
                "from survey_service.places import jobs as places\n",
            ),
            Change("JOBS = by_name([", "*places.JOBS, "),
        ]
    },
    checks=["tests/jobs/test_kinds.py::test_whatever_jobs_and_handlers_a_room_declares_are_joined"],
)
MIGRATION = Recipe(
    "a migration",
    new={
        "survey_service/places/piccolo_migrations/places_2026_12_31t12_00_00_000001.py": (
            '"""Places have toys."""\n\n'
            "from piccolo.apps.migrations.auto.migration_manager import MigrationManager\n"
            "from piccolo.columns import UUID, Varchar\n\n"
            "from survey_service.core.database.migration import tables\nfrom survey_service.core.ids import new_id\n\n"
            'ID = "2026-12-31T12:00:00:000001"\nVERSION = "1.38.0"\nDESCRIPTION = "Places have toys."\n\n'
            'TABLES = {\n    ("Toy", "toy"): {\n        "id": UUID(primary_key=True, default=new_id),\n'
            '        "workspace": UUID(index=True, default=None),\n        "name": Varchar(length=200),\n    }\n}\n\n\n'
            "async def forwards() -> MigrationManager:\n"
            '    return tables("places", ID, DESCRIPTION, TABLES, [])\n'
        )
    },
    changed={
        "survey_service/places/tables.py": [
            Change(
                "from survey_service.core.personal import Impersonal, OfPerson, StillNamed\n",
                '\n\nclass Toy(Table, tablename="toy"):\n    """A toy of a place."""\n\n'
                "    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)\n"
                "    workspace: Impersonal[UUID] = UUID(index=True, default=None)\n"
                "    name: Impersonal[Varchar] = Varchar(length=200)\n",
            )
        ],
        "survey_service/beginning/removal.py": [Change("WHOLE = (\n    ", '"toy", ')],
        "docs/privacy.md": [Change(" | `audit_entry` |\n", "| what they play with | its name | `toy` |\n")],
    },
    checks=[
        "tests/core/database/test_schema.py::test_the_tables_are_what_the_migrations_make",
        "tests/project/test_docs.py::test_privacy_names_every_table_that_knows_somebody",
        "tests/project/test_personal.py",
        "tests/beginning/test_service.py::test_no_table_is_forgotten",
    ],
)
LANGUAGE = Recipe(
    "a language for respondents",
    new={
        f"survey_service/core/i18n/{folder}/et.json": _in_estonian(f"core/i18n/{folder}/en.json")
        for folder in ("messages", "starters")
    },
    changed={"survey_service/core/i18n/languages.py": [Change('    "nl": "Nederlands",\n', '    "et": "Eesti",\n')]},
    checks=[
        "tests/core/i18n/test_respondents.py",
        "tests/core/i18n/test_languages.py",
        "tests/builder/test_starters.py",
    ],
)
STAFF_LANGUAGE = Recipe(
    "a language for staff",
    new={"survey_service/core/i18n/catalogues/fr.po": _in_french()},
    checks=[
        "tests/core/i18n/test_catalogues.py::test_a_catalogue_is_whole[fr]",
        "tests/core/i18n/test_catalogues.py::test_a_catalogue_has_no_faults[fr]",
    ],
)
TRANSPORT = Recipe(
    "a transport",
    new={
        "survey_service/messaging/transports/toy.py": (
            '"""Hands toys over."""\n\nfrom survey_service.core.settings import Settings\n\n\n'
            'class ToyBox:\n    """Takes toys."""\n\n'
            "    def __init__(self, settings: Settings) -> None:\n        self.taken: list[str] = []\n\n"
            "    @staticmethod\n    def is_set_up(settings: Settings) -> bool:\n"
            "        return bool(settings.toy_box)\n\n"
            '    async def send(self, toy: str) -> None:\n        """Takes one."""\n        self.taken.append(toy)\n\n'
            '    async def close(self) -> None:\n        """Nothing is kept open."""\n'
        )
    },
    changed={
        "survey_service/messaging/transports/__init__.py": [
            Change(
                "from survey_service.messaging.transports.email import MailServer\n",
                "from survey_service.messaging.transports.toy import ToyBox\n",
            ),
            Change("(MailServer,", " ToyBox"),
        ],
        "survey_service/core/settings.py": [
            Change(
                '    """`json`, `text`, or `auto`: text on a terminal, JSON otherwise."""\n',
                '    toy_box: str = ""\n    """Where toys are handed over."""\n',
            ),
        ],
        "docs/operating.md": [
            Change(
                "| `SURVEY_LOG_FORMAT` | `auto` | `json`, `text`, or `auto`: text on a terminal, JSON otherwise. |\n",
                "| `SURVEY_TOY_BOX` | none | Where toys are handed over. |\n",
            )
        ],
        "survey_service/invitations/jobs.py": [
            Change(
                "import RETRIES, MailServer\n",
                "from survey_service.messaging.transports.toy import ToyBox\n\n\n"
                "async def hand_over(job: JobRow, tools: Tools) -> None:\n"
                '    """Sends a toy."""\n    await tools.server(ToyBox).send(job.key)\n',
            ),
            Change("at_once=10),", ' JobKind("toy.send", hand_over, through=ToyBox),'),
        ],
    },
    checks=[
        "tests/worker/test_rounds.py::test_an_idle_worker_ends_at_once",
        "tests/jobs/test_kinds.py::test_whatever_is_sent_goes_through_a_transport_that_the_worker_has",
        "tests/jobs/test_kinds.py::test_no_transport_is_set_up_by_itself",
    ],
)
PRODUCT_TOYS = (PAGE, SETTING, JOB, MIGRATION, LANGUAGE, STAFF_LANGUAGE, TRANSPORT, *ROOM_TOYS)
TOYS = (*PRODUCT_TOYS, *FIGURE_TOYS, *KIND_TOYS, *DIMENSION_TOYS, *WAY_TOYS, *BOUND_TOYS)
