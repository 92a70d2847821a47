"""The action server is closed: loopback, secret, no tracker in its errors."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import zlib

import aiohttp
import pytest
from sanic import Sanic
from sanic.response import json as json_response

from actions.server.plugin import protect
from actions.server.ports import require_free
from actions.server.token import FIELD, HEADER, action_token, is_token
from bot.cli.processes import free_port
from catalog.errors import ShoptalkError
from catalog.settings import Settings

TOKEN = "the secret"
TRACKER = {"sender_id": "ann", "slots": {"address": "10 Downing Street"}}


@pytest.fixture(scope="module")
def server():
    """A server like the SDK's, protected, on a loopback port; yields its address."""
    app = Sanic("protected_for_tests", configure_logging=False)

    @app.get("/health")
    async def health(_request):
        return json_response({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request):
        headers = {"Access-Control-Allow-Origin": "http://evil.example"}
        if request.headers.get("X-Crash"):
            return json_response({"error": "boom", "request_body": TRACKER}, status=500)
        return json_response({"events": []}, headers=headers)

    protect(app, TOKEN)
    port = free_port()
    started, stop = threading.Event(), {}

    def serve():
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)

        async def main():
            running = await app.create_server(
                host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False
            )
            await running.startup()
            await running.start_serving()
            stop["loop"], stop["event"] = loop, asyncio.Event()
            started.set()
            await stop["event"].wait()
            running.close()

        loop.run_until_complete(main())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert started.wait(10)
    yield f"http://127.0.0.1:{port}"
    stop["loop"].call_soon_threadsafe(stop["event"].set)
    thread.join(10)


def call(url, method="POST", **options):
    async def go():
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, **options) as answer,
        ):
            return answer.status, await answer.text(), answer.headers

    return asyncio.run(go())


def test_the_secret_opens_in_the_header_and_in_the_body(server):
    assert call(f"{server}/webhook", headers={HEADER: TOKEN}, json={})[0] == 200
    assert call(f"{server}/webhook", json={FIELD: TOKEN, "tracker": TRACKER})[0] == 200


def test_the_secret_opens_in_a_compressed_body(server):
    body = zlib.compress(json.dumps({FIELD: TOKEN, "tracker": TRACKER}).encode())
    headers = {"Content-Encoding": "deflate"}
    assert call(f"{server}/webhook", data=body, headers=headers)[0] == 200
    bad = call(f"{server}/webhook", data=b"not deflated", headers=headers)
    assert bad[0] == 400


@pytest.mark.parametrize("body", [{}, {FIELD: "wrong"}, {FIELD: None}, {FIELD: ["x"]}, [TOKEN]])
def test_without_the_secret_nothing_runs(server, body):
    assert call(f"{server}/webhook", json=body)[0] == 401


def test_a_wrong_header_is_not_saved_by_the_body(server):
    assert call(f"{server}/webhook", headers={HEADER: "wrong"}, json={FIELD: TOKEN})[0] == 401


def test_anyone_may_ask_for_health_only(server):
    assert call(f"{server}/health", "GET")[0] == 200
    assert call(f"{server}/actions", "GET")[0] == 401


def test_errors_do_not_repeat_the_tracker(server):
    status, text, _ = call(f"{server}/webhook", headers={HEADER: TOKEN, "X-Crash": "1"}, json={})
    assert status == 500
    assert "Downing" not in text and "boom" not in text


def test_no_origin_is_allowed(server):
    headers = call(f"{server}/webhook", headers={HEADER: TOKEN}, json={})[2]
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    settings = Settings(home=tmp_path / "home")
    token = action_token(settings)
    assert action_token(settings) == token and len(token) >= 32
    mode = stat.S_IMODE((tmp_path / "home" / "action-token").stat().st_mode)
    assert mode == 0o600


def test_a_configured_secret_goes_first(tmp_path):
    assert action_token(Settings(home=tmp_path, action_token="mine")) == "mine"
    assert not (tmp_path / "action-token").exists()


def test_comparison_takes_anything():
    assert is_token("秘密", "秘密")
    assert not is_token(None, "x")
    assert not is_token(5, "5")


def test_a_port_in_use_is_said_in_a_sentence(server):
    port = int(server.rsplit(":", 1)[1])
    with pytest.raises(ShoptalkError, match=f"Port {port} is in use"):
        require_free("127.0.0.1", port, "action server", "SHOPTALK_ACTION_PORT")
