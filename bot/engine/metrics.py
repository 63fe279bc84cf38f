"""``/metrics``: counts for whoever keeps the service running, in Prometheus's format.

How many and how fast, by surface: nothing of what was asked, in which language, or of whom. Reading them twice must not
tell that somebody just asked about violence.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

ANSWERED = Counter("boussole_answers", "Messages answered by the model.", ["surface"], registry=REGISTRY)
FLOOR = Counter("boussole_floor_answers", "Messages answered by the catalogue alone: a part failed.", ["surface"], registry=REGISTRY)
REFUSED = Counter("boussole_refusals", "Requests refused, by HTTP status.", ["status"], registry=REGISTRY)
ANSWERING = Gauge("boussole_answering", "Messages being answered now.", registry=REGISTRY)
SECONDS = Histogram(
    "boussole_answer_seconds",
    "Time to answer a message.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
    registry=REGISTRY,
)


def exposition() -> tuple[bytes, str]:
    """The page and its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


@contextmanager
def timed() -> Iterator[None]:
    """Counts the time that the block takes."""
    started = time.perf_counter()
    try:
        yield
    finally:
        SECONDS.observe(time.perf_counter() - started)
