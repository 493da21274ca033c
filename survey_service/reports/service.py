"""Makes the PDF of a summary, in a process of its own, two at a time."""

import asyncio
import sys
from datetime import datetime
from weakref import WeakKeyDictionary

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import logs
from survey_service.core.errors import Unavailable
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.templates import environment
from survey_service.dashboard import view
from survey_service.dashboard.colours import for_print
from survey_service.dashboard.periods import label
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections import PDF, shown
from survey_service.dashboard.sections.base import Sheet
from survey_service.dashboard.summary import audience_of, summary
from survey_service.nps.metrics import METRICS
from survey_service.reports.actions import ReportAction
from survey_service.reports.lettering import laid_over
from survey_service.reports.schemas import Report, ReportOptions
from survey_service.responses.filters import Filter
from survey_service.responses.labels import MOODS

AT_ONCE = 2
WAIT_SECONDS = 60.0
RENDER_SECONDS = 60.0
MOST_COMMENTS = 100
MOST_ROWS = 200
"""Rows of a split: a document is held in memory whole."""

log = logs.get(__name__)
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def make_report(caller: Caller, filters: Filter, now: datetime, options: ReportOptions) -> Report:
    """The PDF of the summary with these filters, for whoever asks. That it is taken out is noted before it is drawn:
    who comes while nothing can be noted is told at once. Raises as `summary` and `render_summary_pdf`."""
    comments = MOST_COMMENTS if options.comments else 0
    made = await summary(audience_of(caller), filters, now, comments=comments, wanted=PDF.sections)
    told = f"{made.form.name}, {made.period.first} – {made.period.last}"
    await audit.record_taken(caller, ReportAction.MADE, told)
    return Report(file_name(made), await render_summary_pdf(made, options))


async def render_summary_pdf(made: Summary, options: ReportOptions) -> bytes:
    """The PDF. Two are made at a time in this process; Unavailable when no turn comes within a minute."""
    html = await asyncio.to_thread(summary_html, made, options)
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await turn.acquire()
    except TimeoutError as error:
        raise Unavailable(_("Other reports are being made. Try again in a minute."), retry_after=60) from error
    try:
        return await _rendered(html)
    finally:
        turn.release()


def _on_paper(svg: str) -> str:
    return laid_over(for_print(svg))


def summary_html(made: Summary, options: ReportOptions) -> str:
    """The document as HTML, with everything it needs inside."""
    sheet = Sheet(_on_paper, MOST_ROWS, options.comments)
    template = environment().get_template("reports/summary.html")
    return template.render(
        summary=made,
        link=options.link,
        title=_("Customer satisfaction, %(period)s · %(name)s", period=label(made.period), name=made.workspace_name),
        limits=view.filter_words(made),
        moods={key: said for key, said in MOODS.items() if key},
        parts=shown(made, PDF, sheet),
        methods=_methods(made),
        **view.frame(made),
    )


def _methods(made: Summary) -> list[str]:
    """How each score in it is made."""
    metrics = {figure.score.metric for figure in made.figures}
    return [_(metric.words.method) for name, metric in METRICS.items() if name in metrics]


def file_name(made: Summary) -> str:
    """`satisfaction-visit-2026-10-01-2026-10-31.pdf`."""
    return f"satisfaction-{made.form.slug}-{made.period.first}-{made.period.last}.pdf"


async def _rendered(html: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "survey_service.reports.render"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(RENDER_SECONDS):
            pdf, complaints = await process.communicate(html.encode())
    except TimeoutError as error:
        words = _("The report took longer than a minute. Choose a shorter period.")
        raise Unavailable(words, retry_after=60) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        log.error("report_failed", code=process.returncode, complaints=complaints.decode(errors="replace")[-2000:])
        raise RuntimeError("The report could not be rendered")
    return pdf
