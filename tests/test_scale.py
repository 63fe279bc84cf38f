"""Several processes behind nginx and Redis, all real, as ``make scale`` starts them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import httpx
import pytest
import yaml
from peers import ROOT, answers, free_port, wait_until

from bot.house import House

CANARY = "canari-7f3a"
DEPLOY = ROOT / "deploy"
PROCESSES = ROOT / ".cache" / "scale" / "processes.json"


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def site(assistant: Any) -> Iterator[httpx.Client]:
    """Two workers, Redis and nginx, started and stopped as people do."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", str(DEPLOY / "scale.py"), "--workers", "2", "--port", str(port)]
    running = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "BOUSSOLE_LOG": "DEBUG"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_until(lambda: running.poll() is not None or answers(f"http://127.0.0.1:{port}/ready"), 180)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=40) as client:
            yield client
            processes = json.loads(PROCESSES.read_text())
    finally:
        running.terminate()
        printed = running.communicate(timeout=60)[0].decode("utf-8", "replace")
    assert not [name for name, pid in processes.items() if alive(pid)]
    assert not PROCESSES.exists()
    assert CANARY not in printed


def say(site: httpx.Client, sender: str, message: str) -> dict[str, Any]:
    """One message through nginx; the Reply."""
    reply: dict[str, Any] = site.post("/webhooks/rest/webhook", json={"sender": sender, "message": message}).json()[0]["custom"]
    return reply


def test_a_conversation_goes_on_when_its_worker_is_killed(site: httpx.Client) -> None:
    """Whichever worker answered dies; "et c'est quand ?" is answered about the same partner, and the worker comes back."""
    first = say(site, "anna", f"mon propriétaire garde ma caution {CANARY}")
    processes = json.loads(PROCESSES.read_text())
    os.kill(processes["worker-1"], signal.SIGKILL)
    with_the_other = [say(site, "anna", "et c'est quand ?") for _time in range(3)]
    wait_until(lambda: json.loads(PROCESSES.read_text())["worker-1"] != processes["worker-1"], 30)
    os.kill(processes["worker-2"], signal.SIGKILL)
    wait_until(lambda: answers(f"{site.base_url}/ready"), 120)
    with_the_new_one = say(site, "anna", "et c'est où ?")

    assert first["services"]
    for reply in [*with_the_other, with_the_new_one]:
        assert reply["why"].startswith("la suite de la réponse précédente")
        assert set(reply["services"]) <= set(first["services"])


def test_messages_of_one_person_are_answered_one_after_another(site: httpx.Client) -> None:
    """Sent all at once, spread over the workers: each is answered, none with another's answer."""
    from concurrent.futures import ThreadPoolExecutor

    wait_until(lambda: answers(f"{site.base_url}/ready"), 120)
    texts = [f"bonjour numéro {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda text: say(site, "bob", text), texts))

    assert [reply["text"] for reply in replies] == texts
    assert all("3919" in reply["footer"] for reply in replies)


def test_nothing_is_written_by_nginx_or_redis(site: httpx.Client) -> None:
    """Not the message, even a long one, not an address: everything they write is looked at."""
    site.post("/api/orient", json={"text": f"mon voisin {CANARY} " + "fait du bruit " * 4000})
    home = PROCESSES.parent
    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())

    assert CANARY.encode() not in written
    assert b"127.0.0.1 - " not in written
    assert not list(home.rglob("*.log"))
    assert not list(home.glob("*.rdb"))


def test_metrics_are_not_for_the_street(site: httpx.Client) -> None:
    """Each worker's counts are read from inside."""
    assert site.get("/metrics").status_code == 404


@pytest.mark.parametrize(("accept", "kind"), [("application/json", "application/json"), ("text/html,*/*", "text/html; charset=utf-8")])
def test_a_message_too_large_for_nginx_is_refused_with_the_lines(site: httpx.Client, accept: str, kind: str) -> None:
    """By nginx itself, as a page for a browser and as JSON for a program."""
    response = site.post("/api/orient", content=b"a" * 300_000, headers={"content-type": "application/json", "accept": accept})

    assert response.status_code == 413
    assert response.headers["content-type"] == kind
    assert "3919" in response.text


def test_the_last_resort_of_nginx_shows_the_catalogues_numbers(house: House) -> None:
    """When no worker answers: the same numbers as under every answer, in both forms."""
    configuration = (DEPLOY / "server.conf").read_text(encoding="utf-8")
    as_json = json.loads(re.search(r"\$lines_json '(.*?)';", configuration).group(1))  # type: ignore[union-attr]
    as_page = re.search(r"\$lines_page '(.*?)';", configuration).group(1)  # type: ignore[union-attr]

    assert set(as_json["footer"]) == set(house.catalogue.footer)
    assert set(re.findall(r'"(?:tel|sms):(\d+)"', as_page)) == set(house.catalogue.footer)
    assert '"sms:114"' in as_page


def test_the_container_files_agree_with_the_code() -> None:
    """compose and Kubernetes name the same port, the same health address and the same variables as the program."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    cluster = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
    deployments = {document["metadata"]["name"]: document["spec"] for document in cluster if document["kind"] == "Deployment"}
    pod = deployments["boussole"]["template"]["spec"]
    container = pod["containers"][0]

    assert "REDIS_URL" in compose["services"]["boussole"]["environment"]
    assert {variable["name"] for variable in container["env"]} == {"REDIS_URL"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/health", "port": 5005}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    for service in compose["services"].values():
        assert service["read_only"] is True
    assert "5005" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_every_file_that_the_deployment_names_is_there() -> None:
    """No broken path in a file that few people can try."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    mounted = [volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", ())]

    assert mounted
    assert [path for path in mounted if not (DEPLOY / path).exists()] == []
    assert Path(DEPLOY / compose["services"]["boussole"]["build"]["context"]).resolve() == ROOT
