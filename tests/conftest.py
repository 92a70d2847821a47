"""The shops, indexes, model and servers that slow tests share; made once, kept between runs."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import urllib.error
import urllib.request
import uuid
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import pytest

from catalog.settings import ROOT, Settings
from catalog.shop import STORE_FILE
from tests.real_data import real_data

MAPS = Path(__file__).resolve().parent / "data"
SOURCES = {"myntra": "catalogs/myntra.csv", "yanxuan": "catalogs/yanxuan_goods.csv"}
RATES = {
    "myntra": {"USD": "83", "EUR": "90", "CNY": "11.6"},
    "yanxuan": {"USD": "7.2", "EUR": "7.8", "INR": "0.086"},
}
SHOPS = ("demo", *SOURCES)
FINGERPRINT = "tests.sha256"
#: The store of a shop as it was imported.
UNTOUCHED = "untouched.sqlite3"
#: A turn that takes longer has failed, whatever it says then.
SECONDS = 60


def source(shop: str) -> Path:
    """The table that a shop is imported from; skips the test where it is not there."""
    return real_data(SOURCES[shop])


@pytest.fixture(scope="session")
def base_settings() -> Settings:
    """The settings of this run; every shop of the tests lives below ``home/tests``."""
    return Settings.from_env()


@dataclass
class Shops:
    """Builds a shop of the tests at first use."""

    settings: Settings
    built: dict[str, Settings] = field(default_factory=dict)

    def __call__(self, name: str) -> Settings:
        """The settings that have this shop in use, imported and indexed."""
        if name not in self.built:
            settings = replace(self.settings, shop=self.settings.home / "tests" / name)
            _build(name, settings)
            self.built[name] = settings
        return self.built[name]


@pytest.fixture(scope="session")
def shops(base_settings: Settings) -> Shops:
    """Shop name → settings with that shop in use; built at first use, kept between runs."""
    return Shops(base_settings)


@pytest.fixture(scope="session")
def vocabularies(shops: Shops) -> Mapping[str, Any]:
    """The vocabulary of every shop, as its index has it."""
    from bot.nlu.shop_vocabulary import ShopVocabulary

    return {name: ShopVocabulary(shops(name).shop_dir).current() for name in SHOPS}


@dataclass
class Bots:
    """Keeps one bot and action server a shop running until the tests end."""

    shops: Shops
    stack: ExitStack
    running: dict[str, Any] = field(default_factory=dict)

    def __call__(self, shop: str, desk: bool = False) -> Callable[[str], dict[str, Any]]:
        """A new conversation in a shop: a function from what is said to the reply.

        With ``desk`` it is on a channel where a person can take over.
        """
        servers = self._servers(shop)
        sender = f"test-{uuid.uuid4().hex}"

        def say(text: str) -> dict[str, Any]:
            servers.check()
            body = {"sender": sender, "message": text, "metadata": {"desk": desk}}
            return {"messages": post(servers.webhook, body)}

        return say

    def _servers(self, shop: str) -> Any:
        from bot.cli.processes import Servers, free_port
        from bot.cli.train import train_model

        if shop not in self.running:
            settings = self.shops(shop)
            train_model(settings)
            _forget_proofs(settings)
            log = settings.shop_dir / "logs"
            servers = Servers(settings, free_port(), free_port(), log)
            self.running[shop] = self.stack.enter_context(servers)
            servers.wait_until_ready(lambda _said: None)
        return self.running[shop]


@pytest.fixture(scope="session")
def shop_session(shops: Shops) -> Iterator[Bots]:
    """Shop name → ``say`` of a new conversation; servers start once a shop and end with the run."""
    with ExitStack() as stack:
        yield Bots(shops, stack)


def post(url: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Post JSON to a bot's REST channel; what it refuses counts as an error message."""
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        return [{"text": text, "custom": {"type": "error", "status": error.code}}]


def _forget_proofs(settings: Settings) -> None:
    """Let orders be asked for again: the shop is kept between runs, and counts who tried today."""
    from catalog.service_tables import proof_attempts
    from catalog.shop import Shop

    shop = Shop.open(settings.shop_dir)
    try:
        with shop.store.engine.begin() as connection:
            connection.execute(proof_attempts.delete())
    finally:
        shop.close()


def _build(name: str, settings: Settings) -> None:
    """Import and index a shop, unless what it is made from is as it was.

    What earlier runs wrote into its store is undone: an index learns from the log of events, and
    conversations would be answered otherwise each time.
    """
    from bot.cli.index import index_shop
    from catalog.shop import Shop

    folder = settings.shop_dir
    mark = folder / FINGERPRINT
    fingerprint = _fingerprint(name)
    if mark.is_file() and mark.read_text() == fingerprint:
        _copy_store(folder / UNTOUCHED, folder / STORE_FILE)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        _import(name, folder)
        _copy_store(folder / STORE_FILE, folder / UNTOUCHED)
        mark.write_text(fingerprint)
    shop = Shop.open(folder)
    try:
        index_shop(shop, settings)
    finally:
        shop.close()


def _copy_store(source: Path, target: Path) -> None:
    for old in target.parent.glob(f"{target.name}*"):
        old.unlink()
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)


def _import(name: str, folder: Path) -> None:
    from catalog.feeds import import_products
    from catalog.shop import Shop

    if name == "demo":
        from catalog.demo import ensure_demo_shop

        ensure_demo_shop(folder)
        return
    shop = Shop.prepare(folder, name=name, rates=RATES[name])
    try:
        import_products(shop, source(name), MAPS / f"{name}.map.yml")
    finally:
        shop.close()


def _fingerprint(name: str) -> str:
    """Changes when the table, its map, or the code that reads them does."""
    files = [ROOT / "catalog" / "product.py", *_below(ROOT / "catalog" / "feeds")]
    files += [source(name), MAPS / f"{name}.map.yml"] if name in SOURCES else []
    files += _below(ROOT / "catalog" / "demo") if name == "demo" else []
    digest = hashlib.sha256(f"{UNTOUCHED} {json.dumps(RATES.get(name))}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".yml", ".tsv", ".csv"))
