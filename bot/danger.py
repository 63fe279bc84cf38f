"""Danger: found by patterns or by a trained model, either is enough, before and apart from language and intent.

The patterns are data (``data/danger/<language>.yaml``) and all languages are searched at once. A pattern is written as
people write, made comparable by :func:`bot.text.normalise`::

    mon <conjoint> ... me <frapper>

``<name>`` is a group of words, ``...`` a gap of at most four words, ``(word)`` an optional word, ``a|b`` a choice, and
``frapp~`` any word that starts with it. A match is set aside when a look-alike pattern covers it ("je meurs de faim").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.documents import Document
from bot.text import normalise

MAX_GAP = 4
_GAP = "..."
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


class MalformedPattern(ValueError):
    """A pattern that cannot be compiled; the message is French and says why."""


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
        self._vocab: Vocab = spacy.blank("xx").vocab
        self._dangers = Matcher(self._vocab, validate=False)
        self._lookalikes = Matcher(self._vocab, validate=False)
        self._markers = {marker: Matcher(self._vocab, validate=False) for marker in _MARKERS}
        self._rules: dict[str, tuple[str, str]] = {}
        for patterns in sets:
            self._add(patterns)

    def _add(self, patterns: PatternSet) -> None:
        for kind, sources in patterns.patterns.items():
            for index, source in enumerate(sources):
                name = f"{patterns.language}/{kind}/{index}"
                self._rules[name] = (kind, f"{patterns.language} : {source}")
                self._dangers.add(name, compile_pattern(source, patterns.groups))
        for index, source in enumerate(patterns.lookalikes):
            self._lookalikes.add(f"{patterns.language}/{index}", compile_pattern(source, patterns.groups))
        for marker, sources in patterns.markers.items():
            for index, source in enumerate(sources):
                self._markers[marker].add(f"{patterns.language}/{index}", compile_pattern(source, patterns.groups))

    def find(self, text: str, order: Sequence[str]) -> Danger | None:
        """The danger that the patterns see in a message, or None. ``order`` ranks kinds when several are seen."""
        document = self._document(text)
        hits = self._uncovered(document)
        if not hits:
            return None
        kind, rule = min((self._rules[name] for name in hits), key=lambda hit: order.index(hit[0]))
        return self.describe(Danger(kind, False, rule), document)

    def describe(self, danger: Danger, message: Doc | str) -> Danger:
        """The same danger with what the words say of it: now, a minor writing, about someone else, unable to speak."""
        document = self._document(message) if isinstance(message, str) else message
        seen = {marker: bool(matcher(document)) for marker, matcher in self._markers.items()}
        return Danger(
            kind=danger.kind,
            immediate=danger.immediate or seen["now"],
            rule=danger.rule,
            also=danger.also,
            minor=seen["minor"],
            about_other=seen["other"],
            cannot_speak=seen["mute"],
        )

    def covered_by_lookalike(self, text: str) -> bool:
        """Whether a known look-alike ("je meurs de faim") is in the message and no danger pattern stands beside it."""
        document = self._document(text)
        return bool(self._lookalikes(document)) and not self._uncovered(document)

    def _uncovered(self, document: Doc) -> set[str]:
        harmless = [range(start, end) for _id, start, end in self._lookalikes(document)]
        strings = self._vocab.strings
        return {
            strings[identifier]
            for identifier, start, end in self._dangers(document)
            if not any(start < other.stop and other.start < end for other in harmless)
        }

    def _document(self, text: str) -> Doc:
        words = tokens(text)
        return Doc(self._vocab, words=words) if words else Doc(self._vocab)


def tokens(text: str) -> list[str]:
    """The words that patterns are compared with: normalised, apostrophes and inner hyphens cut."""
    return normalise(text).replace("'", " ").split()


def compile_pattern(source: str, groups: Mapping[str, Sequence[str]]) -> list[list[dict[str, Any]]]:
    """A written pattern as spaCy token patterns.

    Raises:
        MalformedPattern: for an empty pattern, an unknown group, or a gap at an end.
    """
    parts = source.split()
    if not parts:
        raise MalformedPattern("un motif vide")
    if parts[0] == _GAP or parts[-1] == _GAP:
        raise MalformedPattern("un motif ne commence ni ne finit par « ... »")
    sequences: list[list[dict[str, Any]]] = [[]]
    for part in parts:
        if part == _GAP:
            sequences = [[*sequence, *({"OP": "?"} for _ in range(MAX_GAP))] for sequence in sequences]
            continue
        optional = part.startswith("(") and part.endswith(")")
        alternatives = _alternatives(part.strip("()") if optional else part, groups)
        sequences = [[*sequence, *tail] for sequence in sequences for tail in _tails(alternatives, optional)]
    return sequences


def _tails(alternatives: Sequence[Sequence[str]], optional: bool) -> list[list[dict[str, Any]]]:
    """The token sequences of one part: single words together in one token test, longer expressions apart."""
    single = [words[0] for words in alternatives if len(words) == 1]
    tails: list[list[dict[str, Any]]] = []
    if single:
        token: dict[str, Any] = {"TEXT": {"REGEX": "^(?:" + "|".join(_word_regex(word) for word in single) + ")$"}}
        tails.append([{**token, "OP": "?"}] if optional else [token])
    for words in alternatives:
        if len(words) > 1:
            tails.append([{"TEXT": {"REGEX": f"^{_word_regex(word)}$"}} for word in words])
    if optional and not single:
        tails.append([])
    return tails


def _alternatives(part: str, groups: Mapping[str, Sequence[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for choice in part.split("|"):
        named = re.fullmatch(r"<([\w-]+)>", choice)
        if named is None:
            found.append(_pattern_words(choice))
        elif named.group(1) not in groups:
            raise MalformedPattern(f"le groupe <{named.group(1)}> n'est pas écrit dans « groups »")
        else:
            found.extend(_pattern_words(word) for word in groups[named.group(1)])
    return [words for words in found if words]


def _pattern_words(expression: str) -> list[str]:
    """The comparable words of an expression, its ``~`` kept at the ends where they stand."""
    words: list[str] = []
    for raw in expression.replace("’", "'").replace("'", " ").replace("_", " ").split():
        bare = normalise(raw.strip("~"))
        pieces = bare.split()
        if pieces:
            pieces[0] = ("~" if raw.startswith("~") else "") + pieces[0]
            pieces[-1] = pieces[-1] + ("~" if raw.endswith("~") else "")
            words.extend(pieces)
    return words


def _word_regex(word: str) -> str:
    start = r"\S*" if word.startswith("~") else ""
    end = r"\S*" if word.endswith("~") else ""
    return start + re.escape(word.strip("~")) + end
