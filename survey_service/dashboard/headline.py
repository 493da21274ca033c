"""The sentences a summary begins with: what changed, and whether chance explains it. Pure."""

from collections.abc import Sequence
from itertools import takewhile
from zoneinfo import ZoneInfo

from survey_service.dashboard import words
from survey_service.dashboard.periods import is_month, is_year, label, recent, short_label, within
from survey_service.dashboard.schemas import Figure, SplitRow, Summary
from survey_service.nps.trend import Period


def headline(summary: Summary) -> str:
    """One sentence for every state of the main figure."""
    named = _period(summary)
    hero = summary.hero
    if hero is None:
        return f"{words.plural(summary.answers, 'answer')} {_within(summary)}."
    if hero.score.state == "none":
        return f"No answers {_within(summary)}."
    if hero.score.state == "too_few":
        return (
            f"{words.plural(hero.score.n, 'answer')} {_within(summary)}: too few to say, for it takes {summary.min_n}."
        )
    if summary.all_time:
        return f"{_capital(_stands(hero))} over all time."
    stands = _stands(hero)
    if _closed(summary):
        return f"{named} closed at {stands}" + _compared(summary, hero, ": ")
    if length := _recent(summary):
        return f"{_capital(stands)} over the last {length}" + _compared(summary, hero, ", ")
    so_far = "" if summary.complete else " so far"
    return f"{named}{so_far}: {stands}" + _compared(summary, hero, ", ")


def subline(summary: Summary) -> str:
    """Which places moved clearly, and what the other scores did; empty when there is nothing to say."""
    said = [_places(_telling(summary.splits.get("place", ()), summary.filters.place)), _others(summary)]
    return " ".join(sentence for sentence in said if sentence)


def change_text(summary: Summary, figure: Figure) -> str:
    """What stands beside the arrow of a figure: where it comes from, or why there is no arrow."""
    if summary.previous is None:
        return ""
    before = _before(summary, summary.previous)
    then = f"in {before}" if _recent(summary) else within(before, summary.previous)
    if figure.broken:
        return f"New wording, not comparable with {before}"
    previous = figure.previous
    if previous is None or previous.state == "none":
        return f"No answers {then} to compare with"
    if previous.state == "too_few":
        return f"Too few answers {then} to compare with"
    if not figure.change.significant:
        return f"No clear change from {words.with_unit(previous)} {then}"
    return f"from {words.with_unit(previous)} ({words.interval(previous)}) {then}"


def chance_text(summary: Summary, figure: Figure) -> str:
    """How often chance alone would show such a change; empty without a clear one."""
    if not figure.change.significant or figure.change.p_value is None:
        return ""
    noun = "months" if is_month(summary.period) else "years" if is_year(summary.period) else "such periods"
    often = words.chance(figure.change.p_value)
    return f"If nothing had changed, a change this large would still show in {often} {noun}."


def _compared(summary: Summary, hero: Figure, joint: str) -> str:
    if summary.previous is None:
        return "."
    before = _before(summary, summary.previous)
    if hero.broken:
        return f". The wording changed, so it is not compared with {before}."
    previous = hero.previous
    if previous is None or previous.state == "none":
        return f". There are no answers from {before} to compare with."
    if previous.state == "too_few":
        return f". There are too few answers from {before} to compare with."
    if not hero.change.significant:
        return f"{joint}no clear change from {before}."
    side = "above" if hero.change.direction == "up" else "below"
    return f", {words.points(hero.change, hero.score.metric)} {side} {before}: more than chance explains."


def _stands(figure: Figure) -> str:
    score = figure.score
    if score.metric == "nps":
        return f"NPS {words.value(score)}"
    if score.metric == "csat":
        return f"{words.with_unit(score)} satisfied"
    if score.metric == "ces_share":
        return f"{words.with_unit(score)} found it easy"
    return f"ease {words.with_unit(score)} {words.best(score, figure.question.best)}"


def _closed(summary: Summary) -> bool:
    return summary.complete and (is_month(summary.period) or is_year(summary.period))


def _period(summary: Summary) -> str:
    if is_month(summary.period) and summary.period.last.year == summary.as_of.year:
        return short_label(summary.period, summary.period)
    return label(summary.period)


def _recent(summary: Summary) -> str:
    """`7 days`, `30 days` or `12 months` where the period is the last of these, today included; else empty."""
    return recent(summary.period, summary.as_of.astimezone(ZoneInfo(summary.time_zone)).date())


def _before(summary: Summary, previous: Period) -> str:
    """What the period before is called."""
    length = _recent(summary)
    return f"the {length} before" if length else short_label(previous, summary.period)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _within(summary: Summary) -> str:
    if summary.all_time:
        return "yet"
    if length := _recent(summary):
        return f"in the last {length}"
    return within(label(summary.period), summary.period)


def _telling(rows: Sequence[SplitRow], chosen: str) -> list[SplitRow]:
    """The places that say more than the whole page and than each other: not the one that is looked at, nor one that
    has no answers but those of a place below it."""
    return [row for n, row in enumerate(rows) if row.key != chosen and not _is_told_below(row, rows[n + 1 :])]


def _is_told_below(row: SplitRow, following: Sequence[SplitRow]) -> bool:
    below = takewhile(lambda one: one.depth > row.depth, following)
    return any((one.score, one.change) == (row.score, row.change) for one in below)


def _places(rows: Sequence[SplitRow]) -> str:
    risen = [row for row in rows if row.change.direction == "up"]
    fallen = [row for row in rows if row.change.direction == "down"]
    sentences = []
    if risen:
        best = max(risen, key=lambda row: row.change.delta or 0)
        sentences.append(f"{best.label} rose most." if len(risen) > 1 else f"{best.label} rose.")
    if fallen:
        worst = min(fallen, key=lambda row: row.change.delta or 0)
        sentences.append(f"{worst.label} fell most." if len(fallen) > 1 else f"{worst.label} fell.")
    return " ".join(sentences)


def _others(summary: Summary) -> str:
    rest = [figure for figure in summary.figures if figure is not summary.hero and figure.score.state == "ok"]
    moved = [figure for figure in rest if figure.change.significant]
    still = [figure for figure in rest if not figure.change.significant and _comparable(figure)]
    sentences = []
    for figure in moved:
        verb = "rose" if figure.change.direction == "up" else "fell"
        size = words.points(figure.change, figure.score.metric)
        said = (
            f"{words.SUBJECTS[figure.score.metric]} {verb} by {size} {words.best(figure.score, figure.question.best)}"
        )
        sentences.append(f"{said.strip()}.")
    names = list(dict.fromkeys(words.SUBJECTS[figure.score.metric] for figure in still))
    if names:
        joined = " and ".join([names[0], *(name.lower() for name in names[1:])])
        sentences.append(f"{joined} {'show' if len(names) > 1 else 'shows'} no clear change.")
    return " ".join(sentences)


def _comparable(figure: Figure) -> bool:
    return not figure.broken and figure.previous is not None and figure.previous.state == "ok"
