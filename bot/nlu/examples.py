"""What a training sentence carries besides its words: its label (need and facet) and the language it was written in."""

from __future__ import annotations

from typing import Any, List

from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

FACET_MARK = "/"
WELL_KNOWN_FROM = 1000
"""Sentences from which a language is well known: its n-grams are trusted as much as the vectors, and a message is taken for
it rather than for a language never learnt. Under this number it is only glimpsed."""


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
