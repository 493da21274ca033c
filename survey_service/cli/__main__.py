"""`python -m survey_service.cli`."""

from survey_service.cli import main

main()
