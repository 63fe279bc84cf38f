"""Rasa component: the partners that a message names ("c'est quand l'UFC ?"), by their names and aliases."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.catalogue import HOUSE, Catalogue
from bot.engine.current_house import current_house
from bot.text import words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PartnerExtractor(GraphComponent):  # type: ignore[misc]
    """Sets ``partners``: ids, the one named first first, the house itself last."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> PartnerExtractor:
        """Nothing to read: the names come from the catalogue in use."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Finds the partners named in messages."""
        catalogue = current_house().catalogue
        for message in messages:
            message.set("partners", named_partners(catalogue, message.get(TEXT) or ""), add_to_output=True)
        return messages


def named_partners(catalogue: Catalogue, text: str) -> list[str]:
    """The partners whose name or alias stands in the text as whole words; a longer name hides a shorter one inside it."""
    said = words(text)
    message = f" {' '.join(said)} "
    found: list[tuple[int, int, str]] = []
    for word in dict.fromkeys(said):
        for name, service in catalogue.names.get(word, ()):
            position = message.find(name)
            if position >= 0:
                found.append((position, position + len(name), service))
    kept = [hit for hit in found if not any(_inside(hit, other) for other in found)]
    ordered = list(dict.fromkeys(identifier for _start, _end, identifier in sorted(kept)))
    return sorted(ordered, key=lambda identifier: identifier == HOUSE)


def _inside(hit: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[2] != hit[2] and other[0] <= hit[0] and hit[1] <= other[1] and other[1] - other[0] > hit[1] - hit[0]
