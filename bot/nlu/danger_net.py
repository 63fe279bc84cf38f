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
MODEL_OVER_PATTERNS = 3.0
"""How many times likelier than what the patterns say another danger must be for the model to name it. Measured from 1 to 20."""


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
        by_pattern = house.net.danger_in(reading, list(house.dangers.kinds))
        belief = _belief(house, message)
        if belief.score < self._alarm_at(house, message, reading):
            return by_pattern
        by_model = _by_model(belief)
        return reading.describe(by_model if by_pattern is None else _both(by_pattern, by_model, belief))

    def _alarm_at(self, house: House, message: Message, reading: PatternReading) -> float:
        """The score that raises a danger for this message."""
        is_ours = house.languages.locale_for(message.get("language", DEFAULT)) is not None
        threshold = self._threshold if is_ours else self._threshold_elsewhere
        if reading.is_only_a_saying:
            return max(threshold, LOOKALIKE_YIELDS_AT)
        return threshold


def _belief(house: House, message: Message) -> DangerBelief:
    """What the model believes of the whole message, and of the clause that says something else."""
    guesses = message.get("guesses") or ()
    belief = DangerBelief.of(((need, confidence) for need, confidence, _facet, _chance in guesses), house.needs)
    in_a_clause = house.needs.danger_kind(message.get("also") or "")
    return belief if in_a_clause is None else belief.at_least(in_a_clause, SECOND_NEED_WEIGHT)


def _by_model(belief: DangerBelief) -> Danger:
    """The likeliest danger, and the others that have a share in the alarm."""
    ranked = sorted(belief.kinds, key=lambda kind: -belief.kinds[kind])
    also = tuple(kind for kind in ranked[1:MAX_KINDS] if belief.kinds[kind] >= ALSO_SHARE * belief.total)
    return Danger(ranked[0], False, f"modèle : {belief.total:.0%}", also)


def _both(by_pattern: Danger, by_model: Danger, belief: DangerBelief) -> Danger:
    """One danger of two: the one that the patterns say, whichever the model prefers when they say several, unless the model
    finds another much likelier."""
    said = max((by_pattern.kind, *by_pattern.also), key=lambda kind: belief.kinds.get(kind, 0.0))
    is_another = belief.kinds[by_model.kind] > MODEL_OVER_PATTERNS * belief.kinds.get(said, 0.0)
    kind = by_model.kind if is_another else said
    others = dict.fromkeys((by_pattern.kind, by_model.kind, *by_model.also, *by_pattern.also))
    return Danger(kind, False, f"{by_pattern.rule} ; {by_model.rule}", tuple(other for other in others if other != kind))
