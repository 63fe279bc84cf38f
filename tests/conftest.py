"""What the tests share: the house as it is, and the trained model, loaded once."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from typing import Any

import pytest

from bot.clock import PARIS
from bot.engine.training import ModelStore, prepare_rasa, train
from bot.house import House, open_house

os.environ["BOUSSOLE_STATE"] = tempfile.mkdtemp(prefix="boussole-tests-")
"""What the tests count is not what people asked."""

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=PARIS)


@pytest.fixture(scope="session")
def house() -> House:
    """The real catalogue, needs, dangers and languages."""
    return open_house()


@pytest.fixture(scope="session")
def assistant() -> Any:
    """The assistant on the trained model of the data at hand (trained first when the data changed)."""
    prepare_rasa()
    from bot.engine.assistant import Assistant

    store = ModelStore()
    if not store.is_current():
        train(store)
    return Assistant.load(store)
