"""The demo shop's pages at ``/shop/``: static files over a small API, in development only."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Mapping
from urllib.parse import unquote

from sanic import Blueprint
from sanic.request import Request

from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.security.address import Proxies
from bot.channels.security.door import Door, Handler, Reply
from bot.channels.security.headers import COMMON, page_headers
from bot.channels.security.origins import Origins
from bot.channels.security.problem import bad_request, not_found
from bot.channels.security.static import StaticFiles
from bot.storefront.catalogue import Catalogue, Listing
from bot.storefront.pictures import POLICY, SHOP, TYPE, picture_of
from catalog.settings import DEVELOPMENT, Settings
from catalog.shop import Shop

LANGUAGES = ("en", "zh")
_LONGEST_ID = 200
_LONGEST_SEARCH = 100
_LAST_PAGE = 10_000
_PICTURE_SECONDS = 3600


class StorefrontChannel(CoreChannel):
    """Pages with the widget on them; nothing is delivered here."""

    path = SHOP
    without_adapter = True

    @classmethod
    def name(cls) -> str:
        return "storefront"

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Pages, their files, products and pictures."""
        settings = Settings.from_env()
        if settings.environment != DEVELOPMENT:
            return
        door = Door(Origins(settings.origins), Proxies(settings.proxies))
        storefront = Storefront(Catalogue(Shop.open(settings.shop_dir)))
        for path, handlers in storefront.routes().items():
            door.route(blueprint, path, handlers)


class Storefront:
    """Answers the pages' calls."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._files = StaticFiles(Path(__file__).with_name("pages"))
        self._picture = lru_cache(maxsize=2000)(self._draw)

    def routes(self) -> Mapping[str, Mapping[str, Handler]]:
        """Path → method → handler."""
        return {
            "/": {"GET": self._page("index.html")},
            "/product/<product_id:str>": {"GET": self._page("product.html")},
            "/cart": {"GET": self._page("cart.html")},
            "/checkout": {"GET": self._page("checkout.html")},
            "/assets/<name:path>": {"GET": self.asset},
            "/pictures/<name:str>": {"GET": self.picture},
            "/api/departments": {"GET": self.departments},
            "/api/products": {"GET": self.products},
            "/api/products/<product_id:str>": {"GET": self.product},
        }

    def _page(self, name: str) -> Handler:
        async def page(request: Request, product_id: str = "") -> Reply:
            file = self._files.files[name]
            return Reply(file.body, 200, page_headers(), file.type)

        return page

    async def asset(self, request: Request, name: str) -> Reply:
        """A script or a style of the pages."""
        accepts = request.headers.get("accept-encoding", "")
        known = request.headers.get("if-none-match", "")
        found = self._files.answer(name, accepts, known)
        if found is None or name.endswith(".html"):
            raise not_found()
        return Reply(found.body, found.status, found.headers, found.type)

    async def departments(self, request: Request) -> Reply:
        """Departments with their names in the page's language."""
        return Reply(await asyncio.to_thread(self._catalogue.departments, _language(request)))

    async def products(self, request: Request) -> Reply:
        """One page of products."""
        page = request.args.get("page", "1")
        words, department = request.args.get("words", ""), request.args.get("department", "")
        if not page.isascii() or not page.isdigit() or not 1 <= int(page[:9]) <= _LAST_PAGE:
            raise bad_request("bad_page", '"page" must be a whole number from 1.')
        if len(words) > _LONGEST_SEARCH or len(department) > _LONGEST_SEARCH or "\0" in words:
            raise bad_request("too_long", f"A search has at most {_LONGEST_SEARCH} characters.")
        listing = Listing(_language(request), department, words, int(page))
        return Reply(await asyncio.to_thread(self._catalogue.listed, listing))

    async def product(self, request: Request, product_id: str) -> Reply:
        """One product with its variants."""
        language = _language(request)
        found = await asyncio.to_thread(self._catalogue.product, _id(product_id), language)
        if found is None:
            raise not_found()
        return Reply(found)

    async def picture(self, request: Request, name: str) -> Reply:
        """A product's picture, drawn."""
        if not name.endswith(".svg"):
            raise not_found()
        drawn = await asyncio.to_thread(self._picture, _id(name[: -len(".svg")]))
        if drawn is None:
            raise not_found()
        headers = {
            **COMMON,
            "Content-Security-Policy": POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": f"public, max-age={_PICTURE_SECONDS}",
        }
        return Reply(drawn, 200, headers, TYPE)

    def _draw(self, product_id: str) -> bytes | None:
        product = self._catalogue.find(product_id)
        return None if product is None else picture_of(product).encode()


def _language(request: Request) -> str:
    language = request.args.get("lang", LANGUAGES[0])
    if language not in LANGUAGES:
        raise bad_request("bad_language", f'"lang" must be one of {", ".join(LANGUAGES)}.')
    return str(language)


def _id(text: str) -> str:
    product_id = unquote(text)
    if not 0 < len(product_id) <= _LONGEST_ID or "\0" in product_id:
        raise bad_request("bad_product", "A product is named by its id.")
    return product_id
