"""Patterns as a social worker writes them, compiled and searched quickly, thousands at a time.

A pattern is a sequence of words: ``<name>`` is a group, ``...`` a gap of at most four words, ``(word)`` an optional word,
``a|b`` a choice, ``frapp~`` any word that starts so. Each pattern names its rarest obligatory words as *anchors*: a message
is compared only with the patterns one of whose anchors it holds, which spaCy's PhraseMatcher finds in one pass over all
languages.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, Mapping, Sequence, TypeVar

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.text import normalise

MAX_GAP = 4
PREFIX = 3
"""Anchors that end in ``~`` are filed under their first letters."""
_UNKNOWN = "_"
_GAP = "..."
_GAP_REGEX = rf"(?:\S+ ){{0,{MAX_GAP}}}?"
_LATIN_AND_CYRILLIC = re.compile(r"[a-z]\S*[\u0400-\u04ff]|[\u0400-\u04ff]\S*[a-z]")
_VOWEL_SIGNS = re.compile(
    r"[\u0900-\u0903\u093a-\u094f\u0962\u0963]"  # Hindi
    r"|[\u0981-\u0983\u09bc-\u09cd\u09d7]"  # Bengali
    r"|[\u0a01-\u0a03\u0a3c-\u0a4d]"  # Panjabi
    r"|[\u0b82\u0b83\u0bbe-\u0bcd\u0bd7]"  # Tamil
)
"""Bengali, Hindi, Panjabi and Tamil vowels are signs that :func:`bot.text.normalise` takes for punctuation."""
_IDEOGRAM = re.compile(r"([\u3400-\u9fff])")
_LATIN_AS_CYRILLIC = str.maketrans("aeopcyxijshkmt", "аеорсухіјѕһкмт")

Found = TypeVar("Found")
Span = tuple[int, int]


class MalformedPattern(ValueError):
    """A pattern that cannot be compiled; the message is French and says why."""


@dataclass(frozen=True)
class Part:
    """One place of a pattern: what may stand there, as a regular expression and as words."""

    expression: str
    alternatives: tuple[tuple[str, ...], ...] = ()
    obligatory: bool = False

    @cached_property
    def rarity(self) -> float:
        """Long words in few alternatives are rare; one short word among them, or one whose start is unknown, spoils the part
        as an anchor."""
        if any(_is_everywhere(anchor) for anchor in self.anchors):
            return -math.inf
        shortest = min(max(len(word.strip("~")) for word in words) for words in self.alternatives)
        return min(shortest, 6) - 0.02 * len(self.alternatives)

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """The longest word of each alternative."""
        return tuple(dict.fromkeys(max(words, key=lambda word: len(word.strip("~"))) for words in self.alternatives))


@dataclass(frozen=True)
class CompiledPattern:
    """The parts of a pattern in order, and the words without which it cannot match."""

    parts: tuple[Part, ...]
    anchors: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Over a message of :func:`spaced_tokens`. Built when the pattern first becomes a candidate: most never do."""
        return re.compile("(?<= )" + "".join(part.expression for part in self.parts))

    @property
    def plainest(self) -> str:
        """The shortest message that the pattern is found in: first choices, no optional word, no gap."""
        return " ".join(word.strip("~") for part in self.parts if part.obligatory for word in part.alternatives[0])


class Grammar:
    """Compiles the patterns of one file, each distinct part once."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = groups
        self._parts: dict[str, Part] = {_GAP: Part(_GAP_REGEX)}

    @property
    def words(self) -> set[str]:
        """Every word of the patterns compiled so far; ``frapp~`` stands for all the words that start so."""
        return {word for part in self._parts.values() for words in part.alternatives for word in words}

    def compile(self, source: str) -> CompiledPattern:
        """Compiles a written pattern.

        Raises:
            MalformedPattern: for an empty pattern, an unknown group, or a gap at an end.
        """
        written = source.split()
        if not written:
            raise MalformedPattern("un motif vide")
        if written[0] == _GAP or written[-1] == _GAP:
            raise MalformedPattern("un motif ne commence ni ne finit par « ... »")
        parts = tuple(self._part(part) for part in written)
        obligatory = [part for part in parts if part.obligatory]
        if not obligatory:
            raise MalformedPattern("un motif fait seulement de mots facultatifs")
        return CompiledPattern(parts, max(obligatory, key=lambda part: part.rarity).anchors)

    def _part(self, written: str) -> Part:
        known = self._parts.get(written)
        if known is not None:
            return known
        optional = written.startswith("(") and written.endswith(")")
        alternatives = self._alternatives(written.strip("()") if optional else written)
        if not alternatives:
            raise MalformedPattern(f"« {written} » ne contient aucun mot")
        choice = "|".join(sorted(" ".join(map(_word_regex, words)) for words in alternatives))
        part = Part(f"(?:(?:{choice}) ){'?' if optional else ''}", tuple(alternatives), not optional)
        self._parts[written] = part
        return part

    def _alternatives(self, part: str) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for choice in part.split("|"):
            named = re.fullmatch(r"<([\w-]+)>", choice)
            if named is None:
                found.append(_pattern_words(choice))
            elif named.group(1) not in self._groups:
                raise MalformedPattern(f"le groupe <{named.group(1)}> n'est pas écrit dans « groups »")
            else:
                found.extend(_pattern_words(word) for word in self._groups[named.group(1)])
        return [words for words in found if words]


class PatternIndex(Generic[Found]):
    """Many patterns, each with what finding it means."""

    def __init__(self) -> None:
        self._vocab = Vocab()
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
            if _is_everywhere(anchor):
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
    words = [_one_script(word) for word in _comparable(text).split()]
    return f" {' '.join(words)} " if words else ""


def compile_pattern(source: str, groups: Mapping[str, Sequence[str]]) -> CompiledPattern:
    """Compiles one written pattern; see :meth:`Grammar.compile`."""
    return Grammar(groups).compile(source)


def _is_everywhere(anchor: str) -> bool:
    """Whether an anchor says too little of a word's start to be filed under it."""
    return anchor.startswith("~") or (anchor.endswith("~") and len(anchor) <= PREFIX)


def _comparable(text: str) -> str:
    """As :func:`bot.text.normalise`, apostrophes cut, vowel signs of India dropped, one word a Chinese character."""
    return _IDEOGRAM.sub(r" \1 ", normalise(_VOWEL_SIGNS.sub("", text))).replace("'", " ")


def _one_script(word: str) -> str:
    """A Cyrillic word with a Latin letter in it (``вчерa``) is a Cyrillic word in disguise."""
    return word.translate(_LATIN_AS_CYRILLIC) if _LATIN_AND_CYRILLIC.search(word) else word


@lru_cache(maxsize=65536)
def _pattern_words(expression: str) -> tuple[str, ...]:
    """The comparable words of an expression, its ``~`` kept at the ends where they stand."""
    words: list[str] = []
    for raw in expression.replace("’", "'").replace("'", " ").replace("_", " ").split():
        pieces = _comparable(raw.strip("~")).split()
        if pieces:
            pieces[0] = ("~" if raw.startswith("~") else "") + pieces[0]
            pieces[-1] = pieces[-1] + ("~" if raw.endswith("~") else "")
            words.extend(pieces)
    return tuple(words)


def _word_regex(word: str) -> str:
    start = r"\S*" if word.startswith("~") else ""
    end = r"\S*" if word.endswith("~") else ""
    return start + re.escape(word.strip("~")) + end
