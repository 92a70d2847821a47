"""The calls of WeChat's interface that an Official Account makes."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Callable, Mapping, Optional

from bot.channels.core.model import Later, Refused
from bot.channels.outgoing import Outgoing

logger = logging.getLogger(__name__)

#: Seconds before its end from which an access token is not used any longer.
MARGIN = 300.0
_SHORTEST = 60.0
_OLD_TOKEN = frozenset({40001, 40014, 42001})
#: Codes → seconds until the next try: busy; too many calls a day, a minute.
_LATER = {-1: 1.0, 45009: 600.0, 45011: 60.0}
#: Seconds until an account is tried again that did not get a token.
_NO_TOKEN = 60.0


class WeChatError(Refused):
    """WeChat refuses a message for good; ``code`` is its ``errcode``."""

    def __init__(self, code: int) -> None:
        super().__init__(f"WeChat answered with error {code}.")
        self.code = code


class AccessToken:
    """The account's access token, fetched when it is needed and kept until shortly before its end.

    ``/cgi-bin/stable_token`` gives several processes the same one.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        app_id: str,
        secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outgoing = outgoing
        self._app_id = app_id
        self._secret = secret
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._lock: Optional[asyncio.Lock] = None

    async def get(self, refused: str = "") -> str:
        """A token that holds.

        Parameters
        ----------
        refused
            A token that WeChat took no longer.

        Raises
        ------
        Later
            Where none can be had now.
        """
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if self._token and self._token != refused and self._clock() < self._until:
                return self._token
            token, seconds = await self._fetch(force=False)
            if refused and token == refused:
                token, seconds = await self._fetch(force=True)
            self._token = token
            self._until = self._clock() + max(seconds - MARGIN, _SHORTEST)
            return token

    async def _fetch(self, force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        try:
            answer = await self._outgoing.call("POST", "/cgi-bin/stable_token", body)
        except Refused as refusal:
            raise Later(str(refusal), _NO_TOKEN) from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            code = _code(answer)
            logger.error(
                "WeChat gives no access token (error %d): check app id, app secret and the list of "
                "addresses that may call.",
                code,
            )
            raise Later(f"WeChat gives no access token (error {code}).", _NO_TOKEN)
        seconds = answer.get("expires_in")
        return token, float(seconds) if isinstance(seconds, (int, float)) else 7200.0


class WeChatApi:
    """Sends messages as the account's customer service."""

    def __init__(self, outgoing: Outgoing, token: AccessToken) -> None:
        self._outgoing = outgoing
        self._token = token

    async def send(self, address: str, payload: Mapping[str, Any]) -> None:
        """Send one message.

        Raises
        ------
        Later
            Where WeChat is busy, or out of reach.
        WeChatError
            Where it refuses.
        """
        await self._call("/cgi-bin/message/custom/send", {"touser": address, **payload})

    async def typing(self, address: str, on: bool) -> None:
        """Show, or no longer, that something is being written."""
        command = "Typing" if on else "CancelTyping"
        await self._call("/cgi-bin/message/custom/typing", {"touser": address, "command": command})

    async def close(self) -> None:
        """End the session."""
        await self._outgoing.close()

    async def _call(self, path: str, body: Mapping[str, Any]) -> None:
        token = await self._token.get()
        code = await self._try(path, body, token)
        if code in _OLD_TOKEN:
            code = await self._try(path, body, await self._token.get(token))
        if code in _OLD_TOKEN:
            raise Later("WeChat takes no access token.", _NO_TOKEN)
        if code in _LATER:
            raise Later(f"WeChat answered with error {code}.", _LATER[code])
        if code:
            raise WeChatError(code)

    async def _try(self, path: str, body: Mapping[str, Any], token: str) -> int:
        return _code(await self._outgoing.call("POST", path, body, {"access_token": token}))


def _code(answer: Any) -> int:
    """``errcode`` of an answer; -1, busy, where it is no answer of WeChat's."""
    if not isinstance(answer, dict) or not answer:
        return -1
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1
