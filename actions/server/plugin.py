"""The action server, closed: loopback only, the secret required, no tracker in its errors.

The Rasa SDK imports every module of the actions package and then asks its plugins to extend the
server. This module is such a plugin and registers itself when it is imported, so that plain
``rasa run actions`` is covered, too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import zlib
from typing import Any, Optional

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse
from sanic.response import json as json_response

from actions.server.ports import require_free
from actions.server.token import FIELD, HEADER, action_token, is_token
from catalog.errors import ShoptalkError
from catalog.settings import Settings

logger = logging.getLogger(__name__)
hookimpl = pluggy.HookimplMarker("rasa_sdk")

OPEN_PATHS = frozenset({"/health"})
MAX_BODY = 8 << 20


@hookimpl
def attach_sanic_app_extensions(app: Sanic) -> None:
    """Close the server and warm the actions up before it takes calls."""
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    protect(app, action_token(Settings.from_env()))
    app.register_listener(_get_ready, "before_server_start")


def protect(app: Sanic, token: str) -> None:
    """Refuse calls without the secret, and keep trackers and CORS headers out of answers."""

    async def refuse_strangers(request: Request) -> Optional[HTTPResponse]:
        if request.path in OPEN_PATHS:
            return None
        try:
            given = _given_token(request)
        except ValueError:
            return json_response({"error": "The body is no JSON."}, status=400)
        if is_token(given, token):
            return None
        logger.warning("Refused a call to %s without the secret.", request.path)
        return json_response({"error": "The secret of the action server is missing."}, status=401)

    async def keep_quiet(request: Request, answer: BaseHTTPResponse) -> Optional[HTTPResponse]:
        if answer.status >= 500:
            return json_response({"error": "The action failed; its log says why."}, status=500)
        for name in [name for name in answer.headers if name.lower().startswith("access-control")]:
            del answer.headers[name]
        return None

    app.register_middleware(refuse_strangers, "request")
    app.register_middleware(keep_quiet, "response")


def _given_token(request: Request) -> Any:
    """The secret in a call: from its header, else from its body, which may be compressed."""
    if HEADER in request.headers:
        return request.headers[HEADER]
    if not request.body:
        return None
    if request.headers.get("Content-Encoding") == "deflate":
        try:
            plain = zlib.decompressobj().decompress(request.body, MAX_BODY)
        except zlib.error as error:
            raise ValueError("cannot be decompressed") from error
        body = json.loads(plain)
    else:
        body = json.loads(request.body)
    return body.get(FIELD) if isinstance(body, dict) else None


async def _get_ready(app: Sanic, _loop: Any) -> None:
    """Check the port, then load what a turn needs; what is wrong is said in one sentence."""
    from actions.runtime import warm_up

    try:
        if app.state.workers == 1:
            # With several workers the first process holds the socket already.
            require_free(app.state.host, app.state.port, "action server", "--port")
        await asyncio.to_thread(warm_up)
    except ShoptalkError as error:
        print(error, file=sys.stderr, flush=True)
        # Anything raised here would be shown as a trace by the server's event loop.
        os._exit(1)


if not plugin_manager().is_registered(sys.modules[__name__]):
    plugin_manager().register(sys.modules[__name__], name="shoptalk")
