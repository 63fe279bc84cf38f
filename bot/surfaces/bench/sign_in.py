"""Who may enter the bench: a secret shared by the staff, a session a browser, and a door that shuts after wrong guesses.

Pure: it knows no request. Nothing is written anywhere; a restart signs everybody out.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Callable

from bot.language import DEFAULT

IDLE = 60 * 60
"""Seconds without a click after which a session is over: a counter is a place that people walk past."""
LONGEST = 10 * 60 * 60
"""Seconds after which a session is over whatever is done: a working day."""
MAX_SESSIONS = 200
WRONG_GUESSES = 5
LOCKED_FOR = 15 * 60
"""Seconds during which an address that guessed wrong ``WRONG_GUESSES`` times is not listened to."""
MAX_ADDRESSES = 10_000


@dataclass
class Session:
    """One signed-in browser. ``csrf`` must come back with every form; ``language`` is the tag of its pages' locale."""

    id: str
    csrf: str
    opened: float
    seen: float
    language: str = DEFAULT


@dataclass
class _Guesses:
    wrong: int = 0
    latest: float = 0.0


@dataclass
class Gate:
    """Checks secrets and keeps the sessions, in memory."""

    secret: str
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, Session] = field(default_factory=dict)
    _guesses: dict[str, _Guesses] = field(default_factory=dict)

    def is_locked(self, address: str) -> bool:
        """Whether this address guessed wrong too often, too lately."""
        guesses = self._guesses.get(address)
        if guesses is None:
            return False
        if self.clock() - guesses.latest >= LOCKED_FOR:
            del self._guesses[address]
            return False
        return guesses.wrong >= WRONG_GUESSES

    def accepts(self, guess: str, address: str) -> bool:
        """Whether the secret is the right one; a wrong one is counted. Always False for a locked address."""
        if self.is_locked(address):
            return False
        if hmac.compare_digest(guess.encode("utf-8", "replace"), self.secret.encode("utf-8", "replace")):
            self._guesses.pop(address, None)
            return True
        if len(self._guesses) >= MAX_ADDRESSES:
            del self._guesses[next(iter(self._guesses))]
        guesses = self._guesses.setdefault(address, _Guesses())
        guesses.wrong += 1
        guesses.latest = self.clock()
        return False

    def open_session(self, language: str = DEFAULT) -> Session:
        """A new session, its id of 256 random bits; the oldest goes when there are too many."""
        now = self.clock()
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), opened=now, seen=now, language=language)
        self._sessions[session.id] = session
        return session

    def session(self, identifier: str | None) -> Session | None:
        """The session of a cookie, kept open for another while; None when there is none or its time is over."""
        session = self._sessions.get(identifier or "")
        if session is None:
            return None
        now = self.clock()
        if now - session.seen > IDLE or now - session.opened > LONGEST:
            del self._sessions[session.id]
            return None
        session.seen = now
        return session

    def close(self, session: Session) -> None:
        """Signs out."""
        self._sessions.pop(session.id, None)
