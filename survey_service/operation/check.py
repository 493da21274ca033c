"""Whether the installation is sound: database, schema, counts, configuration, mail, fonts."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from survey_service.accounts import queries as accounts
from survey_service.accounts import signing_service
from survey_service.accounts.queries import WorkspaceRow
from survey_service.app import opened
from survey_service.core import clock, database
from survey_service.core.database import schema
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from survey_service.counts import queries as counts
from survey_service.counts import rebuild as counting
from survey_service.counts.fold import fold
from survey_service.counts.schemas import CountedResponse, Difference
from survey_service.jobs import queries as jobs
from survey_service.operation.progress import Report
from survey_service.reports.fonts import undrawn
from survey_service.responses import queries as responses
from survey_service.web import standing
from survey_service.web.standing import Standing

Level = Literal["ok", "warning", "wrong"]
Progress = AbstractContextManager[Report]
FOLD_AT_ONCE = 5_000
SHOWN = 5
"""Differences that are written out; the rest is numbered."""
UNWRITABLE: Mapping[str, str] = {
    "held": "Another program holds the file, so nothing can be saved.",
    "full": "Its disk is full, so nothing can be saved. Make room.",
    "read_only": "It may only be read, so nothing can be saved.",
}
SCRIPTS = {
    "Latin with accents": "Café, Rīga, Łódź",
    "Cyrillic": "Спасибо",
    "Greek": "Ευχαριστώ",
    "Hebrew": "תודה",
    "Armenian": "Շնորհակալություն",
    "Ethiopic": "ጽጌረዳዎቹ ቆንጆ ነበሩ፤ ቋንቋ",
    "Georgian": "ვარდები ლამაზი იყო",
    "Malayalam": "റോസാപ്പൂക്കൾ മനോഹരം",
    "Sinhala": "ශ්‍රී ලංකා, මල් ලස්සනයි",
    "Arabic": "الورود جميلة",
    "Devanagari": "फूल सुंदर थे",
    "Bengali": "ফুল সুন্দর",
    "Tamil": "பூக்கள் அழகு",
    "Thai": "ดอกไม้สวยมาก",
    "Chinese": "花很漂亮",
    "Japanese": "花がきれいでした",
    "Korean": "꽃이 예뻐요",
    "emoji": "💐🌷😀👍🏽❤️🙏",
}
"""What customers write, by what it is called: a PDF shows boxes where no font draws it."""


class Finding(msgspec.Struct, frozen=True):
    """What one check found. `wrong` is what makes the command fail."""

    level: Level
    subject: str
    message: str


async def check(settings: Settings, progress: Callable[[str], Progress], *, rebuild: bool = False) -> list[Finding]:
    """Everything, the database first. `rebuild` counts the responses again before the counts are compared, and settles
    events that were copied."""
    configuration = check_configuration(settings)
    if settings.is_sqlite and not settings.sqlite_path.exists():
        missing = f"There is no file {settings.sqlite_path}. Run: survey-service migrate"
        return [Finding("wrong", "database", missing), *configuration]
    try:
        async with opened(settings):
            return [*await _check_contents(settings, progress, rebuild), *configuration]
    except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, Unavailable) as error:
        said = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
        return [Finding("wrong", "database", f"It cannot be read: {said}"), *configuration]


async def _check_contents(settings: Settings, progress: Callable[[str], Progress], rebuild: bool) -> list[Finding]:
    """The open database; its counts only if their tables are as expected."""
    findings = [await check_database(), await check_schema()]
    if any(finding.level == "wrong" for finding in findings):
        return findings
    if rebuild:
        await jobs.settle_copied()
    for workspace in await accounts.workspaces():
        if rebuild:
            with progress(f"Counting {workspace.name} again") as report:
                await rebuild_counts(workspace, report)
        with progress(f"Comparing the counts of {workspace.name}") as report:
            findings.append(await check_counts(workspace, report))
    findings += [*await check_jobs(), await check_events(), await check_keys(settings)]
    return [*findings, await check_sending(), await check_backup()]


async def check_jobs() -> list[Finding]:
    """Whether work was given up; that does not make anything wrong that is kept, so it is a warning."""
    given_up = await jobs.given_up()
    if not given_up:
        return [Finding("ok", "jobs", "none was given up")]
    return [
        Finding("warning", "jobs", f"{kind.count} of {kind.kind} were given up. The newest: {kind.last_error}")
        for kind in given_up
    ]


async def check_events() -> Finding:
    """Whether open dashboards hear of what is new: not of events that were copied from another server by hand."""
    if held := await jobs.copied_unsettled():
        words = f"{held} were copied from another server, and dashboards that are open hear of nothing that follows"
        return Finding("wrong", "events", f"{words}. Run: survey-service check --rebuild")
    return Finding("ok", "events", "all are told")


async def check_keys(settings: Settings) -> Finding:
    """Whether each key that signed links is still read."""
    keys = await signing_service.standing(settings, clock.now())
    if missing := [key.mark for key in keys if key.where == "missing"]:
        words = f"{', '.join(missing)} signed links that were sent, and is in no place any more: they lead nowhere"
        return Finding("wrong", "keys", f"{words}. Run: survey-service keys")
    return Finding("ok", "keys", f"{len(keys)}, all are read")


async def check_sending() -> Finding:
    """Whether mails are held back since a restore."""
    names = [workspace.name for workspace in await accounts.workspaces(paused_only=True)]
    if not names:
        return Finding("ok", "sending", "not paused")
    words = f"{', '.join(names)}: paused since the restore. Nothing is mailed until an owner says so"
    return Finding("warning", "sending", f"{words} (page /app/sending, or: survey-service sending --go-on).")


async def check_backup() -> Finding:
    """Whether a backup was made of late."""
    return _stands(standing.backup(await accounts.moment_of(standing.BACKED_UP), clock.now()))


async def check_schema() -> Finding:
    """Whether the database has exactly the migrations of this release, and what they make."""
    try:
        await schema.refuse_foreign()
        if missing := await schema.pending():
            return Finding("wrong", "schema", f"{len(missing)} migrations have not run. Run: survey-service migrate")
        await schema.refuse_half_made()
    except schema.Unfit as unfit:
        return Finding("wrong", "schema", unfit.message)
    return Finding("ok", "schema", f"{len(schema.expected())} migrations, all applied")


async def check_database() -> Finding:
    """Whether the database answers; on SQLite, whether its file is sound."""
    sound, faults = await database.current().look()
    if faults:
        return Finding("wrong", "database", f"The file is damaged: {'; '.join(faults)}. Restore the last backup.")
    trouble = await database.current().trouble()
    if trouble in UNWRITABLE:
        return Finding("wrong", "database", UNWRITABLE[trouble])
    return Finding("ok", "database", sound)


async def check_counts(workspace: WorkspaceRow, report: Report) -> Finding:
    """Whether the workspace's counts are what its responses say; nothing is changed."""
    days = await responses.counted_days(workspace.id)
    differences = await counting.compare(workspace.id, days, await _reader(workspace.id, days, report))
    subject = f"counts of {workspace.name}"
    if not differences:
        return Finding("ok", subject, f"equal to the responses on all {len({day for _, day in days})} days")
    shown = "; ".join(_in_words(difference) for difference in differences[:SHOWN])
    more = f"; and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
    return Finding("wrong", subject, f"{shown}{more}. Run: survey-service check --rebuild")


async def rebuild_counts(workspace: WorkspaceRow, report: Report) -> None:
    """Counts the workspace's responses again, while answers keep coming."""
    days = await responses.counted_days(workspace.id)
    await counting.rebuild(workspace.id, days, await _reader(workspace.id, days, report))
    while await fold(FOLD_AT_ONCE) >= FOLD_AT_ONCE:
        pass


async def _reader(workspace: UUID, days: list[tuple[UUID, date]], report: Report) -> counting.DayReader:
    """Reads the responses of a form and day, and reports that it does."""
    total = len({*days, *await counts.counted_days(workspace)})
    done = 0

    async def read(form: UUID, day: date) -> AsyncIterator[CountedResponse]:
        nonlocal done
        async for response in responses.counted_responses(workspace, form, day):
            yield response
        done += 1
        report(done, total)

    return read


def _in_words(difference: Difference) -> str:
    key = difference.key
    where = f"{key.dimension} {' '.join(filter(None, key.values))}".strip()
    question = f"{key.question}, {key.part}" if key.part else key.question
    return (
        f"{difference.day} “{question}” ({where}): "
        f"counted {difference.stored.n}, responses {difference.counted.n}"
        + (", other scores" if difference.stored.n == difference.counted.n else "")
    )


def check_configuration(settings: Settings) -> list[Finding]:
    """What will surprise somebody later: links that lead nowhere, mail that is not sent, scripts without a font."""
    return [_stands(standing.address(settings)), _stands(standing.mail(settings)), *_fonts()]


def _stands(what: Standing) -> Finding:
    """What the page says too, with the names of the settings."""
    return Finding(what.level, what.subject, " ".join(filter(None, (what.words, what.to_do, _named(what.settings)))))


def _named(settings: str) -> str:
    return f"({settings})" if settings else ""


def _fonts() -> list[Finding]:
    try:
        missing = undrawn(SCRIPTS)
    except OSError as error:
        return [Finding("warning", "fonts", f"No PDF can be made: {error} (Debian: libpangoft2-1.0-0).")]
    if missing:
        packages = "fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
        return [Finding("warning", "fonts", f"Boxes in the PDF for {', '.join(missing)} (Debian: {packages}).")]
    return [Finding("ok", "fonts", f"drawn: {', '.join(SCRIPTS)}")]
