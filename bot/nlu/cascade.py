"""The cascade: a message is understood by its words, by the light encoder, by all encoders: each is asked where those before it
leave a doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.needs import Needs
from bot.nlu import vectors
from bot.nlu.danger_belief import DangerBelief
from bot.nlu.encoders import Encoder
from bot.nlu.need_model import NeedModel
from bot.nlu.readers import Readers, all_readers, first_readers
from bot.turn import ERASE
from bot.understanding import Guess

WORDS_SURE_AT = 0.7
"""The confidence in the first need from which words may be enough."""
SURE_AT = 0.5
"""The same of a reading by encoders: two that agree."""
SURELY_CALM_UNDER = -3.0
SURELY_DANGER_OVER = 1.0
"""Scores of danger between which the next reading is asked, whatever the need. With these four, two cases in five in our
languages are understood by their words alone and one in four by all encoders; as many are answered well, and no danger
more is missed, as when all encoders read everything (docs/encoders.md)."""

HEARD_BY_ALL = frozenset({ERASE})
"""Needs that all encoders must agree on, for what they do cannot be undone (:func:`bot.danger_turn.closes_danger_by_mistake`)."""

Stage = Callable[[Sequence[Encoder], Sequence[str]], Readers]
"""Who reads, after the words, what is still in doubt."""
EVERY_STAGE: tuple[Stage, ...] = (first_readers, all_readers)


@dataclass(frozen=True)
class Cascade:
    """The model of needs, the encoders of this machine, and which needs are dangers."""

    model: NeedModel
    encoders: Sequence[Encoder]
    needs: Needs

    def read(
        self, texts: Sequence[str], word_scores: NDArray[np.float32], languages: Sequence[str], stages: Sequence[Stage] = EVERY_STAGE
    ) -> list[tuple[Guess, ...]]:
        """The guesses of every message, surest first; ``word_scores`` are what :meth:`NeedModel.word_scores` says of them.

        Words alone are believed in the languages that have many sentences of ours.
        """
        guesses = self.model.guesses_by_words(word_scores)
        doubts = [
            place
            for place, language in enumerate(languages)
            if not (self.model.knows_well(language) and self.is_sure(guesses[place], WORDS_SURE_AT))
        ]
        rows = np.zeros((len(texts), sum(encoder.dimension for encoder in self.encoders)), dtype=np.float32)
        heard = np.zeros((len(texts), len(self.encoders)), dtype=bool)
        for stage in stages:
            asked = stage(self.encoders, languages) & ~heard
            doubts = [place for place in doubts if asked[place].any()]
            if not doubts:
                break
            rows[doubts] += vectors.encode(self.encoders, [texts[place] for place in doubts], asked[doubts])
            heard |= asked
            said = self.model.guesses(rows[doubts], word_scores[doubts], [languages[place] for place in doubts])
            for place, guessed in zip(doubts, said):
                guesses[place] = guessed
            doubts = [place for place in doubts if not self.is_sure(guesses[place], SURE_AT)]
        return guesses

    def is_sure(self, guesses: Sequence[Guess], sure_at: float) -> bool:
        """Whether guesses, surest first, leave no doubt about the need (``sure_at``), nor about danger."""
        if guesses[0].id in HEARD_BY_ALL or guesses[0].confidence < sure_at:
            return False
        score = DangerBelief.of(((guess.id, guess.confidence) for guess in guesses), self.needs).score
        return not SURELY_CALM_UNDER < score < SURELY_DANGER_OVER
