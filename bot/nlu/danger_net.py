"""Rasa component: danger, by patterns in every language at once or by the model of needs; either one is enough."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.danger import Danger, PatternReading
from bot.engine.current_house import current_house
from bot.house import House
from bot.language import DEFAULT
from bot.nlu.danger_belief import DangerBelief

ALSO_SHARE = 0.08
"""A second danger with this share of the probability of danger gets its lines shown too."""
MAX_KINDS = 3
LOOKALIKE_YIELDS_AT = 1.0
"""A look-alike in a message silences the model only under this score: a death of laughter may stand beside a real danger."""
SECOND_NEED_WEIGHT = 0.3
"""A danger that one clause of the message is sure of counts at least this much."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerNet(GraphComponent):  # type: ignore[misc]
    """Sets ``danger`` (the fields of :class:`bot.danger.Danger`), or None."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The scores (see :attr:`bot.nlu.danger_belief.DangerBelief.score`) over which the model alone raises a danger:
        ``threshold`` in a language that Boussole answers in, ``threshold_elsewhere`` in another, where the model is less sure of
        everything."""
        return {"threshold": -0.75, "threshold_elsewhere": 0.3}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DangerNet:
        """Reads the thresholds."""
        return cls({**cls.get_default_config(), **config})

    def __init__(self, config: Dict[str, Any]) -> None:
        self._threshold = float(config["threshold"])
        self._threshold_elsewhere = float(config["threshold_elsewhere"])

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks for danger in messages."""
        house = current_house()
        for message in messages:
            danger = self._find(house, message)
            message.set("danger", None if danger is None else vars(danger), add_to_output=True)
        return messages

    def _find(self, house: House, message: Message) -> Danger | None:
        reading = house.net.read(message.get(TEXT) or "")
        by_model = self._by_model(house, message, reading)
        by_pattern = house.net.danger_in(reading, list(house.dangers.kinds))
        if by_pattern is not None and by_model is not None:
            both = tuple(dict.fromkeys(kind for kind in (by_pattern.kind, *by_model.also, *by_pattern.also) if kind != by_model.kind))
            return reading.describe(Danger(by_model.kind, by_model.immediate, f"{by_pattern.rule} ; {by_model.rule}", both))
        if by_pattern is not None or by_model is None:
            return by_pattern
        return reading.describe(by_model)

    def _by_model(self, house: House, message: Message, reading: PatternReading) -> Danger | None:
        """The likeliest danger when all dangers together are likely enough."""
        guesses = message.get("guesses") or ()
        belief = DangerBelief.of(((need, confidence) for need, confidence, _facet, _chance in guesses), house.needs)
        in_a_clause = house.needs.danger_kind(message.get("also") or "")
        if in_a_clause is not None:
            belief = belief.at_least(in_a_clause, SECOND_NEED_WEIGHT)
        if belief.score < self._alarm_at(house, message, reading):
            return None
        ranked = sorted(belief.kinds, key=lambda kind: -belief.kinds[kind])
        also = tuple(kind for kind in ranked[1:MAX_KINDS] if belief.kinds[kind] >= ALSO_SHARE * belief.total)
        return Danger(ranked[0], house.dangers.kinds[ranked[0]].immediate, f"modèle : {belief.total:.0%}", also)

    def _alarm_at(self, house: House, message: Message, reading: PatternReading) -> float:
        """The score that raises a danger for this message."""
        is_ours = house.languages.locale_for(message.get("language", DEFAULT)) is not None
        threshold = self._threshold if is_ours else self._threshold_elsewhere
        if reading.is_only_a_saying:
            return max(threshold, LOOKALIKE_YIELDS_AT)
        return threshold
