"""Plays every script in this folder against the running assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SHOPS, SOURCES, source

from .facts import Catalogue, myntra, stored, yanxuan
from .runner import load, play

SCRIPTS = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.fixture(scope="session")
def catalogues(shops):
    """Shop name → its products as raw facts, read at first use."""
    found: dict[str, Catalogue] = {}

    def catalogue(name: str) -> Catalogue:
        if name not in found:
            found[name] = _catalogue(name, shops)
        return found[name]

    return catalogue


def _catalogue(name, shops) -> Catalogue:
    from catalog.shop import Shop

    shop = Shop.open(shops(name).shop_dir)
    try:
        rates = shop.settings.rates
        if name in SOURCES:
            table = {"myntra": myntra, "yanxuan": yanxuan}[name](source(name))
            return Catalogue(table.products, table.currency, stored((), "", rates).rates)
        return stored(shop.store.iter_products(), shop.settings.currency, rates)
    finally:
        shop.close()


def test_every_shop_has_conversations_in_both_languages():
    scripts = [load(path) for path in SCRIPTS]
    for shop in SHOPS:
        spoken = ["".join(t.say for t in s.turns) for s in scripts if s.shop == shop]
        chinese = sum(any("\u4e00" <= c <= "\u9fff" for c in text) for text in spoken)
        assert len(spoken) >= 10
        assert 3 <= chinese < len(spoken)


@pytest.mark.parametrize("shop", SHOPS)
def test_what_scripts_expect_exists(shop, catalogues):
    """A script that asks for what nobody sells would test nothing."""
    catalogue = catalogues(shop)
    missing = []
    for script in map(load, SCRIPTS):
        for number, turn in enumerate(script.turns, 1):
            wanted = turn.expect.get("every_item")
            if script.shop != shop or not wanted:
                continue
            plain = {k: v for k, v in wanted.items() if " " not in str(v) or "price" not in k}
            there = len(catalogue.satisfying(plain))
            least = max(1, turn.expect.get("at_least_items", 0), turn.expect.get("items", 0))
            if there < least:
                missing.append(f"{script.name}, turn {number}: {there} of {least} for {wanted}")
    assert missing == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(path, shop_session, catalogues):
    script = load(path)
    failures = play(script, shop_session(script.shop, script.desk), catalogues(script.shop))
    assert not failures, "\n" + "\n".join(failures)
