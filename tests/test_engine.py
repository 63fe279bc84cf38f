"""What stands between Rasa and us: TensorFlow left out, actions in the process, Rasa's own tools still at work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SATURDAY

ROOT = Path(__file__).parent.parent
RASA = Path(sys.executable).with_name("rasa")


def test_tensorflow_is_not_needed() -> None:
    """Rasa starts and none of TensorFlow or JAX is loaded."""
    code = (
        "import bot.engine.without_tensorflow as w; w.install(); import rasa.core.agent, sys; print(w.is_stood_in(), 'jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)

    assert done.stdout.split() == ["True", "False"]


def test_a_real_tensorflow_is_used_when_it_is_installed(tmp_path: Path) -> None:
    """The stand-in is the last place looked at."""
    (tmp_path / "tensorflow.py").write_text("REAL = True\n")
    code = "import bot.engine.without_tensorflow as w; w.install(); import tensorflow; print(tensorflow.REAL, w.is_stood_in())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )

    assert done.stdout.split() == ["True", "False"]


def test_computing_with_the_stand_in_fails_loudly() -> None:
    """Nothing can mistake it for the real thing."""
    code = "import bot.engine.without_tensorflow as w; w.install(); import tensorflow as tf; tf.constant([1.0]) + tf.constant([2.0])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode != 0


@pytest.mark.parametrize(
    "nonsense", [[], {"events": "no"}, {"events": [{"event": "nonsense"}], "responses": []}, {"events": [], "responses": [3]}]
)
async def test_an_action_that_answers_nonsense_leaves_nobody_without_an_answer(
    assistant: Any, nonsense: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No schema is gone through at each message: what is not a result fails by itself, and the floor answers."""

    async def answers_nonsense(*_args: Any, **_kwargs: Any) -> Any:
        return nonsense

    monkeypatch.setattr(assistant._agent.action_endpoint, "request", answers_nonsense)
    reply = await assistant.answer("mon mari me frappe", now=SATURDAY)

    assert "3919" in reply.lines


def test_rasa_validates_the_project() -> None:
    """``rasa data validate`` as the README gives it."""
    command = [str(RASA), "data", "validate", "--config", "bot/config.yml", "--domain", "bot/domain.yml", "--data", "data/nlu", "bot/rules"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)

    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def test_the_rules_that_are_spared_would_not_have_applied(assistant: Any) -> None:
    """For every intent, at a first message, after an answer and when the words stand for the intent: Rasa's own comparison with
    all rules finds the same."""
    from rasa.core.policies.rule_policy import RULES, RulePolicy

    from bot.engine.rasa_patches import _every_rule_that_applies, rules_that_apply

    policies = [
        node._component
        for node in assistant._agent.processor.graph_runner._instantiated_nodes.values()
        if isinstance(node._component, RulePolicy)
    ]
    lookup = policies[0].lookup[RULES]
    intents = sorted({state["user"]["intent"] for rule in lookup for state in json.loads(rule) if "intent" in state.get("user", {})})
    listened, answered = {"prev_action": {"action_name": "action_listen"}}, {"prev_action": {"action_name": "action_orienter"}}
    applied = 0
    for said in [*({"intent": intent} for intent in [*intents, "inconnu"]), {"text": "bonjour"}]:
        for states in (
            [{"user": said, **listened}],
            [{"user": said, **listened}, {"user": said, **answered}],
            [{}, {"user": said}],
            [{}],
            [],
        ):
            expected = _every_rule_that_applies(policies[0], lookup, states)
            applied += bool(expected)
            assert rules_that_apply(policies[0], lookup, states) == set(expected)
    assert applied > len(intents)


def test_the_same_text_gives_the_same_vector_alone_or_among_others() -> None:
    """A sentence's meaning does not depend on who writes at the same time."""
    import numpy as np

    from bot.nlu.encoders import available_encoders
    from bot.nlu.readers import all_readers
    from bot.nlu.vectors import encode

    encoders = available_encoders()
    texts = ["mon voisin fait du bruit", "زوجي يضربني", "я хочу развестись", "I lost my job"]
    readers = all_readers(encoders, ["fr", "ar", "ru", "en"])
    together = encode(encoders, texts, readers)
    alone = np.vstack([encode(encoders, [text], readers[place : place + 1]) for place, text in enumerate(texts)])

    assert np.abs(together - alone).max() < 1e-2


def test_an_encoder_that_cannot_run_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Where one encoder is missing the other goes on, and start-up says so."""
    from bot.errors import EncoderUnavailable
    from bot.nlu import encoders

    def unavailable(_self: object) -> None:
        raise EncoderUnavailable("absent")

    encoders.available_encoders.cache_clear()
    monkeypatch.setattr(encoders.GraphE5, "__init__", unavailable)
    try:
        names = [encoder.name for encoder in encoders.available_encoders()]
    finally:
        encoders.available_encoders.cache_clear()

    assert names == ["use-m3"]
    assert "e5-small-int8" in caplog.text
