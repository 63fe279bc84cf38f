"""The cascade: who reads a sentence, and when all encoders are heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Sequence

import numpy as np
import pytest

from bot import project
from bot.house import House
from bot.nlu.cascade import SURE_AT, Cascade
from bot.nlu.examples import WELL_KNOWN_FROM
from bot.nlu.need_model import NeedModel, centred, mean_of_read
from bot.nlu.readers import LIGHT_LANGUAGES, TRAINED_ON_ALL_ONE_IN, all_readers, first_readers, training_readers
from bot.understanding import Guess

NEEDS = {"logement": "logement-litige", "argent": "caf-prestations", "coups": "violence-conjugale"}


@dataclass
class Echo:
    """An encoder that knows what some words mean, and remembers what it was given to read."""

    name: str
    languages: frozenset[str] | None
    is_light: bool
    words: Sequence[str]
    dimension: int = 4
    heard: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Any:
        self.heard += texts
        return np.array([[1.0, *(float(word in text) for word in self.words)] for text in texts], dtype=np.float32)


@pytest.fixture
def light() -> Echo:
    """Knows French and German, and one word."""
    return Echo("light", frozenset({"fr", "de"}), True, ["logement"], dimension=2)


@pytest.fixture
def deep() -> Echo:
    """Knows every language and every word."""
    return Echo("deep", None, False, ["logement", "argent", "coups"])


@pytest.mark.parametrize(("language", "first", "everyone"), [("fr", "light", "both"), ("de", "both", "both"), ("uk", "deep", "deep")])
def test_a_sentence_is_read_by_those_that_know_its_language(light: Echo, deep: Echo, language: str, first: str, everyone: str) -> None:
    """At first by the light one alone where we have thousands of sentences; an encoder never misleads in a language it was not shown."""
    who = {"light": [False, True], "deep": [True, False], "both": [True, True]}

    assert first_readers([deep, light], [language]).tolist() == [who[first]]
    assert all_readers([deep, light], [language]).tolist() == [who[everyone]]


def test_an_encoder_that_is_alone_reads_everything(light: Echo, deep: Echo) -> None:
    """Where the machine runs only one of them, nobody is left unread."""
    for encoder in (light, deep):
        assert first_readers([encoder], ["fr", "uk", "de"]).all()
    assert first_readers([deep, light], []).shape == (0, 2)


def test_one_training_sentence_in_three_is_read_by_all_always_the_same(light: Echo, deep: Echo) -> None:
    """The light encoder learns to be read alone; in other languages every sentence counts."""
    texts = [f"phrase {rank}" for rank in range(600)]
    french = training_readers([deep, light], texts, ["fr"] * 600)

    assert french[:, 1].all()
    assert 600 / TRAINED_ON_ALL_ONE_IN * 0.7 < french[:, 0].sum() < 600 / TRAINED_ON_ALL_ONE_IN * 1.3
    assert (french[100:] == training_readers([deep, light], texts[100:], ["fr"] * 500)).all()
    assert training_readers([deep, light], texts, ["de"] * 600).all()


def test_each_light_language_has_the_sentences_that_make_it_so() -> None:
    """A language with few sentences is read by all encoders."""
    for language in LIGHT_LANGUAGES:
        written = sum(path.read_text(encoding="utf-8").count("- ") for path in (project.NLU / language).glob("*.yml"))
        assert written > WELL_KNOWN_FROM, language


def test_an_encoder_that_did_not_read_weighs_nothing() -> None:
    """Its zeros stay zeros, and count in no mean."""
    rows = np.array([[2, 0, 5, 5], [4, 2, 0, 0]], dtype=np.float32)
    mean = mean_of_read(rows, [2, 2])
    middle = centred(rows, mean, [2, 2])

    assert mean.tolist() == [3, 1, 5, 5]
    assert middle[1, 2:].tolist() == [0, 0]
    assert np.linalg.norm(middle[:, :2], axis=1) == pytest.approx([1, 1])


@pytest.fixture
def model(light: Echo, deep: Echo) -> NeedModel:
    """Learnt from both encoders on a few sentences, some of them read by the light one alone."""
    texts = [f"{word} {filler}" for word in NEEDS for filler in ("un", "deux", "trois", "quatre") for _time in range(4)]
    rows = np.hstack([deep.encode(texts), light.encode(texts)])
    rows[::3, : deep.dimension] = 0
    deep.heard.clear()
    light.heard.clear()
    return NeedModel.train(texts, rows, [deep.dimension, light.dimension], [NEEDS[text.split()[0]] for text in texts], ["fr"] * len(texts))


@pytest.fixture
def cascade(model: NeedModel, light: Echo, deep: Echo, house: House) -> Cascade:
    """Whose French words are not yet believed alone: there are too few of them."""
    return Cascade(model, [deep, light], house.needs)


def understood(cascade: Cascade, text: str) -> str:
    (guesses,) = cascade.read([text], cascade.model.word_scores([text]), ["fr"])
    return guesses[0].id


def test_plain_words_of_a_well_known_language_need_no_encoder(cascade: Cascade, model: NeedModel, light: Echo, deep: Echo) -> None:
    """What thousands of sentences say alike is understood at once."""
    knows_french = replace(cascade, model=replace(model, languages={"fr": WELL_KNOWN_FROM}))

    assert understood(knows_french, "logement un") == "logement-litige"
    assert light.heard == deep.heard == []


def test_a_sure_reading_asks_no_other_encoder(cascade: Cascade, light: Echo, deep: Echo) -> None:
    """A plain matter is read once, by the encoder that costs little."""
    assert understood(cascade, "logement un") == "logement-litige"
    assert (light.heard, deep.heard) == (["logement un"], [])


def test_where_the_light_encoder_doubts_the_others_are_heard(cascade: Cascade, light: Echo, deep: Echo) -> None:
    """Words that it does not know are read again, by all, and nobody reads the same twice."""
    understood(cascade, "tout autre chose")

    assert light.heard == deep.heard == ["tout autre chose"]


def test_messages_read_together_are_each_read_as_far_as_they_need(cascade: Cascade, light: Echo, deep: Echo) -> None:
    """A plain message among obscure ones keeps its own guesses."""
    texts = ["tout autre chose", "logement un", "tout autre chose ici"]
    guesses = cascade.read(texts, cascade.model.word_scores(texts), ["fr"] * 3)

    assert guesses[1][0].id == "logement-litige"
    assert light.heard == texts
    assert deep.heard == [texts[0], texts[2]]


@pytest.mark.parametrize(
    ("first", "second", "is_sure"),
    [
        (("logement-litige", 0.9), ("violence-conjugale", 0.01), True),
        (("logement-litige", 0.45), ("caf-prestations", 0.4), False),
        (("logement-litige", 0.7), ("violence-conjugale", 0.2), False),
        (("violence-conjugale", 0.55), ("separation-droits", 0.4), False),
        (("violence-conjugale", 0.9), ("separation-droits", 0.05), True),
        (("effacer", 0.99), ("caf-prestations", 0.005), False),
    ],
)
def test_a_doubt_about_the_need_or_about_danger_is_a_doubt(
    cascade: Cascade, first: tuple[str, float], second: tuple[str, float], is_sure: bool
) -> None:
    """Sure of the need, and sure that there is danger or none; what cannot be undone is always read by all."""
    assert cascade.is_sure([Guess(*first), Guess(*second)], SURE_AT) is is_sure
