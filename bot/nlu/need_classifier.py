"""Rasa component: the needs of a message, a second need that stands in it, and the training sentence most like it."""

from __future__ import annotations

import re
from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.nlu import cascade, vectors
from bot.nlu.encoders import available_encoders
from bot.nlu.examples import label_of, language_of, with_text
from bot.nlu.need_model import NeedModel, centred
from bot.nlu.neighbours import Neighbours
from bot.nlu.readers import first_readers
from bot.nlu.sentence_encoder import sentence_vectors
from bot.understanding import Guess

RANKING_LENGTH = 10
CLAUSE_WORDS = 3
"""A clause shorter than this says too little to be understood alone."""
SECOND_NEED_AT = 0.55
"""How sure a clause must be of another need for the message to hold two."""
SECOND_NEED_SHARE = 0.06
"""And how likely that need must be for the whole message."""
MAX_CLAUSES = 6

_CLAUSES = re.compile(
    r"[.!?;,\n…؛،؟。]+|\s(?:et|mais|puis|aussi|en plus|and|but|also|plus|y|pero|además|e|mas|ma|anche|ve|ama|și|si|dar|"
    r"и|но|а|та|але|і|و|ولكن|وأيضا|w|ou|walakin)\s",
    re.IGNORECASE,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NeedClassifier(GraphComponent):  # type: ignore[misc]
    """Sets ``intent``, ``intent_ranking``, ``guesses`` (need, confidence, facet), ``also`` and ``nearest``."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NeedClassifier:
        """An untrained classifier."""
        return cls(model_storage, resource)

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._storage = model_storage
        self._resource = resource
        self._encoders = available_encoders()
        self._model: NeedModel | None = None
        self._neighbours: Neighbours | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the needs and keeps them."""
        examples = with_text(training_data.intent_examples)
        texts = [example.get(TEXT) for example in examples]
        rows = sentence_vectors(examples)
        blocks = [encoder.dimension for encoder in self._encoders]
        print(f"  apprentissage de {len(set(map(label_of, examples)))} besoins et nuances…", flush=True)
        self._model = NeedModel.train(texts, rows, blocks, list(map(label_of, examples)), list(map(language_of, examples)))
        needs = [str(example.get(INTENT)) for example in examples]
        self._neighbours = Neighbours.learn(texts, centred(rows, self._model.mean, blocks), needs)
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory / "needs")
            self._neighbours.save(directory / "neighbours")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> NeedClassifier:
        """Reads a trained classifier back."""
        classifier = cls(model_storage, resource)
        with model_storage.read_from(resource) as directory:
            classifier._model = NeedModel.load(directory / "needs")
            classifier._neighbours = Neighbours.load(directory / "neighbours")
        return classifier

    def process(self, messages: List[Message]) -> List[Message]:
        """Understands messages."""
        if self._model is None:
            return messages
        texts = [message.get(TEXT) or "" for message in messages]
        languages = [message.get("language", DEFAULT) for message in messages]
        rows = sentence_vectors(messages)
        read = cascade.read(self._model, self._encoders, current_house().needs, texts, rows, languages)
        for message, guesses, row in zip(messages, *read):
            self._understand(self._model, message, guesses, row)
        return messages

    def _understand(self, model: NeedModel, message: Message, guesses: tuple[Guess, ...], row: NDArray[np.float32]) -> None:
        ranking = [{"name": guess.id, "confidence": guess.confidence} for guess in guesses[:RANKING_LENGTH]]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("guesses", [[guess.id, guess.confidence, guess.facet, guess.chance] for guess in guesses], add_to_output=True)
        also = self._second_need(model, message.get(TEXT) or "", message.get("language", DEFAULT), guesses)
        message.set("also", also, add_to_output=True)
        message.set("nearest", self._nearest(model, row, guesses[0].id), add_to_output=True)

    def _second_need(self, model: NeedModel, text: str, language: str, guesses: tuple[Guess, ...]) -> str | None:
        """Another need that one clause of the message is sure of and that the whole message does not exclude."""
        if guesses[1].confidence < SECOND_NEED_SHARE:  # no clause could say anything: not worth reading them
            return None
        clauses = [clause.strip() for clause in _CLAUSES.split(text) if len(clause.split()) >= CLAUSE_WORDS][:MAX_CLAUSES]
        if len(clauses) < 2:
            return None
        languages = [language] * len(clauses)
        rows = vectors.encode(self._encoders, clauses, first_readers(self._encoders, languages))
        whole = {guess.id: guess.confidence for guess in guesses}
        best: tuple[float, str] | None = None
        for top, *_others in model.guesses(rows, model.by_words(clauses), languages):
            if top.id == guesses[0].id or top.confidence < SECOND_NEED_AT or whole[top.id] < SECOND_NEED_SHARE:
                continue
            if best is None or top.confidence > best[0]:
                best = (top.confidence, top.id)
        return None if best is None else best[1]

    def _nearest(self, model: NeedModel, row: NDArray[np.float32], need: str) -> str | None:
        """The training sentence of that need which looks most like the message."""
        if self._neighbours is None:
            return None
        return self._neighbours.nearest(centred(row[np.newaxis, :], model.mean, model.blocks)[0], need)
