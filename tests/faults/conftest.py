"""The table at the end of a run, a line for each fault."""

from collections.abc import Callable

import pytest

from tests.faults.watching import HEADING, Watch

Told = Callable[[str, Watch], None]


@pytest.fixture
def told(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Told:
    """Puts what was seen under a fault into the table."""

    def tell(fault: str, watch: Watch) -> None:
        record_property("fault", f"{fault[:46]:46} {watch.line()}")

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    lines = [str(value) for one in reports for name, value in getattr(one, "user_properties", ()) if name == "fault"]
    if lines:
        terminalreporter.section("under faults: seconds, MB beyond before, threads")
        for line in [f"{'':46} {HEADING}", *lines]:
            terminalreporter.write_line(line)
