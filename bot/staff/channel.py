"""The desk as ``credentials.yml`` lists it: pages and API below ``/staff``."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request

from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.security.address import Proxies
from bot.channels.security.door import Door
from bot.channels.security.origins import Origins
from bot.channels.security.secret import session_secrets
from bot.channels.web.limits import Limits
from bot.channels.web.pictures import FOLDER, Pictures
from bot.staff.accounts import Accounts
from bot.staff.audit import Audit
from bot.staff.cookie import cookie_for
from bot.staff.database import open_staff_database
from bot.staff.desk import Desk
from bot.staff.login import Login
from bot.staff.pages import Pages
from bot.staff.reception import Reception
from bot.staff.routes import Office, Routes
from bot.staff.seen import Seen
from bot.staff.sessions import Sessions
from bot.staff.shop_service import ShopService
from catalog.settings import Settings
from catalog.shop import Shop


def office(settings: Settings, core_of: CoreOf) -> Office:
    """The parts of the desk, made and wired.

    Raises
    ------
    ShoptalkError
        Where there is no shop, or a setting is wrong.
    """
    database = open_staff_database(settings)
    shop = Shop.open(settings.shop_dir)
    audit = Audit(database)
    accounts = Accounts(database, audit)
    sessions = Sessions(database, accounts, session_secrets(settings))
    # Other sites' pages have nothing to do here, whatever they may do with the widget.
    door = Door(Origins(""), Proxies(settings.proxies))

    def desk_of(request: Request) -> Desk:
        """The desk on the server's core, made at the first request."""
        context = request.app.ctx
        if not hasattr(context, "staff_desk"):
            context.staff_desk = Desk(core_of(request), Seen(database), audit)
        return context.staff_desk

    return Office(
        door=door,
        reception=Reception(door, sessions, cookie_for(settings)),
        login=Login(accounts, sessions, audit),
        accounts=accounts,
        audit=audit,
        service=ShopService(shop),
        pictures=Pictures(shop.path / FOLDER, Limits()),
        pages=Pages(),
        desk_of=desk_of,
    )


class StaffChannel(CoreChannel):
    """The desk; it delivers nothing itself: what people say goes out on the shopper's channel."""

    path = "/staff"
    without_adapter = True

    @classmethod
    def name(cls) -> str:
        return "staff"

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Login, pages and API."""
        Routes(office(Settings.from_env(), core_of)).add(blueprint)
