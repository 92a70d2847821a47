"""Whether every acknowledged message has one reply, whatever is killed, and what that costs."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import Any, Mapping, Sequence

import aiohttp
import numpy as np

from bot.channels.core.database import open_database
from bot.channels.core.model import BOT, SHOPPER
from bot.channels.core.transcript import Transcript
from bot.cli.conversation import Conversation
from bot.evaluate.durability.doors import Door, Doors, web_only
from bot.evaluate.durability.playing import play
from bot.evaluate.durability.script import MESSAGES, Talk, kills, talks
from bot.evaluate.durability.supervised import Supervised, supervised
from catalog.settings import Settings

#: Conversations that are held side by side.
TOGETHER = 10
#: Messages of a conversation whose turns are timed; no channel takes them for too many.
TIMED = 8
#: The most messages of one transcript.
_ALL = 1_000_000


@dataclass(frozen=True)
class Kept:
    """What the transcripts say after all."""

    asked: int
    replied_once: int
    lost: int
    doubled: int
    in_order: bool


def evaluate_durability(
    settings: Settings, turns: int, count: int, seed: int, doors: Doors = web_only
) -> dict[str, Any]:
    """Hold scripted conversations while servers are killed, then the same ones in peace.

    Parameters
    ----------
    turns
        Messages of shoppers altogether.
    count
        Times that a server is killed.
    doors
        Opens the channels.

    Returns
    -------
    ``turns``, ``acknowledged``; of the acknowledged messages ``replied_once``, ``lost`` (without
    a reply) and ``doubled`` (with several); ``arrived_twice``: channel → how often its other end
    got something again; ``differ``: replies that are others than in peace; ``kills``; ``p50_ms``
    and ``p95_ms`` from sending to the reply, and ``in_peace`` the same without kills: by channel
    through the core, and over REST.
    """
    return asyncio.run(_evaluate(settings, turns, count, seed, doors))


async def _evaluate(
    settings: Settings, turns: int, count: int, seed: int, doors: Doors
) -> dict[str, Any]:
    began = time.monotonic()
    async with aiohttp.ClientSession() as http:
        with doors(http, settings) as (opened, reached), supervised(reached) as (servers, copied):
            disturbed = {door.channel: door for door in opened}
            plan = talks(list(disturbed), turns)
            dangers = kills(count, turns, seed)
            played = await play(plan, dangers, disturbed, servers, TOGETHER)
            await servers.until_up()
            kept = await asyncio.to_thread(look, copied)
            killed = list(servers.killed)
        with doors(http, settings) as (opened, reached), supervised(reached) as (servers, _copied):
            peaceful = {door.channel: door for door in opened}
            await play(plan, [], peaceful, servers, TOGETHER)
            quiet = await play(alone(list(peaceful), len(plan)), [], peaceful, servers, 1)
            rest = await asyncio.to_thread(over_rest, servers)
    channels = list(disturbed)
    return {
        "shop": settings.shop_dir.name,
        "seed": seed,
        "turns": turns,
        "conversations": dict(Counter(talk.channel for talk in plan)),
        "acknowledged": played.count,
        "replied_once": kept.replied_once,
        "lost": kept.lost + played.count - kept.asked,
        "doubled": kept.doubled,
        "in_order": kept.in_order,
        "arrived_twice": {
            channel: sum(disturbed[channel].heard(t.number).twice for t in plan)
            for channel in channels
        },
        "differ": sum(differ(disturbed, peaceful, talk) for talk in plan),
        "kills": len(killed),
        "killed": dict(Counter(killed)),
        **_times([ms for times in played.ms.values() for ms in times]),
        "in_peace": {
            "rest": _times(rest),
            **{channel: _times(quiet.ms.get(channel, [])) for channel in channels},
        },
        "seconds": round(time.monotonic() - began),
    }


def look(settings: Settings) -> Kept:
    """What the database of conversations says."""
    database = open_database(settings)
    try:
        transcript = Transcript(database)
        asked = once = lost = doubled = 0
        in_order = True
        for conversation in transcript.conversations(None, _ALL):
            messages = transcript.messages(conversation.id, 0, _ALL)
            own = [m.seq for m in messages if m.author == SHOPPER]
            answered = [m.reply_to for m in messages if m.author == BOT]
            counts = Counter(answered)
            asked += len(own)
            once += sum(counts[seq] == 1 for seq in own)
            lost += sum(counts[seq] == 0 for seq in own)
            doubled += sum(counts[seq] > 1 for seq in own)
            in_order &= answered == own
            in_order &= [m.seq for m in messages] == list(range(1, len(messages) + 1))
    finally:
        database.close()
    return Kept(asked, once, lost, doubled, in_order)


def differ(disturbed: Mapping[str, Door], peaceful: Mapping[str, Door], talk: Talk) -> int:
    """Replies that are others than in the undisturbed conversation."""
    one = disturbed[talk.channel].heard(talk.number).replies
    other = peaceful[talk.channel].heard(talk.number).replies
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def alone(channels: Sequence[str], first: int) -> list[Talk]:
    """Short conversations to be timed one after the other, in both languages on each channel."""
    return [
        Talk(channel, first + place, texts[:TIMED])
        for place, (channel, texts) in enumerate(product(channels, MESSAGES.values()))
    ]


def over_rest(servers: Supervised) -> list[float]:
    """Milliseconds of the same messages over Rasa's REST channel."""
    ms = []
    for language, texts in MESSAGES.items():
        conversation = Conversation(servers.servers.bot_port, f"rest-{language}")
        try:
            ms += [conversation.say(text).ms for text in texts[:TIMED]]
        finally:
            conversation.close()
    return ms


def _times(ms: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(ms, (50, 95)) if ms else (0.0, 0.0)
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}
