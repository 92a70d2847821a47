"""How much the widget's callers may do."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels.security.rates import Rate


@dataclass(frozen=True)
class Limits:
    """Sizes, rates and counts of one process; a shopper who types is far from all of them."""

    text: int = 2000
    """Characters of a message."""
    body: int = 1 << 15
    """Bytes of a JSON body or a frame: 2,000 characters of any script, escaped, and what is
    around them."""
    batch: int = 50
    """Events of one call."""
    products: int = 8
    """Products of one act."""
    waiting: int = 6
    """Messages of one session that wait for their answers."""
    picture_bytes: int = 5_000_000
    picture_pixels: int = 30_000_000
    picture_side: int = 2048
    """Pixels of the longer side, as a picture is kept."""
    pictures: int = 20
    """Pictures that are kept of one session."""
    wait: float = 25.0
    """Seconds that a call may wait for news."""

    minting: Rate = field(default=Rate(60, 1.0))
    """New sessions, an address."""
    strangers: Rate = field(default=Rate(30, 2.0))
    """Calls without a token that is in force, an address."""
    connecting: Rate = field(default=Rate(60, 5.0))
    """New connections, an address."""
    address: Rate = field(default=Rate(300, 60.0))
    """Calls of all sessions, an address: a whole office may be behind it."""
    saying: Rate = field(default=Rate(8, 1.0))
    """Messages, a session; whichever way they come."""
    asking: Rate = field(default=Rate(60, 10.0))
    """Calls that read, a session."""
    events: Rate = field(default=Rate(20, 2.0))
    """Calls with events, a session."""
    uploads: Rate = field(default=Rate(4, 0.1))
    """Pictures, a session."""
    frames: Rate = field(default=Rate(40, 5.0))
    """Frames of one connection; who sends more is cut off."""

    polls: int = 4
    """Calls of one session that wait for news at the same time."""
    streams: int = 6
    """Connections of one session."""
    lines_address: int = 200
    """Waiting calls and connections of one address."""
    lines: int = 4000
    """The same of everybody."""
    uploading: int = 8
    """Pictures that are on their way at the same time; one of a session."""
    hello: float = 5.0
    """Seconds in which a connection has to say whose it is."""
    sending: float = 10.0
    """Seconds in which a frame of ours has to be taken."""
