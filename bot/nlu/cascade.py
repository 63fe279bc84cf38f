"""The cascade: a message is read by the light encoder, and by all of them where that leaves a doubt."""

from __future__ import annotations

from typing import Sequence

from bot.needs import Needs
from bot.nlu import vectors
from bot.nlu.danger_belief import DangerBelief
from bot.nlu.encoders import Encoder, Vectors
from bot.nlu.need_model import NeedModel
from bot.nlu.readers import all_readers, first_readers
from bot.understanding import Guess

SURE_AT = 0.5
"""The confidence in the first need from which the light reading may be enough."""
SURELY_CALM_UNDER = -3.0
SURELY_DANGER_OVER = 1.0
"""Scores of danger between which all encoders are heard, whatever the need. With these three, three quarters of the cases in
light languages are read once; as many are answered well, and no danger more is missed, as when all are read by all
encoders (docs/benchmarks.md)."""


def read(
    model: NeedModel, encoders: Sequence[Encoder], needs: Needs, texts: Sequence[str], rows: Vectors, languages: Sequence[str]
) -> tuple[list[tuple[Guess, ...]], Vectors]:
    """The guesses of every message, surest first, and the vectors they come from.

    ``rows`` (messages, dimension) hold what the first readers said.
    """
    by_words = model.by_words(texts)
    guesses = model.guesses(rows, by_words, languages)
    unheard = all_readers(encoders, languages) & ~first_readers(encoders, languages)
    is_left = unheard.any(axis=1)
    doubts = [place for place, guessed in enumerate(guesses) if is_left[place] and not is_sure(guessed, needs)]
    if doubts:
        rows = rows.copy()
        rows[doubts] += vectors.encode(encoders, [texts[place] for place in doubts], unheard[doubts])
        again = model.guesses(rows[doubts], by_words[doubts], [languages[place] for place in doubts])
        for place, guessed in zip(doubts, again):
            guesses[place] = guessed
    return guesses, rows


def is_sure(guesses: Sequence[Guess], needs: Needs) -> bool:
    """Whether guesses, surest first, leave no doubt about the need, nor about danger."""
    score = DangerBelief.of(((guess.id, guess.confidence) for guess in guesses), needs).score
    return guesses[0].confidence >= SURE_AT and not SURELY_CALM_UNDER < score < SURELY_DANGER_OVER
