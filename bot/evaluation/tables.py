"""The tables of an evaluation: every measure per language and per style, the two crossed, the dangers missed."""

from __future__ import annotations

from typing import Mapping, Sequence

from bot.evaluation import danger_report
from bot.evaluation.measure import (
    MEASURES,
    Answered,
    Judge,
    by,
    danger_found,
    false_alarm,
    hit_at,
    lookalike_alarm,
    misses,
    outside_recognised,
    share,
)
from bot.evaluation.sheet import Sheet, figure


def tables(answered: Sequence[Answered]) -> list[Sheet]:
    """The whole first, then its parts, then the dangers missed."""
    return [
        measured("Ensemble", {"tout": answered}),
        measured("Par langue", by(language_of, answered)),
        measured("Par style", by(style_of, answered)),
        crossed("Langue × style : hits@2", hit_at(2), answered),
        *danger_report.report([(one.case, danger_found(one) is True) for one in answered]),
    ]


def measured(title: str, groups: Mapping[str, Sequence[Answered]]) -> Sheet:
    """One row a group, one column a measure."""
    rows = [(name, str(len(group)), *(figure(share(judge, group)) for judge in MEASURES.values())) for name, group in groups.items()]
    return Sheet(title, ("", "cas", *MEASURES), tuple(rows))


def crossed(title: str, judge: Judge, answered: Sequence[Answered]) -> Sheet:
    """One row a language, one column a style; the languages and styles that the measure is not about are left out."""
    about = [one for one in answered if judge(one) is not None]
    styles = list(by(style_of, about))
    rows = []
    for language, group in by(language_of, about).items():
        found = by(style_of, group)
        rows.append((language, *(figure(share(judge, found.get(style, []))) for style in styles)))
    return Sheet(title, ("", *styles), tuple(rows))


def missed(answered: Sequence[Answered]) -> dict[str, list[Answered]]:
    """The cases that went wrong, by what is wrong with them."""
    return {
        "partenaire manqué": misses(hit_at(2), answered),
        "hors sujet manqué": misses(outside_recognised, answered),
        "danger manqué": misses(danger_found, answered),
        "fausse alerte": misses(false_alarm, answered, wanted=False),
        "sosie alarmé": misses(lookalike_alarm, answered, wanted=False),
    }


def language_of(answered: Answered) -> str:
    """The language of the case."""
    return answered.case.language


def style_of(answered: Answered) -> str:
    """How the case is written."""
    return answered.case.style
