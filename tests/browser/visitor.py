"""A shopper in the browser: what is done and seen on pages with the widget."""

from __future__ import annotations

import re
from typing import Any, Optional

from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

#: Milliseconds in which an answer has to be there.
ANSWER = 20_000
STREAM = re.compile(r"/widget/api/stream")
_FAULTS = """
window.faults = [];
addEventListener("securitypolicyviolation", (event) =>
  window.faults.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Visitor:
    """One tab, with all that goes wrong in it written down."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.context = context
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.add_init_script(_FAULTS)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)
        self.page.set_default_timeout(ANSWER)

    def on_a_line_to_cut(self) -> Visitor:
        """Have the stream go through here, so that ``cut`` can break it; to be said first.

        The browser's own way of being offline leaves open sockets alone.
        """
        self._sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._is_cut = False

        def relay(page_end: WebSocketRoute) -> None:
            if self._is_cut:
                page_end.close()
                return
            server_end = page_end.connect_to_server()
            self._sockets.append((page_end, server_end))

        self.page.route_web_socket(STREAM, relay)
        return self

    def cut(self) -> None:
        """Cut the network: open sockets break, and nothing can be called."""
        self._is_cut = True
        self.context.set_offline(True)
        for ends in self._sockets:
            for end in ends:
                end.close()
        self._sockets.clear()

    def mend(self) -> None:
        """The network is back."""
        self._is_cut = False
        self.context.set_offline(False)

    def block_sockets(self) -> None:
        """No WebSocket can be opened, as behind some proxies."""
        self.page.route_web_socket(STREAM, lambda socket: socket.close())

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def faults(self) -> list[str]:
        """Errors of scripts, of loading, and breaches of the page's policy."""
        return [*self.errors, *self.page.evaluate("window.faults")]

    def visit(self, path: str = "/shop/") -> Visitor:
        """Go to a page and wait until it shows something."""
        self.page.goto(self.url + path)
        expect(self.page.locator("main > *").first).to_be_visible()
        return self

    @property
    def widget(self) -> Locator:
        """The element; everything in it is found through its shadow."""
        return self.page.locator("shop-talk")

    def inside(self, selector: str) -> Locator:
        """Elements of the widget."""
        return self.page.locator(f"shop-talk {selector}")

    @property
    def input(self) -> Locator:
        """Where messages are written."""
        return self.inside("textarea")

    @property
    def answers(self) -> Locator:
        """Replies of the assistant, its greeting apart."""
        return self.inside(".message.bot:not(.welcome)")

    @property
    def own(self) -> Locator:
        """What the shopper said."""
        return self.inside(".message.shopper")

    @property
    def chips(self) -> Locator:
        """Quick replies."""
        return self.inside(".chip")

    def open(self) -> Visitor:
        """Open the chat with the pointer."""
        self.inside(".launcher").click()
        expect(self.input).to_be_focused()
        return self

    def write(self, text: str) -> None:
        """Write and send."""
        self.input.fill(text)
        self.input.press("Enter")

    def say(self, text: str) -> Locator:
        """Say something; the answer to it."""
        return self.after(lambda: self.write(text))

    def after(self, do: Any) -> Locator:
        """Do something that is answered; the answer to it."""
        count = self.answers.count()
        do()
        expect(self.answers).to_have_count(count + 1, timeout=ANSWER)
        return self.answers.nth(count)

    def texts(self) -> list[str]:
        """What the shopper said, as the transcript has it."""
        return [own.strip() for own in self.inside(".message.shopper .bubble").all_inner_texts()]

    def focused(self) -> Optional[str]:
        """The accessible name or the text of what has the focus."""
        return self.page.evaluate(
            """() => {
              let one = document.activeElement;
              while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
              return one && (one.getAttribute("aria-label") || one.textContent.trim());
            }"""
        )
