"""The command line: `survey-service`, one command for each thing that an operator does.

Domains are imported inside the commands: they look for the settings, and `--help` must work without any.
"""

from survey_service.cli import beginning, exporting, keeping, serving
from survey_service.cli.group import main

for command in (*serving.COMMANDS, *beginning.COMMANDS, *keeping.COMMANDS, *exporting.COMMANDS):
    main.add_command(command)

__all__ = ["main"]
