"""Somebody who sends messages without end: ``python -m bot.evaluate.flooder PORT TOKEN RATE S``.

A process of its own, so that those who are served are not measured by a program that is busy
flooding. It keeps to its rate whether it is answered or not, and counts the answers on standard
output as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from contextlib import suppress

HOST = "127.0.0.1"
PATH = "/widget/api/messages"
CONNECTIONS = 20
#: Messages that are sent at once, so that keeping the rate costs little.
_TICK = 0.02


def request(token: str, text: str) -> bytes:
    """One message as bytes on the wire."""
    body = json.dumps({"id": uuid.uuid4().hex, "text": text}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def flood(port: int, token: str, rate: float, seconds: float) -> dict[str, int]:
    """Send; how many were offered, and how many were answered in which way."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    each = rate / CONNECTIONS
    await asyncio.gather(*(_connection(port, token, each, end, counts) for _ in range(CONNECTIONS)))
    return {
        "offered": counts["sent"],
        "accepted": counts["202"],
        "refused": counts["429"],
        "other": sum(n for status, n in counts.items() if status not in ("sent", "202", "429")),
    }


async def _connection(port: int, token: str, rate: float, end: float, counts: Counter[str]) -> None:
    began, sent = time.monotonic(), 0
    while time.monotonic() < end:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(_TICK)
            continue
        answers = asyncio.ensure_future(_count(reader, counts))
        try:
            while time.monotonic() < end and not answers.done():
                due = int((time.monotonic() - began) * rate) - sent
                for _ in range(due):
                    writer.write(request(token, "a red dress under 500"))
                sent += due
                counts["sent"] += due
                await asyncio.sleep(_TICK)
        except OSError:
            pass
        # What is on its way is still counted.
        await asyncio.wait([answers], timeout=1.0)
        answers.cancel()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _count(reader: asyncio.StreamReader, counts: Counter[str]) -> None:
    """Count answers by their status until the connection ends."""
    with suppress(OSError, asyncio.IncompleteReadError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].partition("\r")[0].strip()
            await reader.readexactly(int(length or 0))
            counts[head.split(" ", 2)[1]] += 1


def main() -> None:
    """Read the arguments, flood, and print the counts."""
    port, token, rate, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(flood(int(port), token, float(rate), float(seconds)))))


if __name__ == "__main__":
    main()
