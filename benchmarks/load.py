"""People who write at the same time: how many are answered a second, how long each waits, and whether each gets their own answer.

    .venv/bin/python benchmarks/load.py --port 5005 --clients 64 --seconds 300 --pid "$(pgrep -f 'bot run')"

Speaks Rasa's REST channel, on 127.0.0.1 only, so that it measures any Rasa. What is said are our French test cases; every
message is different: nothing is answered from memory. With ``--pid`` the server's memory is told too, at the start and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.checks.cases import all_cases

SENTENCES = [case.text for case in all_cases() if case.language == "fr"]
"""What people write: the French test cases, in every style, in an order drawn once. In other languages stock Rasa, which we train
in French, would be quick to answer nothing."""
random.Random(0).shuffle(SENTENCES)
_RANKS = itertools.count(1)
"""One a message, over all loads of a process: no sentence is ever sent twice."""


@dataclass
class Outcome:
    """What happened: seconds each message took, what failed, the answers that held nothing (as stock Rasa's do when it is
    unsure), and those that went to somebody else."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    empty: int = 0
    crossed: int = 0
    seconds: float = 0.0

    def per_second(self) -> float:
        """Messages answered a second."""
        return len(self.took) / self.seconds

    def percentile(self, rank: int) -> float:
        """Milliseconds within which ``rank`` percent of the messages were answered."""
        return statistics.quantiles(self.took, n=100)[rank - 1] * 1000


class Person:
    """One client on one connection."""

    def __init__(self, port: int, name: str) -> None:
        self._port = port
        self._name = name
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, text: str) -> tuple[int, list[dict[str, object]]]:
        """Sends a message; gives the HTTP status and the answers."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = json.dumps({"sender": self._name, "message": text}).encode()
        head = f"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines[1:])}
        answer = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "") == "close":
            self.leave()
        return int(lines[0].split()[1]), json.loads(answer)

    def leave(self) -> None:
        """Closes the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def load(port: int, clients: int, messages: int | None = None, seconds: float | None = None) -> Outcome:
    """Sends ``messages`` in all, or for ``seconds``, from ``clients`` people at once; a conversation lasts four messages."""
    outcome, started = Outcome(), time.perf_counter()
    left = itertools.islice(_RANKS, messages)
    end = started + seconds if seconds is not None else float("inf")

    async def person(number: int) -> None:
        connection: Person | None = None
        for said, rank in enumerate(left):
            if time.perf_counter() > end:
                break
            if connection is None or said % 4 == 0:
                if connection is not None:
                    connection.leave()
                name = f"{port}-{number}-{rank}-{time.monotonic_ns()}"
                connection = Person(port, name)
            await _timed(connection, name, f"{SENTENCES[rank % len(SENTENCES)]} {rank}", outcome)
        if connection is not None:
            connection.leave()

    await asyncio.gather(*(person(number) for number in range(clients)))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _timed(person: Person, name: str, text: str, outcome: Outcome) -> None:
    started = time.perf_counter()
    try:
        status, answers = await asyncio.wait_for(person.say(text), 60)
    except (OSError, EOFError, asyncio.TimeoutError, ValueError) as error:
        outcome.failed.append(type(error).__name__)
        person.leave()
        return
    if status != 200:
        outcome.failed.append(f"HTTP {status}")
        return
    outcome.took.append(time.perf_counter() - started)
    if not answers:
        outcome.empty += 1
        return
    custom = answers[0].get("custom")
    if answers[0].get("recipient_id") != name or (isinstance(custom, dict) and custom.get("text") != text):
        outcome.crossed += 1


def resident(pids: set[int]) -> float:
    """Resident memory of processes and their children, in MB."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family(pids))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def processor_seconds(pids: set[int]) -> float:
    """Processor time that processes and their children have used: what others do on the machine changes it little."""
    ticks = 0
    for pid in family(pids):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def family(pids: set[int]) -> set[int]:
    """Processes and their children, at any depth."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = set(pids)
    while children := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= children
    return found


def main() -> None:
    """Loads a server and tells what happened."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pid", type=int, nargs="*", default=[])
    options = parser.parse_args()
    asyncio.run(load(options.port, options.clients, seconds=options.seconds / 10))  # what is used is loaded, what is kept is full
    before = resident(set(options.pid))
    outcome = asyncio.run(load(options.port, options.clients, seconds=options.seconds))
    after = resident(set(options.pid))
    print(f"{len(outcome.took)} messages en {outcome.seconds:.0f} s, {options.clients} clients : {outcome.per_second():.1f} par seconde")
    print(f"p50 {outcome.percentile(50):.0f} ms, p95 {outcome.percentile(95):.0f} ms, p99 {outcome.percentile(99):.0f} ms")
    print(f"perdus {len(outcome.failed)} {sorted(set(outcome.failed))}, vides {outcome.empty}, croisés {outcome.crossed}")
    if options.pid:
        print(f"mémoire {before:.0f} Mo au début, {after:.0f} Mo à la fin ({(after / before - 1):+.1%})")


if __name__ == "__main__":
    main()
