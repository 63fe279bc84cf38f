"""Danger: found by patterns or by a trained model, either is enough, before and apart from language and intent.

The patterns are data (``data/danger/<language>.yaml``) and all languages are searched at once. A pattern is written as
people write, made comparable by :func:`bot.text.normalise`::

    mon <conjoint> ... me <frapper>

``<name>`` is a group of words, ``...`` a gap of at most four words, ``(word)`` an optional word, ``a|b`` a choice, and
``frapp~`` any word that starts with it. A match is set aside when a look-alike pattern covers it ("appel d'urgence de la CAF").
A *saying* is a look-alike that nothing serious is said with ("je meurs de faim", "dans le film"): it also quiets the doubts
of the trained model about the message.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Iterable, Mapping, Sequence

from bot.documents import Document
from bot.patterns import Grammar, PatternIndex, Span, spaced_tokens
from bot.spelling import Speller
from bot.text import normalise

MARKERS = ("now", "minor", "other", "mute", "child", "vulnerable")
"""What the words may say of a danger: it is happening now, a minor writes, it is about someone else, the person cannot
speak, a child is there or sees it, the person is old or disabled."""
SITUATIONS = ("child", "vulnerable")
"""The markers that add lines, whatever the danger."""
CANNOT_SPEAK_LINE = "114"
MAX_KINDS = 4
"""How many dangers a message may be taken for: the lines of each are shown."""
_DANGER, _LOOKALIKE, _SAYING = "patterns", "lookalikes", "sayings"
_HARMLESS = (_LOOKALIKE, _SAYING)


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
    """All dangers by id, the guide, and the lines that what the words say adds (``child``, ``vulnerable``)."""

    kinds: Mapping[str, DangerKind]
    guide: Mapping[str, GuidePart]
    situations: Mapping[str, tuple[str, ...]]

    def lines_for(self, danger: Danger) -> tuple[str, ...]:
        """Whom to ring, in order: the danger's own lines, the child line when a minor writes or a child is there, the line
        of old or disabled people, then the lines of what it may be as well. 114 comes first for who cannot speak."""
        kind = self.kinds[danger.kind]
        said = (("child", danger.child_there), ("vulnerable", danger.vulnerable))
        lines = [
            *([CANNOT_SPEAK_LINE] if danger.cannot_speak else []),
            *kind.lines,
            *(kind.if_minor if danger.minor else ()),
            *(number for situation, is_said in said if is_said for number in self.situations[situation]),
            *(number for other in danger.also for number in self.kinds[other].lines),
        ]
        return tuple(dict.fromkeys(lines))


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
    child_there: bool = False
    vulnerable: bool = False

    def to_json(self) -> dict[str, Any]:
        """The ``danger`` field of a Reply."""
        return {"kind": self.kind, "immediate": self.immediate}


@dataclass(frozen=True)
class PatternSet:
    """The patterns of one language, as written in its file. ``right_words`` are true words that a slip of the finger would
    make a word of danger ("voilée")."""

    language: str
    groups: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[str, ...]]
    lookalikes: tuple[str, ...]
    sayings: tuple[str, ...] = ()
    right_words: tuple[str, ...] = ()
    markers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def build_book(document: Document) -> DangerBook:
    """Builds the dangers from a document that the checks have accepted."""
    return DangerBook(
        kinds={raw["id"]: DangerKind(**{key: _frozen(value) for key, value in raw.items()}) for raw in document.data["kinds"]},
        guide={raw["id"]: GuidePart(**{key: _frozen(value) for key, value in raw.items()}) for raw in document.data["guide"]},
        situations={situation: tuple(lines) for situation, lines in document.data["situations"].items()},
    )


def build_patterns(language: str, document: Document) -> PatternSet:
    """Builds one language's patterns from a document that the checks have accepted."""
    data = document.data
    return PatternSet(
        language=language,
        groups={name: tuple(str(word) for word in words) for name, words in (data.get("groups") or {}).items()},
        patterns={kind: tuple(patterns) for kind, patterns in data["patterns"].items()},
        lookalikes=tuple(data.get("lookalikes") or ()),
        sayings=tuple(data.get("sayings") or ()),
        right_words=tuple(str(word) for word in data.get("right_words") or ()),
        markers={marker: tuple(data.get(marker) or ()) for marker in MARKERS},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class _Sense:
    """What finding a pattern means: ``section`` of the file it stands in, the danger for a pattern, the rule to show."""

    section: str
    kind: str
    rule: str


@dataclass(frozen=True)
class PatternReading:
    """What the patterns see in a message as it is written. ``dangers`` are those that no look-alike covers."""

    message: str
    dangers: tuple[_Sense, ...]
    markers: frozenset[str]
    is_a_saying: bool

    @property
    def languages(self) -> frozenset[str]:
        """The languages whose patterns see a danger in the message: what is known of its language without any model."""
        return frozenset(sense.rule.split(" : ")[0] for sense in self.dangers)

    @property
    def is_only_a_saying(self) -> bool:
        """Whether the message is a known way of speaking ("je meurs de faim") and no danger pattern stands beside it."""
        return self.is_a_saying and not self.dangers

    def describe(self, danger: Danger) -> Danger:
        """The same danger with what the words say of it: now, a minor writing, about someone else, unable to speak…"""
        return replace(
            danger,
            immediate=danger.immediate or "now" in self.markers,
            minor=danger.minor or "minor" in self.markers,
            about_other=danger.about_other or "other" in self.markers,
            cannot_speak=danger.cannot_speak or "mute" in self.markers,
            child_there=danger.child_there or "child" in self.markers,
            vulnerable=danger.vulnerable or "vulnerable" in self.markers,
        )


class PatternNet:
    """Searches every language's patterns at once in one message."""

    def __init__(self, sets: Iterable[PatternSet]) -> None:
        self._index: PatternIndex[_Sense] = PatternIndex()
        words: set[str] = set()
        right_words: set[str] = set()
        for patterns in sets:
            words |= self._add(patterns, {_DANGER: patterns.patterns})
            harmless = self._add(patterns, {_LOOKALIKE: {"": patterns.lookalikes}, _SAYING: {"": patterns.sayings}})
            right_words |= {word.strip("~") for word in harmless} | {normalise(word) for word in patterns.right_words}
            self._add(patterns, {marker: {"": sources} for marker, sources in patterns.markers.items()})
        self._speller = Speller(words, right_words)

    def _add(self, patterns: PatternSet, sections: Mapping[str, Mapping[str, Sequence[str]]]) -> set[str]:
        """Files the patterns of some sections, and gives their words."""
        grammar = Grammar(patterns.groups)
        for section, by_kind in sections.items():
            for kind, sources in by_kind.items():
                for source in sources:
                    self._index.add(grammar.compile(source), _Sense(section, kind, f"{patterns.language} : {source}"))
        return grammar.words

    def read(self, text: str) -> PatternReading:
        """What the patterns of every language see in a message, nothing mended."""
        return self._read(spaced_tokens(text))

    def find(self, text: str, order: Sequence[str]) -> Danger | None:
        """The danger that the patterns see in a message, or None. ``order`` ranks kinds when several are seen."""
        return self.danger_in(self.read(text), order)

    def danger_in(self, reading: PatternReading, order: Sequence[str]) -> Danger | None:
        """The same, of a message that was read: where nothing is seen it is read once more with its mistyped words mended."""
        if not reading.dangers:
            mended = self._speller.mend(reading.message)
            if mended == reading.message:
                return None
            reading = self._read(mended)
        if not reading.dangers:
            return None
        kinds = sorted({sense.kind for sense in reading.dangers}, key=order.index)
        rule = next(sense.rule for sense in reading.dangers if sense.kind == kinds[0])
        return reading.describe(Danger(kinds[0], False, rule, tuple(kinds[1:MAX_KINDS])))

    def _read(self, message: str) -> PatternReading:
        found = self._index.search(message)
        harmless = [span for sense, span in found if sense.section in _HARMLESS]
        return PatternReading(
            message=message,
            dangers=tuple(sense for sense, span in found if sense.section == _DANGER and not _overlaps(span, harmless)),
            markers=frozenset(sense.section for sense, _span in found if sense.section in MARKERS),
            is_a_saying=any(sense.section == _SAYING for sense, _span in found),
        )


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    start, end = span
    return any(start < other_end and other_start < end for other_start, other_end in others)
