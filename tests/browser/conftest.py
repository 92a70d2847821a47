"""A browser and the demo shop's servers, once for all tests in here."""

from __future__ import annotations

import os
from typing import Any, Callable, Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bot.cli.train import train_model
from tests.browser.site import Site, chromium
from tests.browser.visitor import Visitor
from tests.conftest import Shops

Arrives = Callable[..., Visitor]


@pytest.fixture(scope="session")
def site(shops: Shops) -> Iterator[Site]:
    settings = shops("demo")
    train_model(settings)
    site = Site(settings, settings.shop_dir / "logs" / "browser")
    site.settings.shop_dir.joinpath("logs", "browser").mkdir(parents=True, exist_ok=True)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Pages that a test makes up have no address of their own, and may call loopback all the same.
    arguments = ["--disable-features=LocalNetworkAccessChecks"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def arrives(browser: Browser, site: Site) -> Iterator[Arrives]:
    """A new shopper: ``arrives(locale=…, width=…)``; nothing of others is in the browser."""
    contexts = []

    def arrive(locale: str = "en-US", width: int = 1280, height: int = 860, **more: Any) -> Visitor:
        size = ViewportSize(width=width, height=height)
        more.setdefault("reduced_motion", "reduce")
        context = browser.new_context(locale=locale, viewport=size, **more)
        contexts.append(context)
        return Visitor(context, site.url)

    yield arrive
    for context in contexts:
        context.close()
