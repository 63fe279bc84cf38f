"""``boussole retrain``: a challenger is trained with the corrections, and compared with the champion on every case.

It runs in a process of its own, with the lowest priority, while the bot answers. How far it is stands in one small file,
which the bench reads; nothing is put in service here: that takes a person.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from bot import clock, corrections, project
from bot.checks.cases import Case, all_cases
from bot.engine.assistant import Assistant
from bot.engine.training import ModelStore, train_challenger
from bot.errors import BadInput, BoussoleError
from bot.evaluation.answering import answer_cases
from bot.evaluation.compare import Comparison, compare
from bot.evaluation.measure import Answered
from bot.safe_file import write_whole

STATUS = project.ROOT / "reports" / "retrain.json"
TRAINING, COMPARING, READY, FAILED = "training", "comparing", "ready", "failed"
_NICE = 15
_TOLD_EVERY = 25
"""Answers between two writings of how far it is."""


@dataclass(frozen=True)
class Status:
    """How far a retraining is: ``done`` of ``total`` answers while comparing; the comparison once ready."""

    state: str
    process: int = 0
    started: str = ""
    done: int = 0
    total: int = 0
    model: str = ""
    message: str = ""
    comparison: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether its process is still at work."""
        return self.state in (TRAINING, COMPARING) and _is_alive(self.process)

    @property
    def was_cut(self) -> bool:
        """Whether its process ended before its work (the machine was stopped)."""
        return self.state in (TRAINING, COMPARING) and not _is_alive(self.process)

    def result(self) -> Comparison | None:
        """The comparison, once ready."""
        return Comparison.from_json(self.comparison) if self.state == READY else None


def status(path: Path = STATUS) -> Status | None:
    """The latest retraining; None when there never was one."""
    try:
        return Status(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def start() -> None:
    """Starts a retraining in the background.

    Raises:
        BadInput: when one is at work, or when there is nothing new to learn.
    """
    _refuse_to_start(ModelStore())
    command = [sys.executable, "-m", "bot", "retrain"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=project.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _say(Status(TRAINING, process.pid, clock.now().isoformat()))


def retrain(store: ModelStore = ModelStore(), say: Callable[[Status], None] = lambda _status: None) -> Comparison:
    """Trains the challenger, answers every case with both models, and writes what came of it.

    Raises:
        BadInput: when there is nothing new to learn.
        ModelUnavailable: when there is no champion, or no challenger came out.
    """
    os.nice(_NICE)
    started, process = clock.now().isoformat(), os.getpid()

    def tell(state: str, **values: Any) -> None:
        now = Status(state, process, started, **values)
        _say(now)
        say(now)

    try:
        _refuse_to_start(store, process)
        tell(TRAINING)
        champion = store.verified()
        challenger = train_challenger(store)
        cases = all_cases()
        total = 2 * len(cases)
        sides = []
        for before, path in ((0, champion), (len(cases), challenger)):
            sides.append(asyncio.run(_answers(path, cases, lambda done: tell(COMPARING, done=before + done, total=total))))  # noqa: B023
        learnt = {correction.text for correction in corrections.read_all() if correction.train}
        comparison = compare(sides[0], sides[1], learnt)
        tell(READY, done=total, total=total, model=challenger.name, comparison=comparison.to_json())
    except Exception as error:
        tell(FAILED, message=str(error) if isinstance(error, BoussoleError) else f"Une panne ({type(error).__name__}).")
        raise
    return comparison


def put_in_service(store: ModelStore = ModelStore()) -> str:
    """Puts the challenger that was compared in service: only on a person's word. Gives its name.

    Raises:
        BadInput: when there is none ready, or when it misses a danger that the champion finds.
        ModelUnavailable: when its file is not sound, or the data have changed since.
    """
    latest = status()
    result = latest.result() if latest is not None else None
    if latest is None or result is None or store.manifest().challenger != latest.model:
        raise BadInput("Aucun modèle n'attend d'être mis en service. Réentraînez d'abord.")
    if result.is_blocked:
        raise BadInput("Ce modèle manque un danger que celui d'aujourd'hui trouve : il ne peut pas être mis en service.")
    store.put_in_service(latest.model)
    return latest.model


def waiting(store: ModelStore = ModelStore()) -> bool:
    """Whether there is something to learn: the champion was not made from the corrections at hand."""
    return store.manifest().champion != store.path().name


def _refuse_to_start(store: ModelStore, own_process: int = 0) -> None:
    latest = status()
    if latest is not None and latest.is_running and latest.process != own_process:
        raise BadInput("Un entraînement est déjà en cours.")
    if not waiting(store):
        raise BadInput("Rien de neuf à apprendre : le modèle en service connaît déjà toutes les corrections cochées.")


async def _answers(path: Path, cases: Sequence[Case], told: Callable[[int], None]) -> list[Answered]:
    return await answer_cases(Assistant.of_model(path), cases, lambda done: None if done % _TOLD_EVERY else told(done))


def _say(now: Status, path: Path = STATUS) -> None:
    write_whole(path, json.dumps(vars(now), ensure_ascii=False) + "\n")


def _is_alive(process: int) -> bool:
    with contextlib.suppress(OSError):  # not our child
        os.waitpid(process, os.WNOHANG)  # a child that ended is there until it is waited for
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return process > 0
