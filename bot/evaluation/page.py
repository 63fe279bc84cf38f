"""An evaluation as a page that stands alone: the tables, the reliability curve, the needs taken for one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from bot import charts
from bot.evaluation import calibration, checklist
from bot.evaluation.calibration import Bin
from bot.evaluation.checklist import Robustness
from bot.evaluation.compare import Comparison
from bot.evaluation.confusion import Confusion
from bot.evaluation.measure import Answered
from bot.evaluation.sheet import Sheet, percent
from bot.evaluation.tables import missed, tables
from bot.pages import render


@dataclass(frozen=True)
class Evaluation:
    """What came of it all; what was not asked for is None."""

    model: str
    answered: Sequence[Answered]
    bins: Sequence[Bin]
    confusion: Confusion
    robustness: Robustness | None = None
    comparison: Comparison | None = None

    @property
    def noise_sheets(self) -> list[Sheet]:
        """The tables of what noise does; none when it was not asked for."""
        return checklist.sheets(self.robustness) if self.robustness is not None else []

    @property
    def sheets(self) -> list[Sheet]:
        """Every table, in reading order."""
        return [*tables(self.answered), calibration.sheet(self.bins), *self.noise_sheets]


def page(found: Evaluation, now: datetime, with_misses: bool) -> str:
    """A whole HTML document: no script, no other file."""
    confusion = found.confusion
    return render(
        "reports/evaluation.html",
        made_on=f"{now:%d/%m/%Y à %H:%M}",
        model=found.model,
        total=len(found.answered),
        comparison=found.comparison,
        measures=tables(found.answered),
        noise=found.noise_sheets,
        calibration=calibration.sheet(found.bins),
        error=percent(calibration.calibration_error(found.bins)),
        curve=charts.reliability("Confiance annoncée et réponses justes", [_point(one) for one in found.bins]),
        heat=charts.heat_map("Besoin attendu et besoin compris, sur cent", confusion.expected, confusion.named, confusion.percents),
        mistakes=confusion.mistakes,
        missed=missed(found.answered) if with_misses else {},
    )


def _point(one: Bin) -> tuple[float, float, float, float]:
    """Stated, observed, and the interval of the observed."""
    return one.confidence, one.right.value, *one.right.interval
