"""Whether shoppers are served as before while somebody sends a thousand messages a second."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import uuid
from typing import Any, Sequence

import aiohttp
import numpy as np

from bot.cli.processes import Servers, free_port, log_folder
from bot.evaluate.flooder import HOST
from catalog.errors import ShoptalkError
from catalog.settings import ROOT, Settings

SHOPPERS = 6
#: Seconds from one message of a shopper to the next: as fast as a session may go on for long.
PAUSE = 1.0
MESSAGES = (
    "a red dress under 500", "something cheaper", "why the first?", "in blue", "show me more",
    "electric kettle", "compare the first two", "back",
)  # fmt: skip
#: Seconds after which a message counts as lost.
LOST = 30.0


def evaluate_flood(settings: Settings, rate: float, seconds: float) -> dict[str, Any]:
    """Start servers and measure them; see ``measure_flood``."""
    with Servers(settings, free_port(), free_port(), log=log_folder(settings)) as servers:
        servers.wait_until_ready(lambda message: None)
        return measure_flood(servers.bot_port, rate, seconds)


def measure_flood(port: int, rate: float = 1000.0, seconds: float = 8.0) -> dict[str, Any]:
    """How long shoppers of the widget wait for answers, without a flood and beside one.

    Parameters
    ----------
    port
        Where the bot listens.
    rate
        Messages a second of one sender.
    seconds
        How long each of the two is measured; without a flood half of it before, half after.

    Returns
    -------
    ``normal_p95_ms`` and ``flooded_p95_ms``: from sending a message to having its reply; their
    ``ratio``; how many messages of the flood were ``offered``, ``accepted``, ``refused``, and
    ``answered_per_second``; how many of the shoppers' were ``normal_turns``, ``flooded_turns``.

    Raises
    ------
    ShoptalkError
        Where a shopper is refused or not answered.
    """
    return asyncio.run(_measure(port, rate, seconds))


async def _measure(port: int, rate: float, seconds: float) -> dict[str, Any]:
    base = f"http://{HOST}:{port}/widget/api"
    async with aiohttp.ClientSession() as client:
        tokens = [await _session(client, base) for _ in range(SHOPPERS + 1)]
        shoppers = [Shopper(client, base, token) for token in tokens[:-1]]
        await _served(shoppers, PAUSE * 2)
        normal = await _served(shoppers, seconds / 2)
        arguments = [str(port), tokens[-1], str(rate), str(seconds + 2.0)]
        flooder = subprocess.Popen(
            [sys.executable, "-m", "bot.evaluate.flooder", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        try:
            await asyncio.sleep(1.0)
            flooded = await _served(shoppers, seconds)
            said, _ = await asyncio.to_thread(flooder.communicate, None, LOST)
            # Before and after, so that a machine that has other work meanwhile is no difference.
            normal += await _served(shoppers, seconds / 2)
        finally:
            flooder.kill()
            flooder.wait()
    counts = json.loads(said)
    before, beside = (float(np.percentile(times, 95)) for times in (normal, flooded))
    answered = (counts["accepted"] + counts["refused"]) / (seconds + 2.0)
    return {
        "normal_p95_ms": round(before, 1),
        "flooded_p95_ms": round(beside, 1),
        "ratio": round(beside / before, 2),
        **counts,
        "answered_per_second": round(answered, 1),
        "normal_p50_ms": round(float(np.median(normal)), 1),
        "flooded_p50_ms": round(float(np.median(flooded)), 1),
        "normal_turns": len(normal),
        "flooded_turns": len(flooded),
        "rate": rate,
    }


class Shopper:
    """One who writes a message, waits for the reply, and thinks a little."""

    def __init__(self, client: aiohttp.ClientSession, base: str, token: str) -> None:
        self._client = client
        self._url = f"{base}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._said = 0

    async def turn(self) -> float:
        """Milliseconds from sending the next message to having its reply."""
        text = MESSAGES[self._said % len(MESSAGES)]
        self._said += 1
        began = time.monotonic()
        body = {"id": uuid.uuid4().hex, "text": text}
        async with self._client.post(self._url, json=body, headers=self._headers) as answer:
            if answer.status != 202:
                raise ShoptalkError(f"A shopper was refused with {answer.status}.")
            seq = (await answer.json())["seq"]
        while time.monotonic() - began < LOST:
            params = {"after": str(seq), "wait": "20"}
            async with self._client.get(self._url, params=params, headers=self._headers) as answer:
                if answer.status != 200:
                    raise ShoptalkError(f"A shopper was refused with {answer.status}.")
                if any(m["reply_to"] == seq for m in (await answer.json())["messages"]):
                    return 1000.0 * (time.monotonic() - began)
        raise ShoptalkError(f"A shopper was not answered within {LOST:.0f} s.")


async def _session(client: aiohttp.ClientSession, base: str) -> str:
    async with client.post(f"{base}/session", json={"language": "en"}) as answer:
        answer.raise_for_status()
        return str((await answer.json())["token"])


async def _served(shoppers: Sequence[Shopper], seconds: float) -> list[float]:
    """The turns of all shoppers side by side, in milliseconds."""

    async def converse(n: int, shopper: Shopper) -> list[float]:
        await asyncio.sleep(PAUSE * n / len(shoppers))
        times: list[float] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            times.append(await shopper.turn())
            await asyncio.sleep(max(0.0, PAUSE - (time.monotonic() - began)))
        return times

    collected = await asyncio.gather(*(converse(n, s) for n, s in enumerate(shoppers)))
    return [ms for times in collected for ms in times]
