"""What the bench's tests share: the real application with a secret, a client that holds it, and a browser signed in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml
from starlette.testclient import TestClient

from bot.surfaces.server import create_app

SECRET = "un secret que personne ne devine"


@pytest.fixture
def app(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real application, its bench open to whoever holds ``SECRET``."""
    monkeypatch.setenv("BOUSSOLE_BENCH_TOKEN", SECRET)
    return create_app(assistant)


@pytest.fixture
def stranger(app: Any) -> Iterator[TestClient]:
    """Somebody without the secret."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def program(app: Any) -> Iterator[TestClient]:
    """A program that holds the secret."""
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, follow_redirects=False) as client:
        yield client


ROOT = Path(__file__).parent.parent.parent
SENTENCES_KEPT = 4
"""Of each need: enough to tell one from another, few enough to learn them in seconds."""
CASES_KEPT = 40


def small_copy(destination: Path) -> Path:
    """The project as it is, with few sentences in two languages and few cases: it trains in seconds."""
    for folder in ("bot", "actions", "locales"):
        shutil.copytree(ROOT / folder, destination / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", destination / "data", ignore=shutil.ignore_patterns("nlu", "backups", "corrections"))
    for path in sorted([*(ROOT / "data" / "nlu" / "fr").glob("*.yml"), *(ROOT / "data" / "nlu" / "en").glob("*.yml")]):
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))
        for block in blocks["nlu"]:
            block["examples"] = "".join(block["examples"].splitlines(keepends=True)[:SENTENCES_KEPT])
        target = destination / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(blocks, allow_unicode=True), encoding="utf-8")
    cases = yaml.safe_load((ROOT / "tests" / "cases" / "fr.yaml").read_text(encoding="utf-8"))
    cases["cases"] = cases["cases"][:: max(1, len(cases["cases"]) // CASES_KEPT)]
    (destination / "tests" / "cases").mkdir(parents=True)
    (destination / "tests" / "cases" / "fr.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
    (destination / ".cache").mkdir()
    (destination / ".cache" / "encoders").symlink_to(ROOT / ".cache" / "encoders")
    return destination
