"""Three questions asked of the same sentences, after Ribeiro et al. (2020), "Beyond Accuracy: Behavioral Testing of NLP Models
with CheckList":

- MFT, minimum functionality: the sentence as it is gets its answer;
- INV, invariance: under noise (:mod:`bot.evaluation.noise`) the first partner stays, and a danger that was seen is still seen;
- DIR, direction: a sentence added that says a danger, or names a partner, must make it appear.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, Callable, Mapping, Sequence

from bot.checks.cases import Case
from bot.documents import Document
from bot.evaluation.measure import Answered, Share, danger_found, hit_at, is_right, share
from bot.evaluation.noise import Lexicon, Noise, noised
from bot.evaluation.sheet import Sheet, figure
from bot.reply import Reply

NOISY_ALREADY = ("sms", "typo", "keyword")
"""Styles that are noise themselves: what is measured is what noise does to a sentence written in full."""
SMALLEST, SHARE, DIRECTED = 60, 4, 20
"""A quarter of each language's sentences is tried under noise, sixty at least, and twenty with each direction: some eight
thousand answers, minutes and not hours."""


@dataclass(frozen=True)
class Direction:
    """A sentence to add, by language, and what must then be in the answer."""

    name: str
    danger: bool
    lines: tuple[str, ...]
    services: tuple[str, ...]
    say: Mapping[str, str]

    def holds(self, reply: Reply) -> bool:
        """Whether everything expected is there."""
        seen = reply.danger is not None or not self.danger
        return seen and set(self.lines) <= set(reply.lines) and set(self.services) <= set(reply.services)


@dataclass(frozen=True)
class Book:
    """``data/noise.yaml``: the words of each language, and the directions."""

    lexicons: Mapping[str, Lexicon]
    directions: tuple[Direction, ...]


def build(document: Document) -> Book:
    """From a document that the checks have accepted."""
    words: Mapping[str, Any] = document.data["words"]
    return Book(
        lexicons={language: Lexicon.of(raw) for language, raw in words.items()},
        directions=tuple(
            Direction(raw["name"], raw.get("danger", False), tuple(raw.get("lines", ())), tuple(raw.get("services", ())), raw["say"])
            for raw in document.data["directions"]
        ),
    )


@dataclass(frozen=True)
class Trials:
    """The cases to answer: as they are, under each noise, and with each direction's sentence added. ``noisy`` pairs the place
    of the clean case in ``clean`` with the case made from it."""

    clean: tuple[Case, ...]
    noisy: Mapping[Noise, tuple[tuple[int, Case], ...]]
    directed: Mapping[str, tuple[Case, ...]]

    @property
    def cases(self) -> list[Case]:
        """All of them, in the order that :func:`judge` expects the answers in."""
        noisy = [case for made in self.noisy.values() for _place, case in made]
        return [*self.clean, *noisy, *(case for made in self.directed.values() for case in made)]


def trials(cases: Sequence[Case], book: Book) -> Trials:
    """A sample of each language, the same at every run."""
    clean = _sample([case for case in cases if _is_plain(case)], lambda count: max(SMALLEST, count // SHARE))
    calm = [case for case in clean if case.danger is False and case.services]
    return Trials(
        clean=tuple(clean),
        noisy={noise: tuple(_noisy(clean, noise, book)) for noise in Noise},
        directed={direction.name: tuple(_directed(calm, direction)) for direction in book.directions},
    )


def _noisy(clean: Sequence[Case], noise: Noise, book: Book) -> list[tuple[int, Case]]:
    made = ((place, case, noised(case.text, noise, book.lexicons.get(case.language, Lexicon()))) for place, case in enumerate(clean))
    return [(place, replace(case, text=text)) for place, case, text in made if text is not None]


def _directed(calm: Sequence[Case], direction: Direction) -> list[Case]:
    spoken = _sample([case for case in calm if case.language in direction.say], lambda _count: DIRECTED)
    return [replace(case, text=f"{case.text} {direction.say[case.language]}") for case in spoken]


def _is_plain(case: Case) -> bool:
    """Whether a case may be noised: written in full, and not a mere courtesy, which polite words around would change."""
    return case.style not in NOISY_ALREADY and case.outcome != "chitchat"


def _sample(cases: Sequence[Case], most: Callable[[int], int]) -> list[Case]:
    """Some cases of each language (``most`` of how many there are), drawn without their order mattering."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.language].append(case)
    return [
        case
        for language, group in groups.items()
        for case in random.Random(language).sample(sorted(group, key=lambda case: case.text), min(most(len(group)), len(group)))
    ]


@dataclass(frozen=True)
class Robustness:
    """The answers: the clean ones, (clean, noisy) pairs under each noise, and whether each direction held."""

    clean: tuple[Answered, ...]
    noisy: Mapping[Noise, tuple[tuple[Answered, Answered], ...]]
    directed: Mapping[str, Share]


def judge(asked: Trials, answered: Sequence[Answered], book: Book) -> Robustness:
    """Brings the answers of :attr:`Trials.cases` back to their questions."""
    coming = iter(answered)
    clean = tuple(next(coming) for _case in asked.clean)
    noisy = {noise: tuple((clean[place], next(coming)) for place, _case in made) for noise, made in asked.noisy.items()}
    directed = {}
    for direction in book.directions:
        held = [direction.holds(next(coming).reply) for _case in asked.directed[direction.name]]
        directed[direction.name] = Share(sum(held), len(held))
    return Robustness(clean, noisy, directed)


def is_steady(before: Reply, after: Reply) -> bool:
    """Whether noise changed nothing that matters: the same first partner, and a danger that was seen is still seen."""
    return before.services[:1] == after.services[:1] and (before.danger is None or after.danger is not None)


def sheets(found: Robustness) -> list[Sheet]:
    """How right the answers are under each noise, then how often each question fails."""
    return [_accuracy(found), _failures(found)]


def _accuracy(found: Robustness) -> Sheet:
    rows = []
    for noise, pairs in found.noisy.items():
        before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        rows.append(
            (
                noise.value,
                str(len(pairs)),
                *(figure(share(measure, side)) for measure in (hit_at(2), danger_found) for side in (before, after)),
            )
        )
    columns = ("bruit", "phrases changées", "hits@2 sans", "hits@2 avec", "danger vu sans", "danger vu avec")
    return Sheet("Avec et sans bruit, sur les mêmes phrases", columns, tuple(rows))


def _failures(found: Robustness) -> Sheet:
    wrong = Share(sum(not is_right(one) for one in found.clean), len(found.clean))
    rows = [("MFT : la phrase telle quelle", figure(wrong))]
    for noise, pairs in found.noisy.items():
        moved = Share(sum(not is_steady(before.reply, after.reply) for before, after in pairs), len(pairs))
        rows.append((f"INV : {noise.value}", figure(moved)))
    for name, held in found.directed.items():
        rows.append((f"DIR : {name}", figure(Share(held.total - held.hits, held.total))))
    return Sheet("Échecs, à la manière de CheckList", ("test", "échecs"), tuple(rows))
