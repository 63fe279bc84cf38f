"""The counting of this process: one recorder, made at first use, on the store that the environment asks for."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import lru_cache

from bot import project
from bot.clock import PARIS
from bot.observatory import CountStore, keys_of
from bot.observatory_store import Recorder, SqliteCounts
from bot.reply import Reply

logger = logging.getLogger(__name__)


def count_store() -> CountStore:
    """Where the house's counts are. Processes that share more than a disk get another store here."""
    return SqliteCounts(project.state() / "observatory.sqlite")


@lru_cache(maxsize=1)
def recorder() -> Recorder:
    """The recorder of this process."""
    return Recorder(count_store())


def observe(reply: Reply, surface: str, now: datetime) -> None:
    """Counts an answer: never a word, never a person, and never a failure for whoever asked."""
    try:
        recorder().record(keys_of(reply, surface, now.astimezone(PARIS).date()))
    except Exception as error:
        logger.warning("Un compteur a échoué (%s).", type(error).__name__)
