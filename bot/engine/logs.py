"""Logs that cannot hold what a person wrote: warnings and errors only, and never the text of a message.

Rasa's debug and info logs print every message; httpx logs addresses that hold the bot's token. Both stay silent at every
level of ours.
"""

from __future__ import annotations

import logging
import warnings

import structlog

_TALKATIVE = ("rasa", "rasa_sdk", "httpx", "httpcore", "telegram", "apscheduler", "asyncio", "urllib3", "matplotlib", "uvicorn.access")


def configure(level: int = logging.WARNING) -> None:
    """Sets up the process's logs, once."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s : %(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), logger_factory=structlog.ReturnLoggerFactory()
    )
    warnings.filterwarnings("ignore")
