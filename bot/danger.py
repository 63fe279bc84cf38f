"""Danger: found by patterns or by a trained model, either is enough, before and apart from language and intent.

The patterns are data (``data/danger/<language>.yaml``) and all languages are searched at once. A pattern is written as
people write, made comparable by :func:`bot.text.normalise`::

    mon <conjoint> ... me <frapper>

``<name>`` is a group of words, ``...`` a gap of at most four words, ``(word)`` an optional word, ``a|b`` a choice, and
``frapp~`` any word that starts with it. A match is set aside when a look-alike pattern covers it ("je meurs de faim").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Iterable, Mapping, Sequence

from bot.documents import Document
from bot.patterns import PatternIndex, compile_pattern, spaced_tokens

_MARKERS = ("now", "minor", "other", "mute")


@dataclass(frozen=True)
class DangerKind:
    """One danger: who to ring, who to see, what is never offered, and the fixed words of the answer (French)."""

    id: str
    label: str
    lines: tuple[str, ...]
    if_minor: tuple[str, ...]
    services: tuple[str, ...]
    forbidden: tuple[str, ...]
    immediate: bool
    say: str
    minor_say: str
    other_say: str


@dataclass(frozen=True)
class GuidePart:
    """One part of the town's guide (complaint, shelter, care, support), shown on a tap only."""

    id: str
    label: str
    say: str
    services: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class DangerBook:
    """All dangers by id, and the guide."""

    kinds: Mapping[str, DangerKind]
    guide: Mapping[str, GuidePart]


@dataclass(frozen=True)
class Danger:
    """What was found in a message. ``rule`` is the pattern or the model's score, for a social worker to read; ``also``
    are other dangers that it may be as well: their lines are shown too."""

    kind: str
    immediate: bool
    rule: str
    also: tuple[str, ...] = ()
    minor: bool = False
    about_other: bool = False
    cannot_speak: bool = False

    def to_json(self) -> dict[str, Any]:
        """The ``danger`` field of a Reply."""
        return {"kind": self.kind, "immediate": self.immediate}


@dataclass(frozen=True)
class PatternSet:
    """The patterns of one language, as written in its file."""

    language: str
    groups: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[str, ...]]
    lookalikes: tuple[str, ...]
    markers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def build_book(document: Document) -> DangerBook:
    """Builds the dangers from a document that the checks have accepted."""
    return DangerBook(
        kinds={raw["id"]: DangerKind(**{key: _frozen(value) for key, value in raw.items()}) for raw in document.data["kinds"]},
        guide={raw["id"]: GuidePart(**{key: _frozen(value) for key, value in raw.items()}) for raw in document.data["guide"]},
    )


def build_patterns(language: str, document: Document) -> PatternSet:
    """Builds one language's patterns from a document that the checks have accepted."""
    data = document.data
    return PatternSet(
        language=language,
        groups={name: tuple(str(word) for word in words) for name, words in (data.get("groups") or {}).items()},
        patterns={kind: tuple(patterns) for kind, patterns in data["patterns"].items()},
        lookalikes=tuple(data.get("lookalikes") or ()),
        markers={marker: tuple(data.get(marker) or ()) for marker in _MARKERS},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class PatternNet:
    """Searches every language's patterns at once in one message."""

    def __init__(self, sets: Iterable[PatternSet]) -> None:
        self._dangers: PatternIndex[tuple[str, str]] = PatternIndex()
        self._lookalikes: PatternIndex[str] = PatternIndex()
        self._markers: dict[str, PatternIndex[str]] = {marker: PatternIndex() for marker in _MARKERS}
        for patterns in sets:
            self._add(patterns)

    def _add(self, patterns: PatternSet) -> None:
        groups = patterns.groups
        for kind, sources in patterns.patterns.items():
            for source in sources:
                self._dangers.add(compile_pattern(source, groups), (kind, f"{patterns.language} : {source}"))
        for source in patterns.lookalikes:
            self._lookalikes.add(compile_pattern(source, groups), source)
        for marker, sources in patterns.markers.items():
            for source in sources:
                self._markers[marker].add(compile_pattern(source, groups), source)

    def find(self, text: str, order: Sequence[str]) -> Danger | None:
        """The danger that the patterns see in a message, or None. ``order`` ranks kinds when several are seen."""
        hits = self._uncovered(spaced_tokens(text))
        if not hits:
            return None
        kinds = sorted({kind for kind, _rule in hits}, key=order.index)
        rule = next(rule for kind, rule in hits if kind == kinds[0])
        return self.describe(Danger(kinds[0], False, rule, tuple(kinds[1:3])), text)

    def describe(self, danger: Danger, text: str) -> Danger:
        """The same danger with what the words say of it: now, a minor writing, about someone else, unable to speak."""
        message = spaced_tokens(text)
        seen = {marker: bool(index.search(message)) for marker, index in self._markers.items()}
        return replace(
            danger,
            immediate=danger.immediate or seen["now"],
            minor=seen["minor"],
            about_other=seen["other"],
            cannot_speak=seen["mute"],
        )

    def covered_by_lookalike(self, text: str) -> bool:
        """Whether a known look-alike ("je meurs de faim") is in the message and no danger pattern stands beside it."""
        message = spaced_tokens(text)
        return bool(self._lookalikes.search(message)) and not self._uncovered(message)

    def _uncovered(self, message: str) -> list[tuple[str, str]]:
        harmless = [span for _source, span in self._lookalikes.search(message)]
        return [
            found
            for found, (start, end) in self._dangers.search(message)
            if not any(start < other_end and other_start < end for other_start, other_end in harmless)
        ]
