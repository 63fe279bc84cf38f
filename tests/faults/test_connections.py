"""Connections that say nothing, say it too slowly, or do not speak HTTP: nobody else waits, and the lines are said where they can be."""

from __future__ import annotations

import asyncio
import json
from typing import Any, AsyncIterator

import pytest
import uvicorn

from bot.surfaces import wire
from bot.surfaces.server import create_app


@pytest.fixture
async def port(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The real server on a real port, impatient."""
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.5)
    config = uvicorn.Config(create_app(assistant), port=0, http=wire.Connection, ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await serving


async def send(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Sends parts on one connection; everything that comes back until the server closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def request(text: str) -> bytes:
    """A whole request that asks to close afterwards."""
    body = json.dumps({"text": text}).encode()
    head = f"POST /api/orient HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_hundreds_of_idle_connections_stop_nobody(port: int) -> None:
    """Three hundred people open the page and say nothing; a message is answered, and the silent ones are let go."""
    idle = [await asyncio.open_connection("127.0.0.1", port) for _person in range(300)]
    answer = await send(port, request("mon mari me frappe"))
    closed = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _writer in idle)), 20)
    for _reader, writer in idle:
        writer.close()

    assert b'"outcome": "danger"' in answer
    assert closed == [b""] * 300


async def test_a_head_that_never_ends_is_not_waited_for(port: int) -> None:
    """A slow-loris: one header now and then, for ever."""
    head = [b"POST /api/orient HTTP/1.1\r\nHost: x\r\n", *[b"X-A: b\r\n"] * 90]

    assert await send(port, *head, pause=0.02) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 200 + b"\r\n",
        b"POST /api/orient HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    ],
    ids=["tls", "version", "words", "long address", "long header", "many headers", "wrong length"],
)
async def test_what_is_not_http_gets_the_lines(port: int, head: bytes) -> None:
    """Or is too large to be a request: a clear refusal, the numbers, and the connection is closed."""
    answer = await send(port, head)

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"connection: close" in answer
    assert "3919" in json.loads(answer.partition(b"\r\n\r\n")[2])["footer"]


async def test_a_next_request_on_the_same_connection_is_answered(port: int) -> None:
    """Being impatient with heads ends no conversation under way."""
    keep = request("bonjour").replace(b"Connection: close\r\n", b"")
    answer = await send(port, keep, request("mon mari me frappe"), pause=0.2)

    assert answer.count(b"HTTP/1.1 200") == 2


async def test_whoever_hangs_up_disturbs_nobody(port: int) -> None:
    """Fifty people leave in the middle of their message; the next is answered."""
    for _person in range(50):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("bonjour")[:-5])
        writer.close()

    assert b'"outcome": "danger"' in await send(port, request("mon mari me frappe"))
