"""How one message's cost grows with the house: ten, thirty and a hundred times as many partners.

    .venv/bin/python benchmarks/growth.py --times 1 10 34 100

The partners are those of the catalogue under other ids and names, in a copy of the project under ``.cache/growth``. Both ways
of measuring are told: what a person waits, and the processor's time, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from load import load, processor_seconds, resident
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / ".cache" / "growth"
PORT = 5115


def main() -> None:
    """Prints a row for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 34, 100])
    parser.add_argument("--messages", type=int, default=200)
    options = parser.parse_args()
    print("| partenaires | prêt (s) | mémoire (Mo) | processeur (ms/message) | p50 (ms) | p95 (ms) |")
    print("| --- " * 6 + "|")
    for times in options.times:
        partners = copy_project(times)
        print(f"| {partners} | {measure(options.messages)} |", flush=True)
    shutil.rmtree(COPY)


def copy_project(times: int) -> int:
    """A copy of the project with so many times its partners; gives their number."""
    shutil.rmtree(COPY, ignore_errors=True)
    for folder in ("bot", "actions", "data", "locales"):
        shutil.copytree(ROOT / folder, COPY / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (COPY / "models").symlink_to(ROOT / "models")
    (COPY / ".cache").mkdir()
    (COPY / ".cache" / "encoders").symlink_to(ROOT / ".cache" / "encoders")
    yaml, catalogue_file, leaflet_file = YAML(typ="safe"), COPY / "data" / "services.yaml", COPY / "data" / "leaflet.yaml"
    catalogue, leaflet = yaml.load(catalogue_file), yaml.load(leaflet_file)
    added = [_renamed(service, copy) for copy in range(2, times + 1) for service in catalogue["services"]]
    catalogue["services"] += added
    leaflet["groups"][-1]["services"] += [service["id"] for service in added]
    yaml.dump(catalogue, catalogue_file)
    yaml.dump(leaflet, leaflet_file)
    return len(catalogue["services"])


def _renamed(service: dict[str, object], copy: int) -> dict[str, object]:
    aliases = [f"{alias} {copy}" for alias in service["aliases"]]  # type: ignore[attr-defined]
    return {**service, "id": f"{service['id']}-{copy}", "name": f"{service['name']} {copy}", "aliases": aliases}


def measure(messages: int) -> str:
    """Starts the copy, sends the messages, stops it."""
    started = time.monotonic()
    command = [sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", str(PORT)]
    process = subprocess.Popen(command, cwd=COPY, env={**os.environ, "PYTHONPATH": str(COPY)}, stdout=subprocess.DEVNULL)
    try:
        while asyncio.run(load(PORT, 1, messages=1)).failed:
            if process.poll() is not None or time.monotonic() - started > 900:
                raise SystemExit("the copy did not start")
            time.sleep(0.2)
        ready = time.monotonic() - started
        asyncio.run(load(PORT, 1, messages=40))
        used = processor_seconds({process.pid})
        outcome = asyncio.run(load(PORT, 1, messages=messages))
        processor = (processor_seconds({process.pid}) - used) / messages * 1000
        memory = resident({process.pid})
    finally:
        process.terminate()
        process.wait(timeout=60)
    return f"{ready:.1f} | {memory:.0f} | {processor:.1f} | {outcome.percentile(50):.1f} | {outcome.percentile(95):.1f}"


if __name__ == "__main__":
    main()
