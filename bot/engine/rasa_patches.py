"""Pieces of Rasa replaced by ours: what it does at length for nothing, at every message or at every training."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from typing import Any, Mapping, Sequence

from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.storage import local_model_storage
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.events import Event
from rasa.shared.nlu.constants import INTENT
from tarsafe import TarSafe

State = Mapping[str, Any]
_event_named = lru_cache(maxsize=64)(Event.resolve_by_type)
_every_rule_that_applies = RulePolicy._get_possible_keys


def spare_what_never_changes() -> None:
    """Takes it out of every message: the kind of event that a name stands for, looked for among all classes; the schema of an
    action's result, which our executor already keeps to; the comparison with the rules of every other intent."""
    RemoteAction._validate_action_result = lambda _action, _result: True
    Event.resolve_by_type = staticmethod(_event_named)
    RulePolicy._get_possible_keys = rules_that_apply


class _QuickTar(TarSafe):  # type: ignore[misc]
    """Weights hardly compress: gzip at its slowest takes ten seconds longer and gains one byte in twenty."""

    @classmethod
    def gzopen(cls, name: Any, mode: Any = "r", fileobj: Any = None, compresslevel: int = 1, **options: Any) -> TarSafe:
        return super().gzopen(name, mode, fileobj, compresslevel, **options)


def pack_models_quickly() -> None:
    """Models are packed at once when they are trained."""
    local_model_storage.TarSafe = _QuickTar


def rules_that_apply(policy: RulePolicy, lookup: Mapping[str, str], states: Sequence[State]) -> set[str]:
    """Stands in for :meth:`RulePolicy._get_possible_keys`: only the rules that end with the intent at hand, or with none, are
    compared with the conversation."""
    if not states:
        return set(lookup)
    by_intent = _by_last_intent(tuple(lookup))
    asked = by_intent[None] | by_intent.get(_intent(states[-1]), frozenset())
    return set(_every_rule_that_applies(policy, {key: lookup[key] for key in asked}, states))


@lru_cache(maxsize=4)
def _by_last_intent(rules: tuple[str, ...]) -> Mapping[str | None, frozenset[str]]:
    """Rules (Rasa writes them as JSON lists of states) by the intent of their last state. One that may begin a conversation
    applies whatever is said first."""
    found: dict[str | None, set[str]] = defaultdict(set, {None: set()})
    for rule in rules:
        last = json.loads(rule)[-1]
        found[_intent(last) if last.get(PREVIOUS_ACTION) else None].add(rule)
    return {intent: frozenset(keys) for intent, keys in found.items()}


def _intent(state: State) -> str | None:
    intent: str | None = (state.get(USER) or {}).get(INTENT)
    return intent
