"""Logs that cannot hold what a person wrote, at any level, whoever writes them.

Every record of the process is made here (:func:`logging.setLogRecordFactory`), so that no handler, ours or another's, ever
holds more than this:

* of our own modules, the sentence, its tokens masked and kept in one record whatever line breaks it holds;
* of a library (Rasa, httpx, python-telegram-bot, uvicorn…), the level, the name and the place: never its words, because
  theirs quote messages, addresses with the bot's token, and bodies;
* of an error, its kinds and places: never its text, which often quotes what was being read.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any, Mapping, Optional, Tuple, Type, Union

import structlog

_OURS = frozenset({"bot", "actions", "__main__"})
_TALKATIVE = ("rasa", "rasa_sdk", "httpx", "httpcore", "telegram", "apscheduler", "asyncio", "urllib3", "matplotlib", "uvicorn")
_TOKEN = re.compile(r"\b(?:bot)?\d{5,}:[\w-]{16,}|(?i:(?<=token=)|(?<=secret=)|(?<=password=)|(?<=bearer ))[^\s&]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_FRAMES = 6
"""Places told of an error: the last calls before it."""

_ErrorInfo = Union[Tuple[Type[BaseException], BaseException, Optional[TracebackType]], Tuple[None, None, None], None]


def configure() -> None:
    """Sets up the process's logs; ``BOUSSOLE_LOG`` (DEBUG, INFO, WARNING…) says how much is told. Safe to call twice."""
    level = logging.getLevelName(os.environ.get("BOUSSOLE_LOG", "WARNING").upper())
    level = level if isinstance(level, int) else logging.WARNING
    logging.setLogRecordFactory(wordless_record)
    logging.basicConfig(format="%(levelname)s %(name)s : %(message)s")
    logging.getLogger().setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR if level > logging.DEBUG else level)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), logger_factory=structlog.ReturnLoggerFactory()
    )
    warnings.filterwarnings("ignore")
    sys.excepthook = _uncaught
    threading.excepthook = lambda failure: _tell(failure.exc_value)
    sys.unraisablehook = lambda failure: _tell(failure.exc_value)


def wordless_record(
    name: str,
    level: int,
    path: str,
    line: int,
    message: object,
    args: Union[Tuple[object, ...], Mapping[str, object], None],
    error: _ErrorInfo = None,
    function: Optional[str] = None,
    _stack: Optional[str] = None,
    **_rest: Any,
) -> logging.LogRecord:
    """A record that holds nothing a person wrote, in the shape that :mod:`logging` asks for."""
    ours = name.split(".", 1)[0] in _OURS
    said = _sentence(message, args) if ours else f"({os.path.basename(path)}:{line})"
    if error and error[1] is not None:
        said = f"{said} [{places(error[1])}]"
    return logging.LogRecord(name, level, path, line, said, None, None, function)


def masked(text: str) -> str:
    """The text without tokens or control characters; what follows a line break is set in, so that it cannot pass for a record."""
    return _CONTROL.sub("�", _TOKEN.sub("***", text)).replace("\n", "\n    ")


def places(error: BaseException) -> str:
    """What an error is and where it happened, with those it came from: ``ValueError http.py:30 < api.py:12``."""
    told: list[str] = []
    current: Optional[BaseException] = error
    while current is not None and len(told) < 5:
        frames = traceback.extract_tb(current.__traceback__, limit=-_FRAMES)
        where = " < ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
        told.append(f"{type(current).__name__} {where}".strip())
        current = current.__cause__ or current.__context__
    return " ; ".join(told)


def _sentence(message: object, args: Union[Tuple[object, ...], Mapping[str, object], None]) -> str:
    # a single mapping is what "%(name)s" reads, as logging.LogRecord has it
    values = args[0] if isinstance(args, tuple) and len(args) == 1 and isinstance(args[0], Mapping) else args
    try:
        return masked(str(message) % values if values else str(message))
    except (TypeError, ValueError, KeyError):
        return masked(str(message))


def _uncaught(kind: Type[BaseException], error: BaseException, _trace: Optional[TracebackType]) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _tell(error)


def _tell(error: Optional[BaseException]) -> None:
    """The last word of a process or a thread that fails."""
    if error is not None and sys.stderr is not None:
        print(f"ERREUR {places(error)}", file=sys.stderr)
