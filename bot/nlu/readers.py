"""Which encoders read a sentence: all that know its language, or at first the light one alone.

E5 knows every language and costs six times what the Universal Sentence Encoder does, which knows sixteen; in a language
that it was never shown, the latter only misleads. An encoder that does not read a sentence leaves zeros in its place.
"""

from __future__ import annotations

import zlib
from typing import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoders import Encoder

Readers = NDArray[np.bool_]
"""Shape (sentences, encoders): whether this encoder reads that sentence."""
LIGHT_LANGUAGES = frozenset({"fr", "en", "ar", "es", "pt", "it", "tr", "ru"})
"""Those that the light encoder knows and in which we have thousands of sentences: it is most often enough."""
TRAINED_ON_ALL_ONE_IN = 3
"""In a light language, of how many training sentences one is read by all encoders; the others, by the light one. Learning
takes half the time and measures the same, and the light encoder learns to be read alone."""


def all_readers(encoders: Sequence[Encoder], languages: Sequence[str]) -> Readers:
    """Every encoder that knows the sentence's language. An encoder that is alone reads everything, as well as it can."""
    alone = len(encoders) == 1
    able = [[alone or encoder.languages is None or language in encoder.languages for encoder in encoders] for language in languages]
    return np.array(able, dtype=bool).reshape(len(languages), len(encoders))


def first_readers(encoders: Sequence[Encoder], languages: Sequence[str]) -> Readers:
    """The light encoder in a light language; all that know it in another."""
    able = all_readers(encoders, languages)
    is_light = np.array([encoder.is_light for encoder in encoders])
    is_well_read = np.array([language in LIGHT_LANGUAGES for language in languages], dtype=bool)
    enough = able & is_light & is_well_read[:, np.newaxis]
    return np.where(enough.any(axis=1, keepdims=True), enough, able)


def training_readers(encoders: Sequence[Encoder], texts: Sequence[str], languages: Sequence[str]) -> Readers:
    """Those of training sentences, the same at every training."""
    by_all = np.array([zlib.crc32(text.encode("utf-8", "replace")) % TRAINED_ON_ALL_ONE_IN == 0 for text in texts], dtype=bool)
    return np.where(by_all[:, np.newaxis], all_readers(encoders, languages), first_readers(encoders, languages))
