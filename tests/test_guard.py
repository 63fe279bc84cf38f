"""What stands before every route: whatever is sent, however it is sent, the answer is clear and holds the emergency lines."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.engine import logs
from bot.floor import HOUSE_NUMBER, LAST_RESORT, NUMBERS
from bot.house import House
from bot.surfaces import guard as guard_module
from bot.surfaces.guard import Guard, Limits
from bot.surfaces.http import HEADERS
from bot.surfaces.rates import MAX_KEYS, Rate, TokenBuckets
from bot.surfaces.requests import MAX_BYTES, MAX_DEPTH
from bot.surfaces.server import create_app

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(assistant: Any) -> Any:
    """The real application on the real model."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


def shows_the_lines(response: Any) -> bool:
    """Whether a response is a Reply with the emergency lines, as data and as text."""
    reply = response.json()
    return {"17", "112", "114", "15", "119", "3919"} <= set(reply["footer"]) and "3919" in reply["reply"] and bool(reply["error"])


async def ask(app: Any, *messages: dict[str, Any], headers: dict[str, str] = JSON, path: str = "/api/orient", pause: float = 0.0) -> Any:
    """Sends a POST in pieces straight to an ASGI application; gives (status, headers, body)."""
    waiting = list(messages)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(3600)
        await asyncio.sleep(pause)
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await app(scope, receive, send)
    if not sent:
        return None
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(part.get("body", b"") for part in sent[1:])


def piece(body: bytes, more: bool = False) -> dict[str, Any]:
    """A part of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """An application that gives the body back."""
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def test_the_last_resort_is_the_catalogues_footer(house: House) -> None:
    """What is said when even the catalogue is lost holds the same numbers, and no other."""
    assert set(NUMBERS) == set(house.catalogue.footer)
    assert all(number in LAST_RESORT for number in (*NUMBERS, HOUSE_NUMBER))
    assert house.catalogue.house.phones[0].display == HOUSE_NUMBER


async def test_a_body_in_pieces_arrives_whole() -> None:
    """As phones on a bad line send it."""
    status, _headers, body = await ask(Guard(echo), piece(b'{"te', True), piece(b'xt": 1}'))

    assert (status, body) == (200, b'{"text": 1}')


@pytest.mark.parametrize("declared", [str(MAX_BYTES + 1), "-1", "x", "9" * 30])
async def test_a_body_declared_too_large_is_refused_before_it_is_read(declared: str) -> None:
    """Or declared in a way that means nothing."""
    status, headers, body = await ask(Guard(echo), headers={**JSON, "content-length": declared})

    assert status == 413
    assert headers[b"connection"] == b"close"
    assert "3919" in json.loads(body)["footer"]


async def test_a_body_that_grows_too_large_is_refused_where_it_does() -> None:
    """Without a declared length."""
    app = Guard(echo)
    status, _headers, _body = await ask(app, *[piece(b"a" * 40_000, True)] * 2)

    assert status == 413
    assert app._held == 0


async def test_a_slow_body_is_refused_in_time() -> None:
    """A slow-loris that sends a byte now and then keeps no place: the bound is on the whole body."""
    app = Guard(echo, Limits(body_seconds=0.1))
    status, headers, body = await ask(app, *[piece(b"a", True)] * 1000, pause=0.01)

    assert status == 408
    assert headers[b"connection"] == b"close"
    assert "17" in json.loads(body)["footer"]
    assert app._held == 0


async def test_bodies_on_their_way_in_cannot_fill_the_memory() -> None:
    """All of them together are bounded, whoever sends them."""
    app = Guard(echo, Limits(held_bytes=1000))
    status, _headers, _body = await ask(app, piece(b"a" * 1001, True))

    assert status == 503


async def test_whoever_hangs_up_gets_no_answer_and_costs_nothing() -> None:
    """In the middle of a body."""
    assert await ask(Guard(echo), piece(b"{", True), {"type": "http.disconnect"}) is None


async def test_an_address_may_be_given_larger_bodies() -> None:
    """As a file sent to the bench is."""
    app = Guard(echo, Limits(larger={"/banc/": 1_000_000}))
    status, _headers, body = await ask(app, piece(b"a" * 100_000), headers={"content-type": "text/csv"}, path="/banc/fichier")

    assert status == 200
    assert len(body) == 100_000


async def test_too_many_messages_at_once_are_refused_with_the_lines() -> None:
    """A place among those being answered is given back when the answer is there."""
    let_go = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await let_go.wait()
        await echo(scope, receive, send)

    app = Guard(slow, Limits(answering=2))
    first = [asyncio.create_task(ask(app, piece(b"{}"))) for _person in range(2)]
    await asyncio.sleep(0.05)
    refused = await ask(app, piece(b"{}"))
    let_go.set()
    answered = await asyncio.gather(*first)
    afterwards = await ask(app, piece(b"{}"))

    assert refused[0] == 503
    assert refused[1][b"retry-after"] == b"1"
    assert "3919" in json.loads(refused[2])["footer"]
    assert [answer[0] for answer in answered] == [200, 200]
    assert afterwards[0] == 200


async def test_a_failure_behind_the_guard_is_answered_with_the_lines(caplog: pytest.LogCaptureFixture) -> None:
    """ASVS 16.5.4: nobody gets an empty page, and nothing of what failed is told."""

    async def broken(*_args: Any) -> None:
        raise RuntimeError("canari-7f3a")

    logs.configure()
    status, headers, body = await ask(Guard(broken), piece(b"{}"))

    assert status == 503
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert "3919" in json.loads(body)["footer"]
    assert b"canari" not in body
    assert "canari" not in caplog.text


async def test_without_a_catalogue_the_numbers_are_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort of the last resort."""

    def lost() -> None:
        raise OSError

    monkeypatch.setattr("bot.surfaces.http.current_house", lost)
    status, _headers, body = await ask(Guard(echo), headers={"content-length": "x"})

    assert status == 413
    assert "3919" in json.loads(body)["footer"]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"])
@pytest.mark.parametrize("path", ["/api/orient", "/webhooks/rest/webhook"])
def test_programs_speak_json_only(client: Any, path: str, kind: str) -> None:
    """ASVS 3.5.1: a form of another site can post text and forms without asking; it cannot post JSON."""
    response = client.post(path, content=b'{"text": "bonjour", "message": "bonjour"}', headers={"content-type": kind})

    assert response.status_code == 415
    assert shows_the_lines(response)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_known_however_it_is_written(client: Any, kind: str) -> None:
    """With a charset, in capitals."""
    assert client.post("/api/orient", content=b'{"text": "bonjour"}', headers={"content-type": kind}).status_code == 200


@pytest.mark.parametrize("body", [b'{"text": "a", "id": NaN}', b'{"text": "a", "id": 1e999}', b'{"text": "a", "id": -Infinity}'])
def test_numbers_that_json_cannot_hold_are_refused(client: Any, body: bytes) -> None:
    """Given back in an answer they would make it unreadable."""
    response = client.post("/api/orient", content=body, headers=JSON)

    assert response.status_code == 400
    assert shows_the_lines(response)


@pytest.mark.parametrize(("depth", "status"), [(MAX_DEPTH - 1, 200), (MAX_DEPTH, 400), (500, 400), (20_000, 400)])
def test_json_is_as_deep_as_a_message_needs(client: Any, depth: int, status: int) -> None:
    """An ``id`` may be anything, within reason."""
    body = b'{"text": "bonjour", "id": ' + b"[" * depth + b"]" * depth + b"}"
    response = client.post("/api/orient", content=body, headers=JSON)

    assert response.status_code == status


def test_the_headers_are_on_every_response(client: Any) -> None:
    """Answers, refusals, wrong addresses, wrong methods, /metrics."""
    responses = [
        client.post("/api/orient", json={"text": "bonjour"}),
        client.post("/api/orient", content=b"x", headers=JSON),
        client.post("/api/orient", content=b"x"),
        client.get("/nulle-part"),
        client.delete("/health"),
        client.options("/api/orient"),
        client.get("/metrics"),
        client.head("/health"),
    ]

    for response in responses:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert not [name for name in response.headers if name.startswith(("access-control", "set-cookie", "server"))]


def test_a_page_may_widen_its_own_policy() -> None:
    """The guard's headers never replace what a surface has set."""

    async def page(_scope: Any, _receive: Any, send: Any) -> None:
        policy = [(b"content-security-policy", b"default-src 'self'")]
        await send({"type": "http.response.start", "status": 200, "headers": policy})
        await send({"type": "http.response.body", "body": b""})

    _status, headers, _body = asyncio.run(ask(Guard(page), piece(b"{}")))

    assert headers[b"content-security-policy"] == b"default-src 'self'"
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_head_and_options_are_sane(client: Any) -> None:
    """HEAD is GET without a body; OPTIONS says what an address accepts, and gives no other site leave to ask."""
    head, options = client.head("/health"), client.options("/api/orient", headers={"origin": "https://ailleurs.example"})

    assert (head.status_code, head.content) == (200, b"")
    assert (options.status_code, options.headers["allow"]) == (204, "POST")
    assert client.get("/api/orient").headers["allow"] == "POST"


def test_a_refusal_comes_in_the_browsers_language(client: Any) -> None:
    """When it is one of ours; in French otherwise."""
    turkish = client.get("/nulle-part", headers={"accept-language": "tr-TR,tr;q=0.9,en;q=0.5"})
    unknown = client.get("/nulle-part", headers={"accept-language": "xx;;;,,\x00" * 50})

    assert [response.json()["reply_language"] for response in (turkish, unknown)] == ["tr", "fr"]


def test_one_conversation_in_a_loop_stops_no_other(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets 429 with the lines and when to come back; others, from the same address, are answered."""
    app = client.app
    monkeypatch.setattr(guard_module, "ONE_CONVERSATION", Rate(burst=3, per_second=0.01))
    app.middleware_stack = app.build_middleware_stack()
    post = client.post
    mine = [post("/webhooks/rest/webhook", json={"sender": "a", "message": "bonjour"}) for _time in range(5)]
    other = post("/webhooks/rest/webhook", json={"sender": "b", "message": "bonjour"})
    alone = post("/api/orient", json={"text": "bonjour"})
    monkeypatch.undo()
    app.middleware_stack = app.build_middleware_stack()

    assert [response.status_code for response in mine] == [200, 200, 200, 429, 429]
    assert shows_the_lines(mine[-1])
    assert int(mine[-1].headers["retry-after"]) > 0
    assert other.status_code == alone.status_code == 200


async def test_whoever_asks_to_be_forgotten_is_however_much_they_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Erasing is never refused for having written too often."""
    monkeypatch.setattr(guard_module, "ONE_CONVERSATION", Rate(burst=1, per_second=0.01))
    app, body = Guard(echo), piece(b'{"conversation": "a"}')
    written = [(await ask(app, body))[0] for _time in range(2)]
    erased = await ask(app, body, path="/api/kiosk/erase")

    assert written == [200, 429]
    assert erased[0] == 200


def test_a_bucket_fills_again_with_time() -> None:
    """Three at once, then one a second."""
    clock = [0.0]
    buckets = TokenBuckets(Rate(burst=3, per_second=1), lambda: clock[0])

    assert [buckets.wait("a") for _time in range(4)] == [0.0, 0.0, 0.0, 1.0]
    clock[0] = 0.5
    assert buckets.wait("a") == 0.5
    clock[0] = 1.0
    assert [buckets.wait("a"), buckets.wait("a")] == [0.0, 1.0]
    clock[0] = 1000.0
    assert [buckets.wait("a") for _time in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_buckets_are_bounded_and_forgotten_in_order() -> None:
    """Inventing conversations fills no memory."""
    buckets = TokenBuckets(Rate(1, 1), lambda: 0.0)
    for number in range(MAX_KEYS + 10):
        buckets.wait(str(number))

    assert len(buckets._buckets) == MAX_KEYS
    assert "0" not in buckets._buckets
