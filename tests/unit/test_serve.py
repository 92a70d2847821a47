"""``shoptalk serve``: a server that ends is started again, and given up where that is no use."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.cli.child_environment import child_environment
from bot.cli.processes import Servers
from bot.cli.serve import addresses, watch
from catalog.errors import ShoptalkError
from catalog.settings import Settings


@dataclass
class Falling:
    """Servers of which one ends at some looks."""

    falls: dict[int, str]
    looks: int = 0
    started: list[str] = field(default_factory=list)

    def ended(self):
        self.looks += 1
        return [self.falls[self.looks]] if self.looks in self.falls else []

    def title(self, name):
        return f"The {name}"

    def start(self, name):
        self.started.append(name)


class Enough(Exception):
    """The test has seen enough."""


def watched(servers, seconds, looks=50):
    """What is told while servers are watched, with so many seconds between two looks."""
    told, now = [], [0.0]

    def sleep(pause):
        now[0] += max(pause, 0.0)
        if pause == 0.5:
            now[0] += seconds
            if servers.looks >= looks:
                raise Enough

    with pytest.raises((Enough, ShoptalkError)) as ended:
        watch(servers, told.append, clock=lambda: now[0], sleep=sleep)
    return told, ended.value


def test_a_server_that_ended_is_started_again_and_one_line_says_so():
    servers = Falling({3: "bot", 5: "actions"})
    told, ended = watched(servers, 0.0)
    assert isinstance(ended, Enough)
    assert servers.started == ["bot", "actions"]
    assert told == [
        "The bot has ended; it is started again.",
        "The actions has ended; it is started again.",
    ]


def test_a_server_that_ends_again_is_started_later():
    told, _ended = watched(Falling(dict.fromkeys((1, 2, 3), "bot")), 1.0)
    assert told[1:] == [
        "The bot has ended; it is started again in 1 s.",
        "The bot has ended; it is started again in 2 s.",
    ]


def test_a_server_that_ends_five_times_within_a_minute_is_given_up():
    servers = Falling(dict.fromkeys(range(1, 50), "bot"))
    _told, ended = watched(servers, 1.0)
    assert isinstance(ended, ShoptalkError)
    assert "5 times within 60 s" in str(ended)
    assert len(servers.started) == 4


def test_a_server_that_ends_now_and_then_is_never_given_up():
    servers = Falling(dict.fromkeys(range(1, 40), "bot"))
    told, ended = watched(servers, 20.0)
    assert isinstance(ended, Enough)
    assert len(told) == len(servers.started) == 39


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("127.0.0.1", "http://localhost:5005/shop/"),
        ("0.0.0.0", "http://localhost:5005/shop/"),
        ("192.168.7.7", "http://192.168.7.7:5005/shop/"),
    ],
)
def test_the_page_of_the_shop_is_told_in_development_only(host, page):
    servers = Servers(replace(Settings(), host=host), 5055, 5005)
    assert any(page in line for line in addresses(servers, True))
    assert not any("/shop/" in line for line in addresses(servers, False))


def test_servers_get_all_settings_and_no_others(monkeypatch):
    monkeypatch.setenv("SHOPTALK_CHATWOOT_URL", "https://other.example")
    monkeypatch.setenv("SHOPTALK_CHATWOOT_TOKEN_FILE", "/nowhere")
    settings = replace(
        Settings(), environment="production", chatwoot_token="t", transcript_days=7, host="0.0.0.0"
    )
    environment = child_environment(settings)
    assert Settings.from_env(environment) == replace(settings, shop=settings.shop_dir)
