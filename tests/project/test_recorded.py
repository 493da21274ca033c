"""What is done in the house stands in the audit trail: whatever a person, a key or a command changes or takes out is
recorded, or there is a reason.

Nothing is listed by hand but the reasons. From every handler that something is sent to, from every handler that gives
a file, and from every command the code is followed to the functions of `accounts.audit` that record.
"""

import re
from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler

from survey_service.accounts import audit
from survey_service.app import MODULES, prepare
from survey_service.cli.group import main
from tests.project.following import OURS, Name, in_short, name_of, reached, writes_itself

RECORDS = {(audit.__name__, name) for name in vars(audit) if name.startswith("record")}
FILE = re.compile(r"\.\w+$")

MADE_READY = name_of(prepare)
"""What every command begins with and which records what it makes, such as the first owner: whatever a command does
besides is looked at by itself."""

RESPONDENT = "A respondent does it; their answer or their place on the list of those who left is the record."
PICTURE = "It is a picture to print, of an address that anybody may open."

WITHOUT = {
    "accounts.entrance_pages.try_again": "It writes nothing: what was typed is shown again.",
    "forms.routes.preview_form": "It writes nothing: answers are tried.",
    "places.employee_pages.employee_png": PICTURE,
    "places.employee_pages.employee_svg": PICTURE,
    "places.employee_routes.read_employee_png": PICTURE,
    "places.employee_routes.read_employee_svg": PICTURE,
    "places.pages.qr_png": PICTURE,
    "places.pages.qr_svg": PICTURE,
    "places.routes.read_qr_png": PICTURE,
    "places.routes.read_qr_svg": PICTURE,
    "survey.answer_pages.answer_plain_form": RESPONDENT,
    "survey.answer_pages.answer_survey": RESPONDENT,
    "survey.answer_pages.change_answer": RESPONDENT,
    "survey.invitation_pages.amend_answer": RESPONDENT,
    "survey.invitation_pages.answer_invitation": RESPONDENT,
    "survey.unsubscribe_pages.unsubscribe": RESPONDENT,
    "responses.routes.submit_response": RESPONDENT,
    "cli.beginning.migrate": "It makes tables, and in them only what every command records.",
    "cli.serving.serve": "It lets others do things; each handler is looked at by itself.",
    "cli.serving.worker": "It goes on with what others did.",
    "cli.keeping.check": "It looks; counts that are made again are the ones that the answers have.",
}
"""What neither records nor needs to, by its handler or command, and why."""


def recorders(name: Name) -> set[Name]:
    """The functions that record, among those that a function comes to."""
    return reached(name, MADE_READY) & RECORDS


def handlers() -> Iterator[HTTPRouteHandler]:
    """Whatever changes something, or gives a file to somebody who is known."""
    for module in MODULES:
        for handler in module.ROUTES:
            gives = any(FILE.search(path) for path in handler.paths) and not handler.opt.get("public")
            if gives or handler.http_methods - {"GET", "OPTIONS"}:
                yield handler


def doers() -> dict[str, Name]:
    """`inbox.pages.settle_spam` and the like, and every command → where to begin."""
    functions = [handler.fn for handler in handlers()]
    functions += [command.callback for command in main.commands.values() if command.callback]
    return {in_short(name): name for name in map(name_of, functions)}


def test_whatever_is_done_or_taken_out_is_recorded() -> None:
    silent = [done for done, name in doers().items() if not recorders(name)]
    assert [done for done in silent if done not in WITHOUT] == []


def test_reasons_are_for_what_is_silent() -> None:
    every = doers()
    assert [done for done in WITHOUT if done not in every or recorders(every[done])] == []


def test_exports_and_commands_are_among_what_is_looked_at() -> None:
    """Without this, what cannot be found would pass for what records."""
    every = doers()
    assert {"inbox.export_routes.download_page", "inbox.export_routes.export_responses"} <= set(every)
    assert {"reports.pages.summary_download", "reports.routes.read_summary_report", "cli.exporting.export"} <= set(
        every
    )
    assert len(every) > 90


@pytest.mark.parametrize("name", [(OURS + "invitations.asking_service", "ask"), (OURS + "cli.exporting", "export")])
def test_what_records_is_found_also_behind_imports_of_its_own(name: Name) -> None:
    assert recorders(name)


def test_what_writes_and_records_nothing_is_seen() -> None:
    name = (OURS + "forms.posters", "choose")
    assert writes_itself(name)
    assert not recorders(name)
