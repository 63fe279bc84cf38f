"""What came of a batch: each row judged, and the figures, by pure counting."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Callable, Iterable, Sequence

from bot.batch.rows import Row
from bot.evaluation.confusion import NOTHING_NAMED as NOBODY
from bot.evaluation.confusion import Confusion, confused
from bot.evaluation.measure import Share
from bot.reply import Reply

ACCEPTED = 2
"""The right partner among the first two is a hit: both are shown."""


class Verdict(str, Enum):
    """How a row fared. The values are what a person reads."""

    FIRST = "juste"
    SECOND = "juste, en second"
    MISS = "manqué"
    NOT_ASKED = "rien d'attendu"


@dataclass(frozen=True)
class Result:
    """A row and its answer, without the answer's text: what an orientation is judged by."""

    row: Row
    language: str
    outcome: str
    danger: str | None
    need: str | None
    services: tuple[str, ...]
    lines: tuple[str, ...]
    why: str

    @staticmethod
    def of(row: Row, reply: Reply) -> Result:
        """The part of a reply that is judged."""
        return Result(
            row=row,
            language=reply.language,
            outcome=reply.outcome,
            danger=None if reply.danger is None else str(reply.danger["kind"]),
            need=reply.needs[0][0] if reply.needs else None,
            services=reply.services,
            lines=tuple(dict.fromkeys((*reply.lines, *reply.footer))),
            why=reply.why,
        )

    @property
    def verdict(self) -> Verdict:
        """Right when an expected partner is among the first two and the expected number is shown."""
        if not self.row.partners and self.row.line is None:
            return Verdict.NOT_ASKED
        if self.row.line is not None and self.row.line not in self.lines:
            return Verdict.MISS
        if not self.row.partners or set(self.services[:1]) & set(self.row.partners):
            return Verdict.FIRST
        return Verdict.SECOND if set(self.services[:ACCEPTED]) & set(self.row.partners) else Verdict.MISS

    @property
    def group_language(self) -> str:
        """The language that the row gives, or the one understood."""
        return self.row.language or self.language


@dataclass(frozen=True)
class Figures:
    """Shares of right rows: ``first`` counts the best partner alone, ``right`` the first two."""

    first: Share
    right: Share


def in_words(share: Share) -> str:
    """« 12 sur 16 (75 %) »."""
    return f"{share.hits} sur {share.total} ({share.value:.0%})".replace("%", "\u202f%") if share.total else NOBODY


def doubt(share: Share) -> str:
    """« 51 à 90 % »: where the true figure is, 95 times out of 100."""
    if not share.total:
        return NOBODY
    low, high = share.interval
    return f"{low * 100:.0f} à {high * 100:.0f}\u202f%"


def figures(results: Iterable[Result]) -> Figures:
    """Over the rows that expect something."""
    verdicts = [result.verdict for result in results if result.verdict is not Verdict.NOT_ASKED]
    counted = Counter(verdicts)
    return Figures(
        first=Share(counted[Verdict.FIRST], len(verdicts)),
        right=Share(counted[Verdict.FIRST] + counted[Verdict.SECOND], len(verdicts)),
    )


def figures_by(key: Callable[[Result], str], results: Iterable[Result]) -> dict[str, Figures]:
    """Figures a group, the one that expects the most first; a group that expects nothing is left out."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    counted = {name: figures(group) for name, group in groups.items()}
    ranked = sorted(counted.items(), key=lambda item: (-item[1].right.total, item[0]))
    return {name: found for name, found in ranked if found.right.total}


def by_need(result: Result) -> str:
    """The need understood."""
    return result.need or NOBODY


def by_language(result: Result) -> str:
    """The language of the row."""
    return result.group_language


def confusion(results: Sequence[Result]) -> Confusion:
    """The partner expected beside the partner named first, of the rows that expect one."""
    return confused((result.row.partners, result.services[0] if result.services else NOBODY) for result in results)
