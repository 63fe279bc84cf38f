"""Ten thousand people who open a connection and say nothing: does the next one still get an answer, and what do they cost?

Against a running server:

    .venv/bin/python benchmarks/idle.py --port 5005 --connections 10000 --pid "$(pgrep -f 'bot run')"
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys

from load import load, resident


async def measure(port: int, connections: int, pids: set[int]) -> int:
    """Opens them all, asks, and tells; 1 when a message was lost."""
    before = resident(pids)
    idle = []
    for _batch in range(0, connections, 500):
        idle += await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _one in range(min(500, connections - len(idle)))))
    during = resident(pids)
    outcome = await load(port, 4, messages=100)
    for _reader, writer in idle:
        writer.close()
    waits = f"p50 {outcome.percentile(50):.0f} ms, p99 {outcome.percentile(99):.0f} ms"
    print(f"{len(idle)} connexions muettes : {waits}, perdus {len(outcome.failed)}")
    if pids:
        print(f"mémoire {before:.0f} Mo avant, {during:.0f} Mo pendant")
    return 1 if outcome.failed else 0


def main() -> int:
    """Opens, asks, tells."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--pid", type=int, nargs="*", default=[])
    options = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, options.connections + 500), hard))
    return asyncio.run(measure(options.port, options.connections, set(options.pid)))


if __name__ == "__main__":
    sys.exit(main())
