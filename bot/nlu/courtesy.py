"""Rasa component: training sentences also in the polite dress that people put around them, so that it hides nothing."""

from __future__ import annotations

import random
from typing import Any, Dict, Iterator, List, Mapping, Sequence

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import documents, project
from bot.nlu.examples import Sentence, language_of, with_text

ONE_IN = 8
"""Of how many sentences one is learnt dressed too."""
SHORTEST_WORDS = 3
"""A greeting or a keyword is never dressed: it would say nothing but its dress."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Courtesy(GraphComponent):  # type: ignore[misc]
    """Adds the dressed sentences to those of the training; messages pass through untouched."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Courtesy:
        """Nothing to read."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The sentences, and some of them dressed."""
        courtesies = documents.read(project.COURTESIES).data
        dressed = list(dressed_copies(with_text(training_data.training_examples), courtesies))
        return training_data.merge(TrainingData(dressed))

    def process(self, messages: List[Message]) -> List[Message]:
        """People dress their messages themselves."""
        return messages


def dressed_copies(examples: Sequence[Message], courtesies: Mapping[str, Sequence[str]]) -> Iterator[Message]:
    """One sentence in :data:`ONE_IN` of the languages that have courtesies, the same at every training.

    Each sentence draws for itself: one added elsewhere changes no other's dress, so that their vectors stay known.
    """
    for example in examples:
        text = example.get(TEXT)
        turns = courtesies.get(language_of(example))
        chance = random.Random(text)
        if turns and len(text.split()) >= SHORTEST_WORDS and chance.randrange(ONE_IN) == 0:
            dressed = chance.choice(turns).replace("{text}", text)
            yield Sentence({TEXT: dressed, INTENT: example.get(INTENT), METADATA: example.get(METADATA)})
