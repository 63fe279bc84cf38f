"""Rasa component: the language of a message."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.examples import language_of, with_text
from bot.nlu.language_model import LanguageModel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageIdentifier(GraphComponent):  # type: ignore[misc]
    """Sets ``language`` (ISO 639-1, or ``ar-Latn``) and ``language_sure``."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageIdentifier:
        """An untrained identifier."""
        return cls(model_storage, resource)

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._storage = model_storage
        self._resource = resource
        self._model: LanguageModel | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns our languages from the training sentences."""
        examples = with_text(training_data.intent_examples)
        self._model = LanguageModel.train([example.get(TEXT) for example in examples], list(map(language_of, examples)))
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory / "language")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> LanguageIdentifier:
        """Reads a trained identifier back."""
        identifier = cls(model_storage, resource)
        with model_storage.read_from(resource) as directory:
            identifier._model = LanguageModel.load(directory / "language")
        return identifier

    def process(self, messages: List[Message]) -> List[Message]:
        """Names the language of messages."""
        if self._model is None:
            return messages
        for message, found in zip(messages, self._model.identify([message.get(TEXT) or "" for message in messages])):
            message.set("language", found.language, add_to_output=True)
            message.set("language_sure", found.sure, add_to_output=True)
        return messages
