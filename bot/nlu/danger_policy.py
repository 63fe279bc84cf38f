"""Danger goes before every other rule of the conversation."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

ACTION = "action_danger"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class DangerPolicy(Policy):  # type: ignore[misc]
    """Answers a message in danger with ``action_danger``, whatever its intent and whatever form is under way.

    A prediction without user input beats every policy of Rasa, forms included, so nothing can swallow the message.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Higher than any policy of Rasa."""
        return {"priority": 10, "max_history": None}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[TrackerFeaturizer] = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **_kwargs: Any) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **_kwargs: Any,
    ) -> PolicyPrediction:
        """``action_danger`` right after a message in danger, then listening again; nothing otherwise."""
        action = _next_action(tracker)
        probabilities = self._default_predictions(domain)
        if action is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)


def _next_action(tracker: DialogueStateTracker) -> str | None:
    message = tracker.latest_message
    if message is None or not message.parse_data.get("danger"):
        return None
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered):
            return ACTION
        if isinstance(event, ActionExecuted) and event.action_name == ACTION:
            return str(ACTION_LISTEN_NAME)
    return None
