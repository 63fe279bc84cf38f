"""A batch as a page to print: the figures, the confusions, the rows that went wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Sequence

from bot.batch.results import Result, Verdict, by_language, by_need, confusion, doubt, figures, figures_by, in_words
from bot.charts import heat_map
from bot.pages import render


def report(results: Sequence[Result], now: datetime) -> str:
    """A whole HTML document that stands alone: no script, no other file."""
    confused = confusion(results)
    return render(
        "reports/batch.html",
        made_on=f"{now:%d/%m/%Y à %H:%M}",
        total=len(results),
        words=in_words,
        doubt=doubt,
        overall=figures(results),
        groups={"Par besoin compris": figures_by(by_need, results), "Par langue": figures_by(by_language, results)},
        picture=heat_map("Partenaire attendu et partenaire proposé", confused.expected, confused.named, confused.counts),
        mistakes=confused.mistakes,
        missed=[result for result in results if result.verdict is Verdict.MISS],
    )
