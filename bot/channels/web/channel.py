"""The web channel as ``credentials.yml`` lists it: routes below ``/widget``."""

from __future__ import annotations

from typing import Optional

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.server.websockets.impl import WebsocketImplProtocol

from bot.channels.core.model import Adapter
from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.security.address import Proxies
from bot.channels.security.door import Door
from bot.channels.security.origins import Origins
from bot.channels.security.secret import session_secrets
from bot.channels.security.static import StaticFile, StaticFiles
from bot.channels.security.token import CHAT, Signer
from bot.channels.web.adapter import WebAdapter
from bot.channels.web.api import WebApi, widget_folder
from bot.channels.web.gate import CHANNEL, Gate
from bot.channels.web.limits import Limits
from bot.channels.web.pictures import FOLDER, Pictures
from bot.channels.web.stream import WebStream
from bot.storefront.pictures import in_demo_shop
from bot.widget.bundle import NAME, script
from catalog.settings import DEVELOPMENT, Settings
from catalog.shop import Shop

PATH = "/widget"
STREAM = "/api/stream"


def web_api(settings: Settings, core_of: CoreOf, limits: Limits = Limits()) -> WebApi:  # noqa: B008
    """The parts of the web API, made and wired.

    Raises
    ------
    ShoptalkError
        Where there is no shop, or a setting of the channel is wrong.
    """
    shop = Shop.open(settings.shop_dir)
    door = Door(Origins(settings.origins), Proxies(settings.proxies))
    gate = Gate(door, Signer(session_secrets(settings), CHAT), limits)
    pictures = Pictures(shop.path / FOLDER, limits, settings.transcript_days)
    files = StaticFiles(widget_folder())
    files.files[NAME] = StaticFile.of(NAME, script())
    # What the demo shop's feed names as pictures is nowhere.
    is_demo = shop.settings.synthetic and settings.environment == DEVELOPMENT
    present = in_demo_shop if is_demo else dict
    return WebApi(gate, core_of, shop, pictures, files, present)


class WebChannel(CoreChannel):
    """The widget's channel; always on."""

    path = PATH

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    def adapter(self, settings: Settings) -> Optional[Adapter]:
        """The widget reads the transcript itself."""
        return WebAdapter()

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Session, messages, events, pictures, stream, and the widget's files."""
        api = web_api(Settings.from_env(), core_of)
        stream = WebStream(api)
        for path, handlers in api.routes().items():
            api.gate.door.route(blueprint, path, handlers)

        async def connect(request: Request, socket: WebsocketImplProtocol) -> None:
            await stream.serve(request, socket)

        async def admit(request: Request) -> Optional[HTTPResponse]:
            return await stream.admit(request) if request.path == PATH + STREAM else None

        async def preflight(request: Request, response: HTTPResponse) -> None:
            api.gate.door.preflight(request, response)

        blueprint.add_websocket_route(connect, STREAM, name="stream")
        blueprint.middleware(admit, "request")
        blueprint.middleware(preflight, "response")
