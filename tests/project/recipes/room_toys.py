"""Toys of what rooms declare: a place in the rail, and what they tell."""

from tests.project.recipes import Change, Recipe

RAIL = Recipe(
    "a section of the rail",
    changed={
        "survey_service/customers/pages.py": [
            Change("from survey_service.core.rail import RailSection", ", Tab"),
            Change(
                'icon="customers", position=40)\n',
                'CHEST = RailSection(key="chest", label=N_("Places"), href="/app/chest", icon="places", position=45)\n'
                "TABS = (\n"
                '    Tab(section="chest", key="all", label=N_("Places"), href="/app/chest", position=10),\n'
                '    Tab(section="answers", key="toys", label=N_("Forms"), href="/app/chest/toys", position=15),\n'
                ")\n\n\n"
                '@get("/app/chest", opt=VIEW, include_in_schema=False)\n'
                "async def chest_page(caller: NamedDependency[Caller]) -> Response[bytes]:\n"
                '    """A toy."""\n'
                '    tabs = caller.rail.tabs_of("chest", "all")\n'
                '    return staff_page(caller, "accounts/settings.html", current="chest", tabs=tabs, error=None)\n\n\n'
                '@get("/app/chest/toys", opt=VIEW, include_in_schema=False)\n'
                "async def toys_page(caller: NamedDependency[Caller]) -> Response[bytes]:\n"
                '    """A toy."""\n'
                '    tabs = caller.rail.tabs_of("answers", "toys")\n'
                '    return staff_page(caller, "accounts/settings.html", current="answers", tabs=tabs, error=None)\n',
            ),
            Change("ROUTES = [", "chest_page, toys_page, "),
        ],
        "survey_service/joined.py": [
            Change("        customers_pages.RAIL_SECTION,\n", "        customers_pages.CHEST,\n"),
            Change("    [*inbox_pages.TABS,", " *customers_pages.TABS,"),
        ],
    },
    checks=[
        "tests/test_joined.py::test_every_section_and_tab_that_a_room_declares_is_joined",
        "tests/test_joined.py::test_pages_name_sections_that_there_are_and_each_has_a_page",
        "tests/test_joined.py::test_a_place_of_the_rail_leads_to_a_page_for_its_role_and_has_its_words",
        "tests/test_joined.py::test_every_page_of_the_rail_marks_where_it_stands",
        "tests/project/recipes/rooms_seen.py",
    ],
)
ACTION = Recipe(
    "an audit action",
    new={
        "survey_service/inbox/actions.py": '''\
"""What the audit trail says of toys."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class ToyAction(AuditAction):
    """What is done to a toy."""

    SENT = "toy_sent", N_("Send")
''',
        "survey_service/inbox/toy_service.py": '''\
"""Toys are sent."""

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from survey_service.inbox.actions import ToyAction


async def send_toy(caller: Caller) -> None:
    """Sends one."""
    async with database.transaction():
        await audit.record(caller, ToyAction.SENT, "a ball")
''',
    },
    changed={
        "survey_service/joined.py": [
            Change(
                "from survey_service.forms.actions import FormAction\n",
                "from survey_service.inbox.actions import ToyAction\n",
            ),
            Change("ACTIONS = Actions(", "ToyAction, "),
        ],
    },
    checks=[
        "tests/test_joined.py::test_every_room_with_audit_actions_is_joined",
        "tests/test_joined.py::test_an_audit_action_has_its_words_and_is_written_somewhere",
    ],
)
ENTRY = Recipe(
    "an entry of a customer's history",
    new={
        "survey_service/cases/timeline.py": '''\
"""What toys write to a customer's timeline."""

from survey_service.core.i18n.staff import N_
from survey_service.customers.timeline import TimelineKind

PLAYED = TimelineKind(name="toy_played", title=N_("Today"), icon="clock", pages="/app/answers")
TIMELINE = (PLAYED,)
''',
    },
    changed={
        "survey_service/cases/service.py": [
            Change(
                "from survey_service.accounts import audit\n",
                "from survey_service.cases.timeline import PLAYED\n"
                "from survey_service.customers import service as customers\n"
                "from survey_service.customers.schemas import VERIFIED, Details, TimelineRow\n",
            ),
            Change(
                "audit.record(caller, PromiseAction.REOPENED, await _receipt(promise))\n    return promise\n",
                "\n\nasync def play(workspace: UUID, customer: UUID, answer: UUID, now: datetime) -> None:\n"
                '    """Plays with a customer."""\n'
                "    row = TimelineRow(workspace, customer, PLAYED, VERIFIED, answer, Details(), now)\n"
                "    await customers.note(row)\n",
            ),
        ],
        "survey_service/joined.py": [
            Change(
                "from survey_service.cases import pages as cases_pages\n",
                "from survey_service.cases import timeline as toys_timeline\n",
            ),
            Change("TIMELINE = TimelineKinds([", "*toys_timeline.TIMELINE, "),
        ],
    },
    checks=[
        "tests/test_joined.py::test_every_kind_that_a_room_writes_to_timelines_is_joined",
        "tests/test_joined.py::test_a_kind_of_a_timeline_has_its_words_its_page_and_whoever_writes_it",
    ],
)
ROOM_TOYS = (RAIL, ACTION, ENTRY)
