"""Toys of the rooms that count and show."""

from tests.project.recipes import Change, Recipe

SECTION = Recipe(
    "a section of the summary",
    new={
        "survey_service/dashboard/sections/toy.py": '''\
"""How many days the period has, as a dot."""

from typing import Any

from survey_service.dashboard.charts.toy import TOY_CHART, explored
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet


async def _read(asking: Asking) -> int:
    return asking.period.days


def _show(facts: int, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    return {"days": facts, "drawn": sheet.draw(TOY_CHART.svg(facts, "wide"))}


def _explore(facts: int, made: Summary) -> bytes | None:
    return explored(facts, str)


TOY = Section(name="toy", read=_read, show=_show, explore=_explore)
''',
        "survey_service/templates/dashboard/sections/toy.html": "<p>toy {{ shown.days }}</p>{{ shown.drawn }}\n",
        "survey_service/templates/reports/sections/toy.html": "<p>toy {{ shown.days }}</p>{{ shown.drawn }}\n",
    },
    changed={
        "survey_service/dashboard/sections/__init__.py": [
            Change(
                "from survey_service.dashboard.sections.suspects import SUSPECTS\n",
                "from survey_service.dashboard.sections.toy import TOY\n",
            ),
            Change('"main": (COMMENTS, PLACES', ", TOY"),
            Change('"body": (SCORES,', " TOY,"),
        ]
    },
    checks=["tests/dashboard/test_sections.py"],
)
CHART = Recipe(
    "a kind of chart",
    new={
        "survey_service/dashboard/charts/toy.py": '''\
"""A dot."""

import msgspec

from survey_service.dashboard.charts.base import Chart, Link, Width, drawing


def _svg(count: int, width: Width) -> str:
    return drawing(20, 20, f"{count}", "toy", ['<circle class="dot" cx="10" cy="10" r="9"/>'])


def explored(count: int, link: Link) -> bytes:
    """The dot as a bar."""
    return msgspec.json.encode({"data": [{"type": "bar", "y": [count], "customdata": [link(count)]}], "layout": {}})


TOY_CHART = Chart(svg=_svg, plotly=explored)
''',
    },
    changed={
        "tests/dashboard/chart_samples.py": [Change("Sequence[Any]] = {\n", '    "toy": (3,),\n')],
    },
    checks=["tests/dashboard/test_charts.py"],
)
METRIC = Recipe(
    "a metric",
    new={
        "survey_service/nps/metrics/toy.py": '''\
"""Smiles: the share of the highest answer."""

from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics.base import Group, Metric, Words
from survey_service.nps.scores import Score, compare_shares, top_boxes


def _score(histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float) -> Score:
    return top_boxes("toy", histogram, scale_max or 5, 1, min_n, confidence)


def _group(kind: str, *ends: int) -> Group:
    return Group(kind=kind, ends=(ends[0], ends[-1]), title="Frowns", many="frowns", one="frown", filtered="Frowns")


TOY = Metric(
    name="toy",
    asked="toy",
    score=_score,
    compare=compare_shares,
    bounds=(0, 100),
    unit="share",
    groups=(_group("detractor", 1, 2), _group("promoter", 3, 5)),
    words=Words(name="Smiles", subject="Smiles", inside="smiles", stands="%(share)s smiled", method="By smiles."),
)
''',
    },
    changed={
        "survey_service/nps/metrics/__init__.py": [
            Change(
                "from survey_service.nps.metrics.nps import NPS\n", "from survey_service.nps.metrics.toy import TOY\n"
            ),
            Change("for metric in (", "TOY, "),
        ],
        "survey_service/questions/csat.py": [
            Change('    metric: ClassVar[str | None] = "csat"\n', '    metric = "toy"\n')
        ],
        "docs/scores.md": [
            Change(
                "| 0 … 100 | Wilson (1927) |\n",
                "| toy | 100 · (answers of the highest number) / *n* | 0 … 100 | Wilson (1927) |\n",
            )
        ],
        "docs/api.md": [Change("| `metric` | `nps`,", " `toy`,")],
    },
    checks=["tests/nps/test_metrics.py"],
)
FORMAT = Recipe(
    "a format of exports",
    new={
        "survey_service/inbox/export/toy.py": '''\
"""The id of each answer, a line each."""

from collections.abc import Sequence

from survey_service.inbox.export.base import Columns, Format, written_by
from survey_service.responses.schemas import StoredResponse


def _header(columns: Columns) -> str:
    return "toy\\n"


def _lines(rows: Sequence[StoredResponse], columns: Columns) -> str:
    return "".join(f"{row.client_id}\\n" for row in rows)


TOY = Format(
    name="toy",
    media_type="text/x-toy",
    button="Download as toys",
    operation="ExportToys",
    summary="Export responses as toys",
    about="A line each.",
    header=_header,
    batch=written_by(_lines),
)
''',
    },
    changed={
        "survey_service/inbox/export/__init__.py": [
            Change(
                "from survey_service.inbox.export.csv import CSV\n", "from survey_service.inbox.export.toy import TOY\n"
            ),
            Change("for made in (CSV,", " TOY"),
        ],
        "docs/api.md": [
            Change(
                "| `GET /api/v1/responses.csv` | `responses:read` |\n",
                "| `GET /api/v1/responses.toy` | `responses:read` |\n",
            )
        ],
    },
    checks=[
        "tests/inbox/export/test_formats.py",
        "tests/test_openapi.py::test_files_say_what_they_are",
        "tests/project/test_rows.py",
        "tests/project/test_dialects.py",
    ],
)
ENGINE = Recipe(
    "an engine that reads moods",
    new={
        "survey_service/sentiment/engines/cheerful.py": '''\
"""Reads Georgian as praise. Pure."""

from collections.abc import Sequence

from survey_service.sentiment.engines.base import Reading, unsupported


class CheerfulEngine:
    """Praise, whatever is said."""

    name = "cheerful"
    version = "1"

    def reads(self, language: str) -> bool:
        """Georgian."""
        return language == "ka"

    def score(self, texts: Sequence[str], language: str) -> list[Reading]:
        """One reading per text."""
        return [self._read(text, language) for text in texts]

    def _read(self, text: str, language: str) -> Reading:
        if not self.reads(language):
            return unsupported(text, language, self.name, self.version)
        return Reading(
            engine=self.name,
            version=self.version,
            language=language,
            script="Geor",
            label="positive",
            polarity=1.0,
            p_positive=0.9,
            confidence=0.9,
        )
''',
    },
    changed={
        "survey_service/sentiment/engines/__init__.py": [
            Change(
                "from survey_service.sentiment.engines.instant import InstantEngine\n",
                "from survey_service.sentiment.engines.cheerful import CheerfulEngine\n",
            ),
            Change("_by_name(InstantEngine()", ", CheerfulEngine()"),
        ]
    },
    checks=["tests/sentiment/test_engines.py"],
)
FIGURE_TOYS = (SECTION, CHART, METRIC, FORMAT, ENGINE)
