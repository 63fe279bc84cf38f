"""The README tells the truth: its commands run, and the answer it shows is the answer given."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines() if line.strip()
]
RUN_ELSEWHERE = ("make run", "make test", ".venv/bin/rasa train", ".venv/bin/rasa run", ".venv/bin/rasa shell", ".venv/bin/rasa test")
"""Servers, dialogues, and what this very test run is part of."""


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith(RUN_ELSEWHERE)])
def test_each_command_of_the_readme_runs(assistant: Any, command: str) -> None:
    """From the project's folder, as a newcomer would."""
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr[-2000:]


def test_the_answer_shown_is_the_answer_given(assistant: Any) -> None:
    """The box printed in the README comes out of the command above it."""
    command = next(command for command in COMMANDS if " ask " in command)
    shown = re.search(r"```text\n(.*?)```", README, re.S)
    assert shown is not None
    done = subprocess.run(
        shlex.split(command),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={"COLUMNS": "80", "PATH": "/usr/bin:/bin"},
    )

    assert shown.group(1).strip() in done.stdout


def test_make_targets_named_in_the_readme_exist() -> None:
    """``make run``, ``make test``, ``make setup``, ``make messages``."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    documents = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    for target in set(re.findall(r"`make (\w+)`|^make (\w+)", documents, re.M)):
        assert re.search(rf"^{''.join(target)}:", makefile, re.M)
