"""Rasa component: the first sentence vectors of a message, on which needs, danger and neighbours are read."""

from __future__ import annotations

import time
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language import DEFAULT
from bot.nlu import vectors
from bot.nlu.encoders import Vectors, available_encoders
from bot.nlu.examples import language_of
from bot.nlu.readers import first_readers, training_readers


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):  # type: ignore[misc]
    """Adds one dense sentence feature, shape (1, sum of the encoders' dimensions), to every message: zeros where one did not read."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceEncoder:
        """Finds the encoders of this machine."""
        return cls(config)

    def __init__(self, config: Dict[str, Any]) -> None:
        self._name = str(config.get(FEATURIZER_CLASS_ALIAS, "SentenceEncoder"))
        self._encoders = available_encoders()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encodes the training sentences; those seen in an earlier training come from the cache."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        started = time.monotonic()
        texts = [example.get(TEXT) for example in examples]
        readers = training_readers(self._encoders, texts, list(map(language_of, examples)))
        rows = vectors.encode_cached(self._encoders, texts, readers)
        print(f"  {len(examples)} phrases encodées en {time.monotonic() - started:.0f} s", flush=True)
        for example, row in zip(examples, rows):
            self._attach(example, row)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encodes messages that came at the same time, together, by those that read first."""
        readers = first_readers(self._encoders, [message.get("language", DEFAULT) for message in messages])
        rows = vectors.encode(self._encoders, [message.get(TEXT) or "" for message in messages], readers)
        for message, row in zip(messages, rows):
            self._attach(message, row)
        return messages

    def _attach(self, message: Message, row: Vectors) -> None:
        message.add_features(Features(row[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))


def sentence_vectors(messages: List[Message]) -> Vectors:
    """The vectors that :class:`SentenceEncoder` attached: shape (messages, dimension)."""
    rows = []
    for message in messages:
        _sequence, sentence = message.get_dense_features(TEXT)
        if sentence is None:
            raise ValueError("SentenceEncoder must stand before this component in bot/config.yml")
        rows.append(sentence.features[0])
    return np.asarray(rows, dtype=np.float32)
