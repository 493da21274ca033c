"""Every section of a summary is whole: what one lacks, a test here names."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

from survey_service.core.templates import PACKAGE
from survey_service.dashboard import sections
from survey_service.dashboard.sections import PAGES, PDF, SECTIONS, TODAY, AnySection, Page
from survey_service.dashboard.sections.base import Section, nothing

TEMPLATES = PACKAGE / "templates"
DRAWN_BY = {"dashboard/sections": "dashboard/today.html", "reports/sections": "reports/summary.html"}
"""Folder of a page's sections → the template of the page."""


def made() -> Iterator[tuple[str, AnySection]]:
    """Every section that a file of the room makes, whether it stands in the table or not, with the file's name."""
    for file in pkgutil.iter_modules(sections.__path__):
        module = importlib.import_module(f"{sections.__name__}.{file.name}")
        for name, value in vars(module).items():
            if isinstance(value, Section) and name.lower() == file.name:
                yield file.name, value


def test_every_section_stands_in_the_table_under_the_name_of_its_file() -> None:
    assert dict(made()) == dict(SECTIONS)
    assert {file.name for file in pkgutil.iter_modules(sections.__path__)} == {*SECTIONS, "base"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.folder)
def test_a_section_has_a_template_for_each_page_it_stands_on(page: Page) -> None:
    assert {path.stem for path in (TEMPLATES / page.folder).iterdir()} == {one.name for one in page.sections}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.folder)
def test_a_page_draws_every_area_it_has(page: Page) -> None:
    template = (TEMPLATES / DRAWN_BY[page.folder]).read_text(encoding="utf-8")
    assert re.findall(r"in parts\.(\w+)", template) == list(page.areas)


def test_two_sections_of_one_name_are_refused() -> None:
    other = Section(name=TODAY.areas["drawings"][0].name, read=nothing, show=lambda *_: None)
    with pytest.raises(ValueError, match="trend"):
        sections.by_name([*SECTIONS.values(), other])


def test_what_is_only_on_paper_is_not_read_for_the_screen() -> None:
    assert {section.name for section in PDF.sections} - {section.name for section in TODAY.sections} == {"more_scores"}
