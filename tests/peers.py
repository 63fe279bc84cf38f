"""The real peers of the tests, started on 127.0.0.1 for as long as a test needs them: Redis, and Boussole itself."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """A real Redis that writes nothing to the disk; it can be stopped, frozen and started again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: _is_open(self.port), 10)

    def stop(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def freeze(self) -> None:
        """It accepts connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It answers again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def running_redis() -> Iterator[Redis]:
    """A Redis for the length of a test."""
    redis = Redis()
    redis.start()
    try:
        yield redis
    finally:
        redis.stop()


class Server:
    """``boussole run`` on a free port, as it is started in the house."""

    def __init__(self, environment: dict[str, str] | None = None, limits: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", str(self.port)]
        self.process = subprocess.Popen(
            ["bash", "-c", f'{limits} exec "$@"', "-", *command] if limits else command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        wait_until(lambda: self.process.poll() is not None or answers(f"{self.url}/health"), 120)

    def stop(self, with_signal: int = signal.SIGTERM) -> str:
        """Ends it; gives everything it ever printed."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        printed, _nothing = self.process.communicate(timeout=40)
        return printed.decode("utf-8", "replace")


@contextlib.contextmanager
def running_server(environment: dict[str, str] | None = None, limits: str = "") -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(environment, limits)
    try:
        yield server
    finally:
        server.stop()


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return int(response.status) == 200
    except OSError:
        return False


def wait_until(condition: object, seconds: float) -> None:
    """Looks again and again, up to a bound."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
