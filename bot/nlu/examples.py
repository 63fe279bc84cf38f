"""A training sentence, and what it carries besides its words: its label (need and facet) and the language it was written in."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, List

from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

FACET_MARK = "/"
WELL_KNOWN_FROM = 1000
"""Sentences from which a language is well known: its n-grams are trusted as much as the vectors, and a message is taken for
it rather than for a language never learnt. Under this number it is only glimpsed."""


class Sentence(Message):  # type: ignore[misc]
    """A training sentence. Rasa copies and digests all of them at each merge of its data and at each step, which took longer than
    learning. Ours never change but for the features that are added last: a copy is the sentence itself."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Sentence:
        return self

    def __hash__(self) -> int:
        return hash(self.get(TEXT))  # Rasa's own digests the whole sentence; only equal words need to be compared further

    def fingerprint(self) -> str:
        """Thirty-two hex digits of all that the sentence carries, which Rasa compares sentences by: five times a training."""
        features = [feature.fingerprint() for feature in self.features]
        return _digest(f"{self._fingerprint_of_data} {features}") if features else self._fingerprint_of_data

    @cached_property
    def _fingerprint_of_data(self) -> str:
        return _digest(str(self.data))


def _digest(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def label_of(example: Message) -> str:
    """``need`` or ``need/facet``."""
    facet = _metadata(example).get("facet")
    need = str(example.get(INTENT))
    return f"{need}{FACET_MARK}{facet}" if facet else need


def language_of(example: Message) -> str:
    """The language of the file the sentence stands in; French when nothing says."""
    return str(_metadata(example).get("language", "fr"))


def with_text(examples: List[Message]) -> List[Message]:
    """The sentences that have words and a need."""
    return [example for example in examples if example.get(TEXT) and example.get(INTENT)]


def _metadata(example: Message) -> dict[str, Any]:
    metadata = (example.get(METADATA) or {}).get(INTENT)
    return metadata if isinstance(metadata, dict) else {}
