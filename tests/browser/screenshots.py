"""Pictures of the main states for the README: ``make screenshots``."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterator

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from catalog.settings import ROOT, Settings
from tests.browser.site import Site, chromium
from tests.browser.staff import Staff
from tests.browser.visitor import Visitor

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 100_000
SCALE = 1.4
#: Every picture that is to be seen is there.
_DRAWN = """() => {
  const widget = document.querySelector("shop-talk").shadowRoot;
  const pictures = [...document.images, ...widget.querySelectorAll("img")];
  return pictures.every((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return one.complete || bottom < 0 || top > innerHeight;
  });
}"""


class Studio:
    """Opens pages of one shop and keeps pictures of them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site

    def visitor(self, locale: str = "en-US", width: int = 1200, height: int = 740) -> Visitor:
        """A new shopper."""
        context = self._browser.new_context(
            locale=locale,
            viewport=ViewportSize(width=width, height=height),
            device_scale_factor=SCALE,
            reduced_motion="reduce",
        )
        return Visitor(context, self._site.url)

    def keep(self, visitor: Visitor, name: str) -> str:
        """Write ``NAME.webp``, as good as fits; what was written."""
        visitor.page.wait_for_function(_DRAWN)
        image = Image.open(BytesIO(visitor.page.screenshot()))
        visitor.context.close()
        for quality in (90, 80, 70, 55, 40):
            packed = BytesIO()
            image.save(packed, "WEBP", quality=quality, method=6)
            if len(packed.getvalue()) <= MOST_BYTES:
                break
        file = FOLDER / f"{name}.webp"
        file.write_bytes(packed.getvalue())
        return f"{file.relative_to(ROOT)}: {len(packed.getvalue()) // 1000} kB"

    def all(self) -> Iterator[str]:
        """Every picture, one after the other."""
        yield self.keep(self.visitor().visit().open(), "welcome")

        shopper = self.visitor().visit("/shop/?department=Women").open()
        shopper.say("show me dresses under 400")
        yield self.keep(shopper, "cards")

        shopper = self.visitor(locale="zh-CN").visit("/shop/?department=Shoes").open()
        shopper.say("想买一双500元以下的黑色运动鞋")
        yield self.keep(shopper, "cards-chinese")

        shopper = self.visitor().visit("/shop/?department=Electronics").open()
        shopper.say("wireless headphones under 900")
        shopper.say("compare the first two")
        yield self.keep(shopper, "comparison")

        shopper = self.visitor().visit("/shop/product/lamp-010-dark-green").open()
        answer = shopper.say("a sofa, a lamp and a rug for 800 in all")
        expect(answer.locator(".total")).to_be_visible()
        yield self.keep(shopper, "product-page")

        shopper = self.visitor(width=320, height=640).visit().open()
        shopper.say("a backpack for school")
        yield self.keep(shopper, "narrow")

        shopper = self.visitor().visit("/shop/product/dress-032-beige-l")
        for path in ("dress-032-beige-l", "lamp-010-dark-green"):
            shopper.visit(f"/shop/product/{path}")
            shopper.page.get_by_role("button", name="Add to cart").click()
        yield self.keep(shopper.visit("/shop/cart"), "cart")

        shopper = self.visitor().visit("/shop/?department=Bags").open()
        shopper.say("a navy suitcase")
        staff = Staff(self._site.settings, "Ling")
        staff.asked()
        shopper.write("The wheels must survive cobblestones. Can someone tell me?")
        expect(shopper.inside(".status")).to_be_visible()
        staff.joins()
        staff.says("Hello! I asked our workshop: take one with double wheels.")
        expect(shopper.inside(".message.person")).to_be_visible()
        shopper.inside(".scroll").evaluate("one => one.scrollTo(0, one.scrollHeight)")
        yield self.keep(shopper, "person")


def main() -> None:
    """Make all pictures, of the shop in use."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with TemporaryDirectory() as log, sync_playwright() as playwright:
        site = Site(Settings.from_env(), Path(log))
        try:
            site.start()
            browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
            for line in Studio(browser, site).all():
                print(line, file=sys.stderr)
            browser.close()
        finally:
            site.stop()


if __name__ == "__main__":
    main()
