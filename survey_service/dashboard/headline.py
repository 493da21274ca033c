"""The sentences a summary begins with: what changed, and whether chance explains it. Pure."""

from collections.abc import Sequence
from itertools import takewhile
from zoneinfo import ZoneInfo

from survey_service.core.i18n.staff import N_, listed, ngettext
from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.periods import is_month, is_named, is_year, label, recent, short_label, within
from survey_service.dashboard.schemas import Figure, SplitRow, Summary
from survey_service.nps.metrics import METRICS
from survey_service.nps.trend import Period

OVER = {
    "7 days": N_("%(stands)s over the last 7 days"),
    "30 days": N_("%(stands)s over the last 30 days"),
    "12 months": N_("%(stands)s over the last 12 months"),
}
IN_LAST = {
    "7 days": N_("in the last 7 days"),
    "30 days": N_("in the last 30 days"),
    "12 months": N_("in the last 12 months"),
}
BEFORE = {
    "7 days": N_("the 7 days before"),
    "30 days": N_("the 30 days before"),
    "12 months": N_("the 12 months before"),
}
"""The length of a period that ends today → what stands in a sentence for it."""


def headline(summary: Summary) -> str:
    """One sentence for every state of the main figure."""
    hero = summary.hero
    if hero is None:
        return _("%(answers)s %(when)s.", answers=words.answers(summary.answers), when=_within(summary))
    if hero.score.state == "none":
        return _("No answers %(when)s.", when=_within(summary))
    if hero.score.state == "too_few":
        answers = words.answers(hero.score.n)
        whole = N_("%(answers)s %(when)s: too few to say, for it takes %(needed)s.")
        return _(whole, answers=answers, when=_within(summary), needed=summary.min_n)
    stands = _stands(hero)
    if summary.all_time:
        return _("%(stands)s over all time.", stands=_capital(stands))
    if _closed(summary):
        said = _("%(period)s closed at %(stands)s", period=_period(summary), stands=stands)
        return _compared(summary, hero, said, closed=True)
    if length := _recent(summary):
        return _compared(summary, hero, _(OVER[length], stands=_capital(stands)))
    if summary.complete:
        return _compared(summary, hero, _("%(period)s: %(stands)s", period=_period(summary), stands=stands))
    return _compared(summary, hero, _("%(period)s so far: %(stands)s", period=_period(summary), stands=stands))


def subline(summary: Summary, places: Sequence[SplitRow]) -> str:
    """Which places moved clearly, and what the other scores did; empty when there is nothing to say."""
    said = [_places(_telling(places, summary.filters.place)), _others(summary)]
    return " ".join(sentence for sentence in said if sentence)


def change_text(summary: Summary, figure: Figure) -> str:
    """What stands beside the arrow of a figure: where it comes from, or why there is no arrow."""
    if summary.previous is None:
        return ""
    before = _before(summary, summary.previous)
    then = _("in %(period)s", period=before) if _recent(summary) else within(before, summary.previous)
    if figure.broken:
        return _("New wording, not comparable with %(before)s", before=before)
    previous = figure.previous
    if previous is None or previous.state == "none":
        return _("No answers %(then)s to compare with", then=then)
    if previous.state == "too_few":
        return _("Too few answers %(then)s to compare with", then=then)
    score = words.with_unit(previous)
    if not figure.change.significant:
        return _("No clear change from %(score)s %(then)s", score=score, then=then)
    interval = words.interval(previous)
    return _("from %(score)s (%(interval)s) %(then)s", score=score, interval=interval, then=then)


def chance_text(summary: Summary, figure: Figure) -> str:
    """How often chance alone would show such a change; empty without a clear one."""
    if not figure.change.significant or figure.change.p_value is None:
        return ""
    often = words.chance(figure.change.p_value)
    if is_month(summary.period):
        said = N_("If nothing had changed, a change this large would still show in %(often)s months.")
    elif is_year(summary.period):
        said = N_("If nothing had changed, a change this large would still show in %(often)s years.")
    else:
        said = N_("If nothing had changed, a change this large would still show in %(often)s such periods.")
    return _(said, often=often)


def _compared(summary: Summary, hero: Figure, said: str, *, closed: bool = False) -> str:
    """The sentence that begins with `said`, with what was before."""
    if summary.previous is None:
        return _("%(said)s.", said=said)
    before, previous = _before(summary, summary.previous), hero.previous
    if hero.broken:
        whole = N_("%(said)s. The wording changed, so it is not compared with %(before)s.")
    elif previous is None or previous.state == "none":
        whole = N_("%(said)s. There are no answers from %(before)s to compare with.")
    elif previous.state == "too_few":
        whole = N_("%(said)s. There are too few answers from %(before)s to compare with.")
    elif not hero.change.significant and closed:
        whole = N_("%(said)s: no clear change from %(before)s.")
    elif not hero.change.significant:
        whole = N_("%(said)s, no clear change from %(before)s.")
    else:
        return _moved(hero, said, before)
    return _(whole, said=said, before=before)


def _moved(hero: Figure, said: str, before: str) -> str:
    points = words.points(hero.change, hero.score.metric)
    if hero.change.direction == "up":
        whole = N_("%(said)s, %(points)s above %(before)s: more than chance explains.")
    else:
        whole = N_("%(said)s, %(points)s below %(before)s: more than chance explains.")
    return _(whole, said=said, points=points, before=before)


def _stands(figure: Figure) -> str:
    said, score = METRICS[figure.score.metric].words, words.with_unit(figure.score)
    return _(said.stands, score=score, share=score, best=words.best(figure.score, figure.question.best))


def _closed(summary: Summary) -> bool:
    return summary.complete and is_named(summary.period)


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
    return _(BEFORE[length]) if length else short_label(previous, summary.period)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _within(summary: Summary) -> str:
    if summary.all_time:
        return _("yet")
    if length := _recent(summary):
        return _(IN_LAST[length])
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
        sentences.append(_(N_("%(place)s rose most.") if len(risen) > 1 else N_("%(place)s rose."), place=best.label))
    if fallen:
        worst = min(fallen, key=lambda row: row.change.delta or 0)
        sentences.append(_(N_("%(place)s fell most.") if len(fallen) > 1 else N_("%(place)s fell."), place=worst.label))
    return " ".join(sentences)


def _others(summary: Summary) -> str:
    rest = [figure for figure in summary.others if figure.score.state == "ok"]
    moved = [figure for figure in rest if figure.change.significant]
    still = [figure for figure in rest if not figure.change.significant and _comparable(figure)]
    sentences = [_other(figure) for figure in moved]
    subjects = list({said.subject: said for said in (METRICS[figure.score.metric].words for figure in still)}.values())
    if subjects:
        said = listed([_(subjects[0].subject), *(_(one.inside) for one in subjects[1:])])
        sentences.append(
            ngettext(
                "%(subjects)s shows no clear change.",
                "%(subjects)s show no clear change.",
                len(subjects),
                subjects=said,
            )
        )
    return " ".join(sentences)


def _other(figure: Figure) -> str:
    """What another score did."""
    metric, best = figure.score.metric, words.best(figure.score, figure.question.best)
    size = words.points(figure.change, metric)
    if figure.change.direction == "up":
        said = N_("%(subject)s rose by %(size)s %(best)s.") if best else N_("%(subject)s rose by %(size)s.")
    else:
        said = N_("%(subject)s fell by %(size)s %(best)s.") if best else N_("%(subject)s fell by %(size)s.")
    return _(said, subject=_(METRICS[metric].words.subject), size=size, best=best)


def _comparable(figure: Figure) -> bool:
    return not figure.broken and figure.previous is not None and figure.previous.state == "ok"
