"""Start-up, memory and speed of Boussole beside stock Rasa, measured in one run on one machine, with the same client.

Stock Rasa is what its documentation deploys: the default pipeline and policies, TensorFlow, ``rasa run`` with a separate
``rasa run actions``, installed in an environment of its own under ``.cache/stock``. It is trained on ``--per-need`` French
sentences a need, because its default classifier would need hours on all of ours; Boussole runs with everything on (all
languages, both encoders, danger net). The comparison is therefore kind to stock Rasa. What another process adds is told by the
rows of one, two and more behind the same nginx and Redis; the first row of Boussole is a process alone, which needs neither.

    make benchmark
    .venv/bin/python benchmarks/compare.py --clients 1 16 64 --workers 1 2 --only boussole
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml
from load import load, processor_seconds, resident

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / ".cache" / "stock"
PYTHON = STOCK / "venv" / "bin" / "python"


@dataclass(frozen=True)
class Figures:
    """What one server costs: seconds to ready, MB resident, milliseconds of processor a message, milliseconds to answer one,
    messages a second by clients."""

    ready: float
    memory: float
    processor: float
    p50: float
    p95: float
    p99: float
    throughput: dict[int, float]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--per-need", type=int, default=12)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--only", choices=["boussole", "stock"])
    options = parser.parse_args()
    show_header(options.clients)
    if options.only != "boussole":
        prepare_stock(options.per_need)
        show("Rasa d'origine", measure(stock_commands(), 5106, STOCK / "project", options))
    if options.only != "stock":
        show("Boussole", measure([[sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", "5105"]], 5105, ROOT, options))
        for workers in options.workers:
            show(f"Boussole, {workers} processus, nginx et Redis", measure([scaled(workers)], 5105, ROOT, options))


def scaled(workers: int) -> list[str]:
    """What ``make scale`` starts."""
    return [sys.executable, "-W", "ignore", str(ROOT / "deploy" / "scale.py"), "--workers", str(workers), "--port", "5105"]


def stock_commands() -> list[list[str]]:
    rasa = [str(PYTHON), "-m", "rasa"]
    return [
        [*rasa, "run", "actions", "--actions", "actions", "--port", "5107"],
        [*rasa, "run", "--port", "5106", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"],
    ]


def prepare_stock(per_need: int) -> None:
    """Installs stock Rasa and trains it, once for a project: the time it took is kept beside the model."""
    if not PYTHON.exists():
        uv = ROOT / ".tools" / "bin" / "uv"
        subprocess.run([uv, "venv", "--quiet", "--python", "3.10", STOCK / "venv"], check=True, cwd=ROOT)
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, "rasa==3.6.21", "setuptools==70.3.0"]
        subprocess.run(install, check=True, cwd=ROOT)
    files = stock_project(per_need)
    trained = STOCK / f"trained-{hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]}.txt"
    if trained.exists():
        print(trained.read_text(encoding="utf-8"), file=sys.stderr)
        return
    write_project(STOCK / "project", files)
    started = time.monotonic()
    subprocess.run(
        [PYTHON, "-m", "rasa", "train", "--quiet"], check=True, cwd=STOCK / "project", env=stock_environment(), stdout=subprocess.DEVNULL
    )
    took = f"Rasa d'origine entraîné en {time.monotonic() - started:.0f} s ({per_need} phrases françaises par besoin)"
    trained.write_text(took, encoding="utf-8")
    print(took, file=sys.stderr)


def stock_project(per_need: int) -> dict[str, str]:
    """The files of a stock project with our needs: one action a need, as the tutorials do, and one where it is unsure, as its
    documentation asks; without it two messages in three would get no answer, which costs little."""
    examples: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu" / "fr").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            examples.setdefault(block["intent"], []).extend(block["examples"].splitlines()[:per_need])
    nlu = [{"intent": need, "examples": "\n".join(lines[:per_need]) + "\n"} for need, lines in examples.items()]
    rules = [{"rule": need, "steps": [{"intent": need}, {"action": "action_orienter"}]} for need in [*examples, "nlu_fallback"]]
    documents = {
        "data/nlu.yml": {"version": "3.1", "nlu": nlu},
        "data/rules.yml": {"version": "3.1", "rules": rules},
        "domain.yml": {"version": "3.1", "intents": list(examples), "actions": ["action_orienter"]},
        "config.yml": {"recipe": "default.v1", "assistant_id": "stock", "language": "fr", "pipeline": None, "policies": None},
        "endpoints.yml": {"action_endpoint": {"url": "http://127.0.0.1:5107/webhook"}},
        "credentials.yml": {"rest": None},
    }
    written = {name: yaml.safe_dump(document, allow_unicode=True) for name, document in documents.items()}
    return {**written, "actions/__init__.py": _STOCK_ACTION}


def write_project(project: Path, files: dict[str, str]) -> None:
    """Instead of what stood there."""
    shutil.rmtree(project, ignore_errors=True)
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")


_STOCK_ACTION = """from rasa_sdk import Action


class ActionOrienter(Action):
    def name(self):
        return "action_orienter"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="voici le partenaire")
        return []
"""


def stock_environment() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def measure(commands: list[list[str]], port: int, cwd: Path, options: argparse.Namespace) -> Figures:
    """Starts the server(s), sends the messages, stops them."""
    started = time.monotonic()
    processes = [
        subprocess.Popen(
            command, cwd=cwd, env=stock_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for command in commands
    ]
    try:
        wait_for_an_answer(port)
        ready = time.monotonic() - started
        asyncio.run(load(port, 1, messages=40))
        pids = {process.pid for process in processes}
        used = processor_seconds(pids)
        alone = asyncio.run(load(port, 1, messages=options.messages))
        processor = (processor_seconds(pids) - used) / options.messages * 1000
        throughput = {clients: asyncio.run(load(port, clients, messages=options.messages * 2)) for clients in options.clients}
        memory = resident(pids)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=60)
    failed = [failure for outcome in throughput.values() for failure in outcome.failed]
    empty = sum(outcome.empty for outcome in throughput.values())
    print(f"perdus {len(failed)} {sorted(set(failed))}, réponses vides {empty}", file=sys.stderr)
    speeds = {clients: outcome.per_second() for clients, outcome in throughput.items()}
    return Figures(ready, memory, processor, alone.percentile(50), alone.percentile(95), alone.percentile(99), speeds)


def wait_for_an_answer(port: int) -> None:
    """Ready means: the first message was answered."""
    for _attempt in range(3000):
        if not asyncio.run(load(port, 1, messages=1)).failed:
            return
        time.sleep(0.1)
    raise TimeoutError(f"no answer on port {port}")


def show_header(clients: list[int]) -> None:
    """The head of the table."""
    speeds = " | ".join(f"{count} clients (msg/s)" for count in clients)
    print(f"| | prêt (s) | mémoire (Mo) | processeur (ms/message) | p50 (ms) | p95 | p99 | {speeds} |")
    print("| --- " * (7 + len(clients)) + "|", flush=True)


def show(name: str, one: Figures) -> None:
    """One row a server, and the load of the machine: others at work make every figure worse."""
    speeds = " | ".join(f"{speed:.0f}" for speed in one.throughput.values())
    costs = f"{one.ready:.1f} | {one.memory:.0f} | {one.processor:.1f}"
    print(f"| {name} | {costs} | {one.p50:.1f} | {one.p95:.1f} | {one.p99:.1f} | {speeds} |", flush=True)
    print(f"charge de la machine : {os.getloadavg()[0]:.1f} sur {os.cpu_count()} cœurs", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
