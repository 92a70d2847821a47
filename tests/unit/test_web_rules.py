"""Rates, addresses and origins: who may do what, how often, from where."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic.compat import Header

from bot.channels.security.address import Proxies
from bot.channels.security.door import Door
from bot.channels.security.headers import content_security_policy, data_headers, page_headers
from bot.channels.security.origins import Origins
from bot.channels.security.patience import Patience
from bot.channels.security.problem import too_many, unauthorized
from bot.channels.security.rates import Buckets, Counts, Rate
from catalog.errors import ShoptalkError

# Rates


def test_so_many_at_once_and_then_so_many_a_second():
    buckets = Buckets(Rate(3, 2.0))
    assert [buckets.take("ann", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("ann", 0.5) == 0.0
    assert buckets.take("ann", 0.5) == 0.5


def test_one_name_is_no_business_of_another():
    buckets = Buckets(Rate(1, 1.0))
    assert [buckets.take(name, 0.0) for name in ("ann", "ann", "bob")] == [0.0, 1.0, 0.0]


def test_refused_tries_cost_nothing_and_patience_is_not_saved_up():
    buckets = Buckets(Rate(2, 1.0))
    for _ in range(50):
        buckets.take("ann", 0.0)
    assert buckets.take("ann", 1.0) == 0.0
    assert [buckets.take("ann", 1000.0) for _ in range(3)] == [0.0, 0.0, 1.0]


def test_the_memory_of_names_is_bounded_and_forgets_the_quiet_ones():
    buckets = Buckets(Rate(1, 0.001), most=10)
    buckets.take("busy", 0.0)
    for n in range(1000):
        buckets.take(f"stranger {n}", 0.0)
        assert buckets.take("busy", 0.0) > 0
    assert len(buckets) == 10


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_burst_and_rate_allow(pauses):
    buckets, now, taken = Buckets(Rate(4, 2.0)), 0.0, 0
    for pause in pauses:
        now += pause
        taken += buckets.take("ann", now) == 0.0
    assert taken <= 4 + 2.0 * now + 1e-6


def test_open_calls_are_counted_for_each_and_for_all():
    counts = Counts(each=2, total=3)
    assert [counts.enter(name) for name in ("ann", "ann", "ann", "bob", "cy")] == [
        True, True, False, True, False,
    ]  # fmt: skip
    counts.leave("ann")
    assert counts.enter("cy")


def test_what_is_refused_says_when_to_come_again():
    assert too_many(0.2).headers == {"Retry-After": "1"}
    assert too_many(7.1).headers == {"Retry-After": "8"}
    assert unauthorized().headers == {"WWW-Authenticate": "Bearer"}


async def timed(patience: Patience, address: str) -> float:
    began = asyncio.get_running_loop().time()
    assert await patience.hold(address)
    return asyncio.get_running_loop().time() - began


def test_the_first_refusals_are_told_at_once_and_the_rest_is_held_back():
    patience = Patience(Rate(3, 0.001), seconds=0.2)

    async def ask() -> tuple[list[float], float]:
        ann = [await timed(patience, "ann") for _ in range(4)]
        return ann, await timed(patience, "bob")

    ann, bob = asyncio.run(ask())
    assert max(*ann[:3], bob) < 0.1
    assert ann[3] >= 0.19


def test_what_is_held_back_is_bounded_and_the_rest_is_cut_off():
    patience = Patience(Rate(1, 0.001), seconds=0.2)

    async def flood() -> list[bool]:
        return list(await asyncio.gather(*(patience.hold("ann") for _ in range(200))))

    told = asyncio.run(flood())
    assert told.count(True) == 65
    assert told.count(False) == 135


# Addresses


def test_a_line_that_a_proxy_adds_counts_more_than_that_of_the_client():
    door = Door(Origins(""), Proxies("10.0.0.1"))
    headers = Header([("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "9.9.9.9")])
    request = SimpleNamespace(ip="10.0.0.1", headers=headers)
    assert door.address(request) == "9.9.9.9"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        ("", "1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 9.9.9.9, 10.2.3.4", "9.9.9.9"),
        ("10.0.0.1", "10.0.0.2", "9.9.9.9", "10.0.0.2"),
        ("10.0.0.1", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "9.9.9.9, not an address", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "\x1b[31m, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "10.0.0.1", ",".join(["10.0.0.1"] * 5000), "10.0.0.1"),
        ("", "2001:db8:1:2:aaaa::1", None, "2001:db8:1:2::/64"),
        ("", "::ffff:1.2.3.4", None, "1.2.3.4"),
        ("", "", None, "unknown"),
    ],
)
def test_whose_address_it_is(proxies, peer, forwarded, client):
    assert Proxies(proxies).client(peer, forwarded) == client


def test_proxies_that_are_no_addresses_are_refused():
    with pytest.raises(ShoptalkError, match="SHOPTALK_PROXIES"):
        Proxies("10.0.0.1, my-proxy")


# Origins

SHOP = "https://shop.example"
LOOK_ALIKES = [
    "https://shop.example.evil.com",
    "https://evil-shop.example",
    "https://shop.example.",
    "https://shop.example:8443",
    "https://shop.example/",
    "http://shop.example",
    "https://sub.shop.example",
    "https://SHOP.example",
    "https://shopxexample",
    "https://shop.example@evil.com",
    "null",
    "",
    "*",
    "file://",
]


def test_a_listed_origin_is_allowed_and_told_so():
    headers = Origins(f"{SHOP}, http://localhost:8080").headers(SHOP)
    assert headers["Access-Control-Allow-Origin"] == SHOP
    assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("origin", LOOK_ALIKES)
def test_a_look_alike_is_neither_allowed_nor_told_anything(origin):
    origins = Origins(SHOP)
    assert not origins.allows(origin, "bot.example")
    assert origins.headers(origin) == {"Vary": "Origin"}
    assert set(origins.preflight(origin)) == {"Vary"}


def test_its_own_pages_are_allowed_by_name_and_port():
    origins = Origins("")
    assert origins.allows("http://bot.example:5005", "bot.example:5005")
    assert origins.allows("https://bot.example", "bot.example")
    assert not origins.allows("http://bot.example:5006", "bot.example:5005")
    assert not origins.allows("http://", "")
    assert origins.allows(None, "bot.example")


def test_ports_that_browsers_leave_out_are_left_out():
    assert Origins("https://shop.example:443").lists(SHOP)
    assert Origins("http://shop.example:80").lists("http://shop.example")
    assert Origins("https://shop.example:8443").lists("https://shop.example:8443")


@pytest.mark.parametrize(
    "text",
    ["*", "shop.example", "https://*.shop.example", SHOP + "/", SHOP + "/chat", "null",
     "https://Shop.Example", "https://shop.example:x", "ftp://shop.example", "https://a b"],
)  # fmt: skip
def test_what_is_no_origin_is_refused_at_the_start(text):
    with pytest.raises(ShoptalkError, match="SHOPTALK_ORIGINS"):
        Origins(text)


# Headers


def test_pages_run_our_own_scripts_only():
    policy = content_security_policy(images=("https:",))
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == "'self'"
    assert parts["frame-ancestors"] == parts["base-uri"] == parts["object-src"] == "'none'"
    assert parts["img-src"].split() == ["'self'", "blob:", "data:", "https:"]
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("headers", [page_headers(), data_headers()])
def test_nothing_is_sniffed_framed_or_referred(headers):
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Content-Security-Policy" in headers
