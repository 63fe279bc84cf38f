"""Start-up, memory and speed of Boussole beside stock Rasa, measured in one run on one machine.

Stock Rasa is what its documentation deploys: the default pipeline and policies, TensorFlow, ``rasa run`` with a separate
``rasa run actions``, installed in an environment of its own under ``.cache/stock``. It is trained on ``--per-need`` French
sentences a need, because its default classifier would need hours on all of ours; Boussole runs with everything on (all
languages, both encoders, danger net). The comparison is therefore kind to stock Rasa.

    make benchmark
    .venv/bin/python benchmarks/compare.py --messages 200 --per-need 12 --only boussole
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / ".cache" / "stock"
PYTHON = STOCK / "venv" / "bin" / "python"
SENTENCES = (
    "mon voisin fait du bruit toutes les nuits",
    "mon patron ne me paie pas mes heures",
    "je cherche un logement depuis deux ans",
    "mon mari me frappe je ne sais pas où aller",
    "la caf ne me verse plus rien",
    "je voudrais apprendre le français",
    "il y a de la moisissure partout et le propriétaire ne fait rien",
    "bonjour",
)


@dataclass(frozen=True)
class Figures:
    """What one server costs: seconds to ready, MB resident, milliseconds a message, messages a second by clients."""

    ready: float
    memory: float
    p50: float
    p95: float
    p99: float
    throughput: dict[int, float]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--per-need", type=int, default=12)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--only", choices=["boussole", "stock"])
    options = parser.parse_args()
    figures: dict[str, Figures] = {}
    if options.only != "stock":
        figures["Boussole"] = measure([boussole_command()], 5105, options)
    if options.only != "boussole":
        prepare_stock(options.per_need)
        figures["Rasa d'origine"] = measure(stock_commands(), 5106, options)
    show(figures)


def boussole_command() -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", "5105"]


def stock_commands() -> list[list[str]]:
    rasa = [str(PYTHON), "-m", "rasa"]
    return [
        [*rasa, "run", "actions", "--actions", "actions", "--port", "5107"],
        [*rasa, "run", "--port", "5106", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"],
    ]


def prepare_stock(per_need: int) -> None:
    """Installs stock Rasa and trains it, once."""
    if not PYTHON.exists():
        uv = ROOT / ".tools" / "bin" / "uv"
        subprocess.run([uv, "venv", "--quiet", "--python", "3.10", STOCK / "venv"], check=True, cwd=ROOT)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", PYTHON, "rasa==3.6.21", "setuptools==70.3.0"], check=True, cwd=ROOT)
    write_stock_project(per_need)
    started = time.monotonic()
    subprocess.run(
        [PYTHON, "-m", "rasa", "train", "--quiet"], check=True, cwd=STOCK / "project", env=stock_environment(), stdout=subprocess.DEVNULL
    )
    print(f"Rasa d'origine entraîné en {time.monotonic() - started:.0f} s ({per_need} phrases françaises par besoin)")


def write_stock_project(per_need: int) -> None:
    """A stock project with our needs: one utterance action a need, as the tutorials do."""
    project = STOCK / "project"
    shutil.rmtree(project, ignore_errors=True)
    (project / "data").mkdir(parents=True)
    (project / "actions").mkdir()
    examples: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu" / "fr").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            examples.setdefault(block["intent"], []).extend(block["examples"].splitlines()[:per_need])
    nlu = [{"intent": need, "examples": "\n".join(lines[:per_need]) + "\n"} for need, lines in examples.items()]
    rules = [{"rule": need, "steps": [{"intent": need}, {"action": "action_orienter"}]} for need in examples]
    domain = {"version": "3.1", "intents": list(examples), "actions": ["action_orienter"]}
    write = lambda name, data: (project / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")  # noqa: E731
    write("data/nlu.yml", {"version": "3.1", "nlu": nlu})
    write("data/rules.yml", {"version": "3.1", "rules": rules})
    write("domain.yml", domain)
    write("config.yml", {"recipe": "default.v1", "assistant_id": "stock", "language": "fr", "pipeline": None, "policies": None})
    write("endpoints.yml", {"action_endpoint": {"url": "http://127.0.0.1:5107/webhook"}})
    write("credentials.yml", {"rest": None})
    (project / "actions" / "__init__.py").write_text(_STOCK_ACTION, encoding="utf-8")


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


def measure(commands: list[list[str]], port: int, options: argparse.Namespace) -> Figures:
    """Starts the server(s), sends the messages, stops them."""
    cwd = ROOT if port == 5105 else STOCK / "project"
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
        for rank in range(20):
            ask(port, rank)
        latencies = sorted(timed(port, rank) for rank in range(options.messages))
        throughput = {clients: per_second(port, options.messages, clients) for clients in options.clients}
        memory = sum(resident(process.pid) for process in processes)
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
    cut = statistics.quantiles(latencies, n=100)
    return Figures(ready, memory, cut[49], cut[94], cut[98], throughput)


def wait_for_an_answer(port: int) -> None:
    """Ready means: the first message was answered."""
    for _attempt in range(1800):
        try:
            if ask(port, 0):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"no answer on port {port}")


def ask(port: int, rank: int) -> list[object]:
    """One message through the REST channel, each in a conversation of its own."""
    body = json.dumps({"sender": f"client-{port}-{rank}-{time.monotonic_ns()}", "message": SENTENCES[rank % len(SENTENCES)]}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return list(json.loads(response.read()))


def timed(port: int, rank: int) -> float:
    started = time.perf_counter()
    ask(port, rank)
    return (time.perf_counter() - started) * 1000


def per_second(port: int, messages: int, clients: int) -> float:
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda rank: ask(port, rank), range(messages)))
    return messages / (time.perf_counter() - started)


def resident(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += float(fields.get("VmRSS", "0 kB").split()[0]) / 1024
    return total


def show(figures: dict[str, Figures]) -> None:
    """One row a server."""
    clients = next(iter(figures.values())).throughput
    print("| | prêt (s) | mémoire (Mo) | p50 (ms) | p95 | p99 | " + " | ".join(f"{count} clients (msg/s)" for count in clients) + " |")
    print("| --- " * (6 + len(clients)) + "|")
    for name, one in figures.items():
        speeds = " | ".join(f"{speed:.0f}" for speed in one.throughput.values())
        print(f"| {name} | {one.ready:.1f} | {one.memory:.0f} | {one.p50:.1f} | {one.p95:.1f} | {one.p99:.1f} | {speeds} |")


if __name__ == "__main__":
    main()
