"""The process itself is asked to stop, is killed, or finds the disk full."""

from __future__ import annotations

import concurrent.futures
import resource
import signal
from typing import Any

import httpx
from peers import Server, running_redis, running_server, wait_until


def ask(server: Server, text: str, sender: str) -> dict[str, Any]:
    """One message; the Reply."""
    response = httpx.post(f"{server.url}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=60)
    reply: dict[str, Any] = response.json()[0]["custom"]
    return reply


def begun(server: Server) -> int:
    """How many messages it is answering or has answered, from ``/metrics``."""
    lines = [line.rsplit(" ", 1) for line in httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()]
    return int(sum(float(count) for name, count in lines if name.startswith(("boussole_answering", "boussole_answers_total"))))


def test_asked_to_stop_it_finishes_what_it_began(assistant: Any) -> None:
    """SIGTERM with forty messages under way: every one is answered, then the process ends by itself."""
    server = Server()
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        under_way = [pool.submit(ask, server, f"mon mari me frappe {rank}", f"personne {rank}") for rank in range(40)]
        wait_until(lambda: begun(server) == 40, 60)
        printed = server.stop(signal.SIGTERM)
        replies = [answer.result() for answer in under_way]

    assert all(reply["danger"] for reply in replies)
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in printed


def test_killed_and_started_again_the_conversation_goes_on(assistant: Any) -> None:
    """kill -9 in the middle of everything: with a shared store, "et c'est quand ?" is still understood."""
    with running_redis() as redis:
        server = Server({"REDIS_URL": redis.url})
        first = ask(server, "mon propriétaire garde ma caution", "anna")
        server.stop(signal.SIGKILL)
        with running_server({"REDIS_URL": redis.url}) as again:
            after = ask(again, "et c'est quand ?", "anna")

    assert first["services"]
    assert after["why"].startswith("la suite de la réponse précédente")


def test_a_full_disk_stops_no_answer(assistant: Any) -> None:
    """From one moment to the next not a byte can be written: nothing of ours needs one."""
    with running_server({"BOUSSOLE_LOG": "DEBUG"}) as server:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, 0))
        replies = [ask(server, text, "anna") for text in ("mon mari me frappe", "bonjour", "et c'est quand ?")]
        health = httpx.get(f"{server.url}/health", timeout=30)

    assert [reply["outcome"] for reply in replies][:2] == ["danger", "chitchat"]
    assert all("3919" in reply["footer"] for reply in replies)
    assert health.status_code == 200
