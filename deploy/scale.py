"""Several Boussole processes on one machine: Redis, workers and nginx, started together, watched, and stopped cleanly.

    make scale WORKERS=2
    .venv/bin/python deploy/scale.py --workers 4 --port 8080

Everything listens on 127.0.0.1 but nginx (``--host``), on ports above 1024, and keeps its files in ``.cache/scale``. A part
that dies is started again; the others go on meanwhile. ``.cache/scale/processes.json`` says who is who.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
HOME = ROOT / ".cache" / "scale"
PACKAGES = {"redis-server": "redis-server", "nginx": "nginx-light"}
READY_WITHIN = 180.0
"""Seconds given to the first worker to load the model."""


@dataclass
class Part:
    """One process that must run: its command, what it needs in the environment, the cores it keeps to (all when there is none),
    and the signal that ends it cleanly."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    cores: set[int] = field(default_factory=set)
    ends_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, or starts it again."""
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, start_new_session=True
        )
        if self.cores:
            os.sched_setaffinity(self.process.pid, self.cores)

    def is_running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self, within: float) -> None:
        """Asks it to end, and ends it after that many seconds."""
        if self.process is None or not self.is_running():
            return
        self.process.send_signal(self.ends_by)
        try:
            self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()


def main() -> int:
    """Runs until stopped; gives 1 when it cannot start."""
    parser = argparse.ArgumentParser(description="Plusieurs processus Boussole sur une machine.")
    parser.add_argument("--workers", type=int, default=2, help="combien de processus (2)")
    parser.add_argument("--host", default="127.0.0.1", help="adresse de nginx (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5005, help="port de nginx (5005)")
    options = parser.parse_args()
    if options.workers < 1:
        parser.error("--workers : au moins 1")
    missing = [package for program, package in PACKAGES.items() if shutil.which(program, path=_path()) is None]
    if missing:
        print(f"Il manque : {', '.join(missing)}. Lancez : sudo apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    parts = prepare(options.workers, options.host, options.port)
    try:
        return keep_running(parts, options.port)
    except KeyboardInterrupt:
        return 0
    finally:
        for part in reversed(parts):  # nginx first: nobody is sent to a worker that is leaving
            part.stop(within=20)
        shutil.rmtree(HOME, ignore_errors=True)


def prepare(workers: int, host: str, port: int) -> list[Part]:
    """Writes the configurations; gives the parts in the order they start."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True, mode=0o700)
    subprocess.run([sys.executable, "-m", "bot", "train"], cwd=ROOT, check=True)
    redis_port, *worker_ports = _free_ports(workers + 1)
    password = secrets.token_urlsafe(24)
    (HOME / "redis.conf").write_text(redis_configuration(redis_port, password), encoding="utf-8")
    (HOME / "redis.conf").chmod(0o600)
    (HOME / "nginx.conf").write_text(nginx_configuration(host, port, worker_ports), encoding="utf-8")
    shared = {"REDIS_URL": f"redis://:{password}@127.0.0.1:{redis_port}/0"}
    return [
        Part("redis", ["redis-server", str(HOME / "redis.conf")]),
        *(
            Part(f"worker-{rank + 1}", [sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", str(worker)], shared, cores)
            for rank, (worker, cores) in enumerate(zip(worker_ports, shared_out(os.sched_getaffinity(0), workers)))
        ),
        Part("nginx", [_nginx(), "-c", str(HOME / "nginx.conf"), "-p", str(HOME)], ends_by=signal.SIGQUIT),
    ]


def shared_out(cores: set[int], workers: int) -> list[set[int]]:
    """The cores of each worker, as many as fall to it and one at least: workers that wander from core to core wait for one
    another."""
    ordered = sorted(cores)
    return [set(ordered[rank::workers]) or {ordered[rank % len(ordered)]} for rank in range(workers)]


def redis_configuration(port: int, password: str) -> str:
    """A Redis in memory only, for this machine only, that keeps no trace of what it was asked."""
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            'save ""',
            "appendonly no",
            "slowlog-max-len 0",
            "maxmemory 256mb",
            "maxmemory-policy volatile-ttl",
            "loglevel warning",
            f"dir {HOME}",
            "",
        ]
    )


def nginx_configuration(host: str, port: int, workers: list[int]) -> str:
    """nginx in front of the workers, unprivileged, its files in ``HOME``."""
    servers = "\n".join(f"\t\tserver 127.0.0.1:{worker} max_fails=1 fail_timeout=2s;" for worker in workers)
    temporary = "\n".join(f"\t{name}_temp_path {HOME}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""daemon off;
pid {HOME}/nginx.pid;
error_log stderr emerg;
worker_processes 1;
events {{ worker_connections 8192; }}
http {{
{temporary}
\tinclude {DEPLOY}/nginx.conf;
\tupstream boussole {{
\t\tleast_conn;
{servers}
\t\tkeepalive 64;
\t}}
\tserver {{
\t\tlisten {host}:{port};
\t\tinclude {DEPLOY}/server.conf;
\t}}
}}
"""


def keep_running(parts: list[Part], port: int) -> int:
    """Starts every part, says when people can come, and starts again whatever dies."""
    for part in parts:
        part.start()
    ready, end = False, time.monotonic() + READY_WITHIN
    while True:
        for part in parts:
            if not part.is_running():
                print(f"{part.name} s'est arrêté : redémarrage.", file=sys.stderr, flush=True)
                part.start()
        _write_processes(parts)
        if not ready and _answers(port):
            ready = True
            print(f"Prêt : http://127.0.0.1:{port} ({len(parts) - 2} processus)", flush=True)
        if not ready and time.monotonic() > end:
            print("Rien ne répond : regardez les lignes au-dessus.", file=sys.stderr)
            return 1
        time.sleep(0.5)


def _write_processes(parts: list[Part]) -> None:
    pids = {part.name: part.process.pid for part in parts if part.process is not None}
    temporary = HOME / "processes.new"
    temporary.write_text(json.dumps(pids), encoding="utf-8")
    temporary.replace(HOME / "processes.json")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _port in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _nginx() -> str:
    return shutil.which("nginx", path=_path()) or "nginx"


def _path() -> str:
    """Where Debian puts servers is not in everybody's path."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
