"""The checks of ``data/nlu``: known needs, right files, enough sentences, no near-copies, none of the test cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Collection, Sequence

import yaml

from bot.checks.problems import Problem, did_you_mean
from bot.checks.similarity import near_pairs
from bot.documents import UnreadableDocument, display_name, read
from bot.needs import Kind, Needs

COPY = 0.8
"""Two sentences of one need that share more than this are one sentence written twice."""
LEAK = 0.75
"""A training sentence that shares more than this with a test case would let the case be learnt by heart."""
ENOUGH = {"fr": 120}
ENOUGH_ELSEWHERE = 40
"""Sentences wanted for each real need, in French and in each other language that Boussole answers in. A language that it
only understands has a few, so that it is recognised and its words of danger are known."""


@dataclass(frozen=True)
class TrainingSentence:
    """A sentence of ``data/nlu``, with where it stands."""

    text: str
    need: str
    facet: str | None
    language: str
    file: str
    line: int


def check_nlu(directory: Path, needs: Needs, case_texts: Sequence[tuple[str, str]], only_understood: Collection[str] = ()) -> list[Problem]:
    """All problems of the training sentences. ``case_texts`` are (file, text) of every test case; ``only_understood`` the
    languages without a locale."""
    sentences, problems = read_sentences(directory, needs)
    problems += _check_copies(sentences)
    problems += _check_leaks(sentences, case_texts)
    problems += _check_amounts(sentences, needs, only_understood)
    return problems


def read_sentences(directory: Path, needs: Needs) -> tuple[list[TrainingSentence], list[Problem]]:
    """Every sentence, and the problems of the files they stand in."""
    sentences: list[TrainingSentence] = []
    problems: list[Problem] = []
    for path in sorted(directory.glob("*/*.yml")):
        found, wrong = _read_file(path, needs)
        sentences += found
        problems += wrong
    return sentences, problems


def _read_file(path: Path, needs: Needs) -> tuple[list[TrainingSentence], list[Problem]]:
    name = display_name(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        blocks = yaml.load("\n".join(lines), Loader=yaml.CSafeLoader)["nlu"]
        entries = [(str(block["intent"]), block.get("metadata") or {}, str(block["examples"])) for block in blocks]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        return [], [unreadable_sentences(path)]
    known = {*needs.needs, *needs.crossroads}
    sentences: list[TrainingSentence] = []
    problems: list[Problem] = []
    line = 0
    for need, metadata, examples in entries:
        line = _line_of(lines, f"- intent: {need}", line)
        if need not in known:
            problems.append(Problem(name, line, need, "intent", f"« {need} »", "un besoin de data/needs.yaml", did_you_mean(need, known)))
            continue
        if needs.theme(need) != path.stem:
            problems.append(Problem(name, line, need, "intent", f"dans {path.name}", f"dans {needs.theme(need)}.yml"))
        if metadata.get("language") != path.parent.name:
            problems.append(
                Problem(
                    name, line, need, "metadata", f"la langue « {metadata.get('language')} »", f"« {path.parent.name} », comme le dossier"
                )
            )
        facet = metadata.get("facet")
        if facet is not None and facet not in needs.needs[need].facets:
            problems.append(
                Problem(name, line, need, "facet", f"« {facet} »", "une nuance de ce besoin", did_you_mean(facet, needs.needs[need].facets))
            )
        for text in examples.splitlines():
            line = _line_of(lines, text, line)
            sentences.append(TrainingSentence(text.removeprefix("- "), need, facet, path.parent.name, name, line))
    return sentences, problems


def unreadable_sentences(path: Path) -> Problem:
    """What is wrong with a file whose sentences cannot be read."""
    name = display_name(path)
    try:
        read(path)
    except UnreadableDocument as error:
        return Problem(name, error.line, "", "", error.reason, "un fichier de phrases (« nlu: », « - intent: », « examples: | »)")
    return Problem(name, None, "", "", "une structure inconnue", "« nlu: », puis « - intent: … » et « examples: | »")


def _line_of(lines: Sequence[str], wanted: str, after: int) -> int:
    for position in range(after, len(lines)):
        if lines[position].strip().startswith(wanted):
            return position + 1
    return after


def _check_copies(sentences: Sequence[TrainingSentence]) -> list[Problem]:
    groups: dict[tuple[str, str], list[TrainingSentence]] = defaultdict(list)
    for sentence in sentences:
        groups[sentence.language, sentence.need].append(sentence)
    problems = []
    for group in groups.values():
        texts = [sentence.text for sentence in group]
        for first, second in near_pairs(texts, texts, COPY):
            kept, copy = group[first], group[second]
            problems.append(
                Problem(
                    copy.file,
                    copy.line,
                    copy.need,
                    "phrase",
                    f"« {copy.text[:60]} », presque la même que ligne {kept.line} de {kept.file}",
                    "une phrase différente",
                )
            )
    return problems


def _check_leaks(sentences: Sequence[TrainingSentence], case_texts: Sequence[tuple[str, str]]) -> list[Problem]:
    texts = [sentence.text for sentence in sentences]
    problems = []
    for position, case in near_pairs(texts, [text for _file, text in case_texts], LEAK):
        sentence, file = sentences[position], case_texts[case][0]
        problems.append(
            Problem(
                sentence.file,
                sentence.line,
                sentence.need,
                "phrase",
                f"« {sentence.text[:60]} », qui est un cas de {file}",
                "une phrase qui n'est pas un cas",
            )
        )
    return problems


def _check_amounts(sentences: Sequence[TrainingSentence], needs: Needs, only_understood: Collection[str]) -> list[Problem]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for sentence in sentences:
        counts[sentence.language, sentence.need] += 1
    languages = sorted({sentence.language for sentence in sentences} - set(only_understood))
    real = [need.id for need in needs.needs.values() if need.kind is Kind.ORIENT]
    return [
        Problem(f"data/nlu/{language}", None, need, "", f"{counts[language, need]} phrases", f"au moins {wanted}", is_warning=True)
        for language in languages
        for wanted in [ENOUGH.get(language, ENOUGH_ELSEWHERE)]
        for need in real
        if counts[language, need] < wanted
    ]
