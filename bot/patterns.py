"""Patterns as a social worker writes them, compiled and searched quickly, thousands at a time.

A pattern is a sequence of words: ``<name>`` is a group, ``...`` a gap of at most four words, ``(word)`` an optional word,
``a|b`` a choice, ``frapp~`` any word that starts so. Each pattern names its rarest obligatory words as *anchors*: a message
is compared only with the patterns one of whose anchors it holds, which spaCy's PhraseMatcher finds in one pass over all
languages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, Mapping, Sequence, TypeVar

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.text import normalise

MAX_GAP = 4
PREFIX = 3
"""Anchors that end in ``~`` are filed under their first letters."""
_UNKNOWN = "_"
_GAP = "..."
_GAP_REGEX = rf"(?:\S+ ){{0,{MAX_GAP}}}?"

Found = TypeVar("Found")
Span = tuple[int, int]


class MalformedPattern(ValueError):
    """A pattern that cannot be compiled; the message is French and says why."""


@dataclass(frozen=True)
class CompiledPattern:
    """A regular expression over a spaced message, and the words without which it cannot match."""

    expression: str
    anchors: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Built when the pattern first becomes a candidate: most never do, and start-up is three times shorter."""
        return re.compile(self.expression)


class PatternIndex(Generic[Found]):
    """Many patterns, each with what finding it means."""

    def __init__(self) -> None:
        self._vocab = spacy.blank("xx").vocab
        self._matcher = PhraseMatcher(self._vocab)
        self._patterns: list[tuple[CompiledPattern, Found]] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._always: list[int] = []

    def add(self, pattern: CompiledPattern, found: Found) -> None:
        """Files a pattern under its anchors."""
        position = len(self._patterns)
        self._patterns.append((pattern, found))
        for anchor in pattern.anchors:
            if anchor.startswith("~") or (anchor.endswith("~") and len(anchor) <= PREFIX):
                self._always.append(position)
            elif anchor.endswith("~"):
                self._by_prefix[anchor[:PREFIX]].append((anchor[:-1], position))
            else:
                if anchor not in self._by_word:
                    self._matcher.add(anchor, [Doc(self._vocab, words=[anchor])])
                self._by_word[anchor].append(position)

    def search(self, message: str) -> list[tuple[Found, Span]]:
        """Everything found in a message prepared by :func:`spaced_tokens`, with the characters it spans."""
        results: list[tuple[Found, Span]] = []
        for position in sorted(self._candidates(message)):
            pattern, found = self._patterns[position]
            results.extend((found, match.span()) for match in pattern.regex.finditer(message))
        return results

    def _candidates(self, message: str) -> set[int]:
        words = message.split()
        candidates = set(self._always)
        if not words:
            return candidates
        # words that no pattern knows are left out of the document: spaCy would keep them in its vocabulary for ever
        document = Doc(self._vocab, words=[word if word in self._by_word else _UNKNOWN for word in words])
        for identifier, _start, _end in self._matcher(document):
            candidates.update(self._by_word[self._vocab.strings[identifier]])
        for word in set(words):
            candidates.update(position for prefix, position in self._by_prefix.get(word[:PREFIX], ()) if word.startswith(prefix))
        return candidates


def spaced_tokens(text: str) -> str:
    """A message as patterns see it: comparable words, apostrophes cut, one space around each."""
    words = normalise(text).replace("'", " ").split()
    return f" {' '.join(words)} " if words else ""


def compile_pattern(source: str, groups: Mapping[str, Sequence[str]]) -> CompiledPattern:
    """Compiles a written pattern.

    Raises:
        MalformedPattern: for an empty pattern, an unknown group, or a gap at an end.
    """
    parts = source.split()
    if not parts:
        raise MalformedPattern("un motif vide")
    if parts[0] == _GAP or parts[-1] == _GAP:
        raise MalformedPattern("un motif ne commence ni ne finit par « ... »")
    expression = "(?<= )"
    best: list[list[str]] | None = None
    for part in parts:
        if part == _GAP:
            expression += _GAP_REGEX
            continue
        optional = part.startswith("(") and part.endswith(")")
        alternatives = _alternatives(part.strip("()") if optional else part, groups)
        if not alternatives:
            raise MalformedPattern(f"« {part} » ne contient aucun mot")
        choice = "|".join(sorted(" ".join(map(_word_regex, words)) for words in alternatives))
        expression += f"(?:(?:{choice}) ){'?' if optional else ''}"
        if not optional and (best is None or _rarity(alternatives) > _rarity(best)):
            best = alternatives
    if best is None:
        raise MalformedPattern("un motif fait seulement de mots facultatifs")
    anchors = tuple(dict.fromkeys(max(words, key=lambda word: len(word.strip("~"))) for words in best))
    return CompiledPattern(expression, anchors)


def _rarity(alternatives: Sequence[Sequence[str]]) -> float:
    """Long words in few alternatives are rare; one short word among them spoils the part as an anchor."""
    shortest = min(max(len(word.strip("~")) for word in words) for words in alternatives)
    return min(shortest, 6) - 0.02 * len(alternatives)


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


@lru_cache(maxsize=65536)
def _pattern_words(expression: str) -> list[str]:
    """The comparable words of an expression, its ``~`` kept at the ends where they stand."""
    words: list[str] = []
    for raw in expression.replace("’", "'").replace("'", " ").replace("_", " ").split():
        pieces = normalise(raw.strip("~")).replace("'", " ").split()
        if pieces:
            pieces[0] = ("~" if raw.startswith("~") else "") + pieces[0]
            pieces[-1] = pieces[-1] + ("~" if raw.endswith("~") else "")
            words.extend(pieces)
    return words


def _word_regex(word: str) -> str:
    start = r"\S*" if word.startswith("~") else ""
    end = r"\S*" if word.endswith("~") else ""
    return start + re.escape(word.strip("~")) + end
