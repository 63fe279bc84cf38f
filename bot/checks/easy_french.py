"""The rules of easy French (FALC) that a machine can check: short sentences, easy words, no acronym without its words.

The rules are those of Inclusion Europe, "Information for all" (2009): short sentences, one idea a sentence, initials
avoided or explained.
"""

from __future__ import annotations

import re
from typing import Iterable

EASY = "fr-x-facile"
LONGEST_SENTENCE = 15
"""Words in a sentence; an hour, a number or a placeholder counts for one."""
EASY_FROM = 80.0
"""The lowest Kandel-Moles score of a text in easy French. On Flesch's scale, which theirs follows, 80 to 90 is « easy »
(read in the last year of primary school) and 60 to 70 « standard »; a letter of the administration scores under 40."""

ACRONYMS: dict[str, tuple[str, ...]] = {
    "ADAMAL": ("logement",),
    "AIH": ("Agent Insertion Handicap",),
    "AMELI": ("travail",),
    "APERS": ("victimes",),
    "BAFA": ("diplôme",),
    "CAF": ("Caisse d'allocations familiales",),
    "CDAD": ("Conseil départemental de l'accès au droit",),
    "CEC": ("Centre éducatif et culturel",),
    "CLCV": ("consommation, logement, cadre de vie",),
    "CSQS": ("centre social", "Centre social des quartiers sud"),
    "CV": ("études", "métiers"),
    "MDPH": ("Maison départementale des personnes handicapées",),
    "PH": ("jours fériés",),
    "PJJ": ("Protection judiciaire de la jeunesse",),
    "PLIE": ("Plan local pour l'insertion et l'emploi",),
    "QR": ("carré",),
    "SAMU": ("médecins", "urgence"),
    "SMS": ("message écrit",),
    "SPIP": ("Service pénitentiaire d'insertion et de probation",),
    "UEMO": ("Unité éducative de milieu ouvert",),
    "UFC": ("Union fédérale des consommateurs",),
}
"""Every acronym that easy French may use, with the words of which one must stand in the same message."""

_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+|\n+")
_WORD = re.compile(r"\{\w+\}|[\w'’-]*\w")
_ACRONYM = re.compile(r"\b[A-ZÀÂÉÈ]{2,}\b")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")
_SILENT_END = re.compile(r"(?:es|ent|e)$")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon or a semicolon starts a new line in easy French, so it ends one."""
    return [sentence for sentence in _SENTENCE_END.split(text) if _WORD.search(sentence)]


def words(text: str) -> list[str]:
    """The words of a text; ``l'enfant`` is one word for the eye that reads it."""
    return _WORD.findall(text)


def complaint_about(text: str) -> list[str]:
    """What is not easy in a text, in French, for whoever wrote it; nothing when all is well."""
    complaints = [
        f"une phrase de {len(words(sentence))} mots, « {sentence[:60]} » ({LONGEST_SENTENCE} au plus)"
        for sentence in sentences(text)
        if len(words(sentence)) > LONGEST_SENTENCE
    ]
    for acronym in sorted(set(_ACRONYM.findall(text))):
        explanations = ACRONYMS.get(acronym, ())
        if not any(explanation.casefold() in text.casefold() for explanation in explanations):
            complaints.append(f"le sigle « {acronym} » sans ses mots")
    return complaints


def kandel_moles(texts: Iterable[str]) -> float:
    """The reading ease of French texts: 207 - 1.015 (words a sentence) - 73.6 (syllables a word). 100 is very easy.

    Kandel and Moles, "Application de l'indice de Flesch à la langue française", 1958.
    """
    every_sentence = [sentence for text in texts for sentence in sentences(text)]
    every_word = [word for sentence in every_sentence for word in words(sentence)]
    if not every_word:
        return 100.0
    syllable_count = sum(map(syllables, every_word))
    return 207 - 1.015 * len(every_word) / len(every_sentence) - 73.6 * syllable_count / len(every_word)


def syllables(word: str) -> int:
    """The spoken syllables of a French word, near enough: groups of vowels, a mute ending left out. At least one."""
    lowered = word.casefold()
    groups = len(_VOWELS.findall(lowered))
    mute = groups > 1 and _SILENT_END.search(lowered) is not None
    return max(1, groups - mute)
