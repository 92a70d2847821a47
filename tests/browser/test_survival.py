"""What is said is said once, whatever happens to page, network and server meanwhile."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Arrives
from tests.browser.site import Site
from tests.browser.visitor import ANSWER, STREAM


def test_reload_in_mid_conversation_keeps_everything(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    before = shopper.inside(".card h3").all_inner_texts()
    shopper.write("compare the first two")
    shopper.page.reload()
    # The chat is open as it was, the question was heard, and the answer comes.
    expect(shopper.inside("table")).to_be_visible(timeout=ANSWER)
    assert shopper.texts() == ["show me dresses under 400", "compare the first two"]
    assert shopper.inside(".card h3").all_inner_texts() == before
    expect(shopper.answers).to_have_count(2)
    shopper.say("why the first?")
    expect(shopper.answers).to_have_count(3)


def test_what_is_written_offline_is_sent_once_when_the_network_is_back(arrives: Arrives) -> None:
    shopper = arrives().on_a_line_to_cut().visit().open()
    shopper.say("show me dresses under 400")
    shopper.cut()
    shopper.write("only red ones")
    shopper.write("show my list")
    expect(shopper.inside(".alert")).to_contain_text("You are offline", timeout=2500)
    expect(shopper.inside(".pending")).to_have_count(2)
    shopper.mend()
    expect(shopper.answers).to_have_count(3, timeout=ANSWER)
    expect(shopper.inside(".pending")).to_have_count(0)
    said = ["show me dresses under 400", "only red ones", "show my list"]
    assert shopper.texts() == said
    # The server's transcript has each of them once, too.
    shopper.page.reload()
    expect(shopper.answers).to_have_count(3, timeout=ANSWER)
    assert shopper.texts() == said


def test_message_written_without_network_outlives_the_page(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("hello")
    shopper.page.route("**/widget/api/**", lambda route: route.abort())
    shopper.block_sockets()
    shopper.page.reload()
    shopper.write("show me backpacks")
    expect(shopper.inside(".alert")).to_contain_text("What you write is kept")
    expect(shopper.inside(".pending")).to_have_count(1)
    other = shopper.context.new_page()
    other.goto(shopper.url + "/shop/cart")
    other.locator("shop-talk .launcher").click()
    expect(other.locator("shop-talk .card").first).to_be_visible(timeout=ANSWER)
    expect(other.locator("shop-talk .message.shopper")).to_have_count(2)


def test_restart_of_the_servers_loses_and_doubles_nothing(arrives: Arrives, site: Site) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    site.stop()
    try:
        expect(shopper.inside(".alert")).to_contain_text("trying again")
        shopper.write("compare the first two")
        expect(shopper.inside(".pending")).to_have_count(1)
        expect(shopper.inside(".alert")).to_contain_text("trying again")
    finally:
        site.start()
    # The page may have come back by itself meanwhile, and the button with it is gone.
    with suppress(PlaywrightError):
        shopper.inside(".alert button").click(timeout=1000)
    expect(shopper.inside("table")).to_be_visible(timeout=ANSWER)
    expect(shopper.inside(".alert")).to_be_empty()
    expect(shopper.answers).to_have_count(2)
    assert shopper.texts() == ["show me dresses under 400", "compare the first two"]


def test_long_polling_carries_a_conversation_where_sockets_are_blocked(arrives: Arrives) -> None:
    shopper = arrives()
    shopper.block_sockets()
    shopper.visit().open()
    shopper.say("show me dresses under 400")
    shopper.say("compare the first two")
    expect(shopper.inside("table")).to_be_visible()
    assert len(shopper.texts()) == 2


def test_lost_acknowledgement_does_not_double_a_message(arrives: Arrives) -> None:
    shopper = arrives()
    lost: list[str] = []

    def meddle(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_page(frame: str | bytes) -> None:
            if isinstance(frame, str) and '"ack"' in frame and not lost:
                # The server has the message, the page never hears of it, and the line breaks.
                lost.append(frame)
                socket.close()
            elif isinstance(frame, str) and '"pong"' not in frame and not lost:
                return
            else:
                socket.send(frame)

        server.on_message(to_page)

    shopper.page.route_web_socket(STREAM, meddle)
    shopper.visit().open()
    shopper.say("show me dresses under 400")
    assert len(lost) == 1
    assert shopper.texts() == ["show me dresses under 400"]
    expect(shopper.inside(".pending")).to_have_count(0)


def test_refused_message_says_why_and_can_be_given_up(arrives: Arrives) -> None:
    shopper = arrives()
    shopper.block_sockets()
    shopper.visit().open()
    shopper.say("hello")

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        route.fulfill(status=413, json={"error": "too_long", "message": "This is too long."})

    shopper.page.route("**/widget/api/messages*", refuse)
    shopper.write("a message that the server does not take")
    expect(shopper.inside(".pending.failed .fate")).to_contain_text("This is too long.")
    shopper.page.get_by_role("button", name="Discard").click()
    expect(shopper.inside(".pending")).to_have_count(0)
    shopper.page.reload()
    expect(shopper.own).to_have_count(1)
