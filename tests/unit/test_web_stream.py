"""Connections that take nothing, and what may be open at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.security.address import Proxies
from bot.channels.security.door import Door
from bot.channels.security.origins import Origins
from bot.channels.security.problem import Problem
from bot.channels.security.token import CHAT, Signer
from bot.channels.web.gate import SAYING, Gate
from bot.channels.web.limits import Limits
from bot.channels.web.stream import WebStream

LIMITS = replace(Limits(), sending=0.05, lines_address=2)
SESSION = "A" * 22


class Socket:
    """A connection whose client reads nothing."""

    def __init__(self) -> None:
        self.failed_with = 0

    async def send(self, _text: str) -> None:
        await asyncio.Event().wait()

    def fail_connection(self, code: int) -> None:
        self.failed_with = code


def gate(limits: Limits = LIMITS) -> Gate:
    door = Door(Origins(""), Proxies(""))
    return Gate(door, Signer(["a secret of tests"], CHAT), limits, lambda: 1.8e9, lambda: 0.0)


def test_who_takes_nothing_is_cut_off():
    api: Any = SimpleNamespace(gate=gate(), limits=LIMITS)
    socket: Any = Socket()
    with pytest.raises(ConnectionError):
        asyncio.run(WebStream(api)._send(socket, {"type": "pong"}))
    assert socket.failed_with == 1011


def test_lines_of_an_address_are_counted_and_given_back():
    at = gate()
    with at.one(at.lines, "ann", "lines"), at.one(at.lines, "ann", "lines"):
        with pytest.raises(Problem) as refused, at.one(at.lines, "ann", "lines"):
            raise AssertionError("It is open.")
        with at.one(at.lines, "bob", "lines"):
            pass
    assert refused.value.status == 429
    with at.one(at.lines, "ann", "lines"):
        pass


def request(token: str) -> Any:
    headers = SimpleNamespace(
        get={"authorization": f"Bearer {token}"}.get, getall=lambda _name, default: default
    )
    return SimpleNamespace(ip="10.0.0.1", headers=headers)


def test_what_one_session_has_too_much_of_is_no_burden_of_its_address():
    at = gate(replace(LIMITS, address=replace(LIMITS.address, burst=20)))
    busy, _ = at.signer.mint(SESSION, 1.8e9)
    calm, _ = at.signer.mint("B" * 22, 1.8e9)
    statuses = []
    for _ in range(200):
        try:
            at.session(request(busy), SAYING)
            statuses.append(200)
        except Problem as problem:
            statuses.append(problem.status)
    assert statuses == [200] * 8 + [429] * 192
    assert at.session(request(calm), SAYING).session == "B" * 22


def test_wrong_tokens_count_against_their_address():
    at = gate()
    statuses = []
    for n in range(40):
        with pytest.raises(Problem) as refused:
            at.session(request(f"x{n}.y"), SAYING)
        statuses.append(refused.value.status)
    assert statuses == [401] * 30 + [429] * 10
    right, _ = at.signer.mint(SESSION, 1.8e9)
    assert at.session(request(right), SAYING).session == SESSION
