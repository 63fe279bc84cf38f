"""What the bench's tests share: the real application with a secret, a client that holds it, and a browser signed in."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
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
