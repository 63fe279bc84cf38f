"""Rasa component: the needs of a message, a second need that stands in it, and the training sentence most like it."""

from __future__ import annotations

import re
import time
from typing import Any, Dict, List, Sequence

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.nlu import vectors
from bot.nlu.cascade import Cascade
from bot.nlu.encoders import Vectors, available_encoders
from bot.nlu.examples import label_of, language_of, with_text
from bot.nlu.need_model import NeedModel
from bot.nlu.neighbours import Neighbours
from bot.nlu.readers import first_readers, training_readers
from bot.nlu.sparse import NGramSpace
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
        """Learns the needs and keeps them. Sentences encoded in an earlier training come from the cache."""
        examples = with_text(training_data.intent_examples)
        texts = [example.get(TEXT) for example in examples]
        labels, languages = list(map(label_of, examples)), list(map(language_of, examples))
        blocks = [encoder.dimension for encoder in self._encoders]
        model = NeedModel.train(texts, self._encode(texts, languages), blocks, labels, languages)
        _space, words = NGramSpace.learn(tuple(texts))  # already cut, for the languages and for the model
        NGramSpace.learn.cache_clear()  # nobody cuts them again: two hundred megabytes
        neighbours = Neighbours.learn(texts, model.sparse.scores(words), [str(example.get(INTENT)) for example in examples])
        with self._storage.write_to(self._resource) as directory:
            model.save(directory / "needs")
            neighbours.save(directory / "neighbours")
        return self._resource

    def _encode(self, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        started = time.monotonic()
        rows = vectors.encode_cached(self._encoders, texts, training_readers(self._encoders, texts, languages))
        print(f"  {len(texts)} phrases encodées en {time.monotonic() - started:.0f} s ; apprentissage des besoins…", flush=True)
        return rows

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
        """Understands messages that came at the same time, together."""
        if self._model is None:
            return messages
        cascade = Cascade(self._model, self._encoders, current_house().needs)
        texts = [message.get(TEXT) or "" for message in messages]
        word_scores = self._model.word_scores(texts)
        read = cascade.read(texts, word_scores, list(map(_language, messages)))
        for message, guesses, scores in zip(messages, read, word_scores):
            ranking = [{"name": guess.id, "confidence": guess.confidence} for guess in guesses[:RANKING_LENGTH]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("guesses", [[guess.id, guess.confidence, guess.facet, guess.chance] for guess in guesses], add_to_output=True)
            message.set("also", _second_need(cascade, message.get(TEXT) or "", _language(message), guesses), add_to_output=True)
            message.set("nearest", self._neighbours and self._neighbours.nearest(scores, guesses[0].id), add_to_output=True)
        return messages


def _language(message: Message) -> str:
    return str(message.get("language", DEFAULT))


def _second_need(cascade: Cascade, text: str, language: str, guesses: tuple[Guess, ...]) -> str | None:
    """Another need that one clause of the message is sure of and that the whole message does not exclude."""
    likely = {guess.id for guess in guesses[1:] if guess.confidence >= SECOND_NEED_SHARE}
    if not likely:  # no clause could say anything: not worth reading them
        return None
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if len(clause.split()) >= CLAUSE_WORDS][:MAX_CLAUSES]
    if len(clauses) < 2:
        return None
    stages = [] if cascade.model.knows_well(language) else [first_readers]
    read = cascade.read(clauses, cascade.model.word_scores(clauses), [language] * len(clauses), stages)
    others = [top for top, *_rest in read if top.id in likely and top.confidence >= SECOND_NEED_AT]
    return max(others, key=lambda top: top.confidence).id if others else None
