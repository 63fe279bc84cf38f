"""A hundred thousand requests that nobody would send, against a running server: not one 5xx, not one answer without its headers.

    .venv/bin/python -m bot run --port 5005 &
    .venv/bin/python benchmarks/fuzz.py --port 5005 --requests 100000

Raw bytes on 127.0.0.1: methods, addresses, headers and bodies, whole, cut, or made of anything. The same seed sends the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter

PATHS = ("/api/orient", "/webhooks/rest/webhook", "/health", "/ready", "/metrics", "/api/openapi.json", "/", "/%00", "/..%2f", "/é", "//")
METHODS = ("POST", "POST", "POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW")
KINDS = ("application/json", "application/json", "application/json; charset=utf-8", "text/plain", "", "multipart/form-data; boundary=a")
WORDS = (
    *("mon", "mari", "me", "frappe", "loyer", "/restart", "زوجي", "يضربني", "17", "null", "NaN", "1e999", "<script>", "../.."),
    *("\x00", "\ud800", "\u202e", "😀", "{}", "[]", "\\", '"', "'", "%s"),
)


def anything(chance: random.Random, depth: int = 0) -> object:
    """A JSON value, of any kind and some depth."""
    kind = chance.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.choice([0, -1, 2**63, 10**40, 1.5, float("nan"), float("inf")])
    if kind < 5:
        return " ".join(chance.choice(WORDS) for _word in range(chance.randrange(12)))
    if kind == 5:
        return [anything(chance, depth + 1) for _item in range(chance.randrange(4))]
    names = ("text", "message", "lang", "id", "sender", "x")
    return {chance.choice(names): anything(chance, depth + 1) for _item in range(chance.randrange(5))}


def body_of(chance: random.Random) -> bytes:
    """A body: a good message, an odd one, a broken one, or bytes."""
    kind = chance.randrange(10)
    if kind < 5:
        text = " ".join(chance.choice(WORDS) for _word in range(chance.randrange(20)))
        return json.dumps({"text": text, "message": text, "lang": chance.choice(["fr", "ar", "xx", None]), "id": anything(chance)}).encode()
    if kind < 7:
        return json.dumps(anything(chance)).encode()
    if kind == 7:
        return json.dumps({"text": "a" * chance.randrange(3000)}).encode()[: chance.randrange(3000)]
    if kind == 8:
        return chance.choice([b"[", b'{"text":', b'{"a":']) * chance.randrange(2000)
    return chance.randbytes(chance.randrange(400))


def request_of(chance: random.Random) -> bytes:
    """One request, mostly HTTP."""
    if chance.random() < 0.03:
        return chance.randbytes(chance.randrange(1, 200)) + b"\r\n\r\n"
    body = body_of(chance)
    length = len(body) if chance.random() < 0.95 else chance.choice([0, -1, len(body) // 2, 10**9])
    head = [
        f"{chance.choice(METHODS)} {chance.choice(PATHS)}{chance.choice(['', '', '?a=b', '?text=x'])} HTTP/1.1",
        "Host: x",
        f"Content-Length: {length}",
        f"Content-Type: {chance.choice(KINDS)}",
        f"Accept-Language: {chance.choice(['fr', 'tr-TR', '*', 'x' * 300])}",
        "Connection: close",
    ]
    return "\r\n".join(head).encode("utf-8", "replace") + b"\r\n\r\n" + body


async def send(port: int, request: bytes) -> str:
    """Sends a request; gives its status, or what happened instead."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
    except ConnectionResetError:
        return "closed"
    except (OSError, asyncio.TimeoutError) as error:
        return type(error).__name__
    if not answer:
        return "closed"
    head = answer.partition(b"\r\n\r\n")[0].lower()
    status = head.split(b" ", 2)[1].decode("latin-1")
    return status if b"x-content-type-options: nosniff" in head else f"{status} without headers"


async def run(port: int, requests: int, clients: int, seed: int) -> Counter[str]:
    """Sends them all; counts what came back."""
    chance, seen = random.Random(seed), Counter[str]()
    left = iter(range(requests))

    async def client() -> None:
        for _number in left:
            seen[await send(port, request_of(chance))] += 1

    await asyncio.gather(*(client() for _client in range(clients)))
    return seen


def main() -> int:
    """0 when nothing went wrong, 1 otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    seen = asyncio.run(run(options.port, options.requests, options.clients, options.seed))
    print(f"{sum(seen.values())} requêtes en {time.monotonic() - started:.0f} s : {dict(seen.most_common())}")
    wrong = {what: count for what, count in seen.items() if not (what == "closed" or (what.isdigit() and what < "500"))}
    print(f"à regarder : {wrong}" if wrong else "aucune erreur du serveur, tous les en-têtes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
