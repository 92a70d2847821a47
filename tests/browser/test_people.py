"""Beyond words with the assistant: people, pictures, what is unread, and what can be kept."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Route, expect

from tests.browser.conftest import Arrives
from tests.browser.site import Site
from tests.browser.staff import Staff


def test_person_answers_and_leaves_again(arrives: Arrives, site: Site) -> None:
    shopper = arrives().visit().open()
    shopper.say("hello")
    staff = Staff(site.settings, "Ling")
    staff.asked()
    status = shopper.inside(".status")
    expect(status).to_contain_text("Someone from the shop will answer here.")
    shopper.write("my parcel is late")
    expect(shopper.inside(".pending")).to_have_count(0)
    staff.joins()
    staff.says("Hello, I am looking at your parcel. See https://shop.example/parcel")
    expect(status).to_have_text("Ling from the shop is answering.")
    expect(shopper.inside(".notice")).to_have_text("Ling has joined.")
    said = shopper.inside(".message.person")
    expect(said).to_contain_text("I am looking at your parcel")
    expect(said.locator(".name")).to_have_text("Ling")
    # Nobody types while a person has the conversation and says nothing, and the assistant is still.
    shopper.write("thank you")
    expect(shopper.inside(".pending")).to_have_count(0)
    expect(shopper.inside(".dots")).to_have_count(0)
    expect(shopper.answers).to_have_count(1)
    staff.leaves()
    expect(status).to_be_empty()
    shopper.say("show me dresses under 400")
    expect(shopper.inside(".card").first).to_be_visible()


def test_closed_chat_counts_what_is_unread(arrives: Arrives, site: Site) -> None:
    shopper = arrives().visit().open()
    shopper.say("hello")
    shopper.page.keyboard.press("Escape")
    staff = Staff(site.settings, "Ling")
    staff.joins()
    staff.says("Are you there?")
    launcher = shopper.inside(".launcher")
    expect(launcher).to_have_attribute("aria-label", "Chat with us, 2 unread")
    expect(shopper.inside(".badge")).to_have_text("2")
    # It is counted on the next page, too, until it is read.
    shopper.visit("/shop/cart")
    expect(launcher).to_have_attribute("aria-label", "Chat with us, 2 unread")
    shopper.open()
    shopper.page.keyboard.press("Escape")
    expect(launcher).to_have_attribute("aria-label", "Chat with us")


def test_chat_can_be_kept_as_text(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    title = shopper.inside(".card h3").first.inner_text()
    with shopper.page.expect_download() as download:
        shopper.page.get_by_role("button", name="Save this chat as text").click()
    assert download.value.suggested_filename == "chat.txt"
    text = Path(download.value.path()).read_text("utf-8")
    assert "You\nshow me dresses under 400" in text
    assert f"1. {title}" in text


def test_picture_is_sent_seen_and_kept(arrives: Arrives, tmp_path: Path) -> None:
    shopper = arrives().visit().open()
    shopper.say("hello")
    file = shopper.inside("input[type=file]")
    file.set_input_files(FilePayload(name="a.gif", mimeType="image/gif", buffer=b"GIF89a"))
    expect(shopper.inside(".alert")).to_contain_text("Only JPEG, PNG and WebP")
    file.set_input_files(png(Image.new("RGB", (600, 400), "#c8322f")))
    expect(shopper.inside(".attached canvas")).to_be_visible()
    expect(shopper.inside(".alert")).to_be_empty()
    shopper.say("something like this")
    for _ in range(2):
        sent = shopper.inside("canvas.sent")
        expect(sent).to_have_js_property("width", 320)
        pixel = sent.evaluate("one => [...one.getContext('2d').getImageData(9, 9, 1, 1).data]")
        assert max(abs(a - b) for a, b in zip(pixel, (200, 50, 47, 255), strict=True)) < 12
        shopper.page.reload()
    assert shopper.faults() == []


def test_large_picture_is_made_smaller_before_it_is_sent(arrives: Arrives) -> None:
    shopper = arrives()
    most = 200_000

    def little(route: Route) -> None:
        """A server that takes less than ours does, so that the picture need not be huge."""
        answer = route.fetch()
        body = answer.json()
        body["limits"]["picture_bytes"] = most
        route.fulfill(response=answer, json=body)

    shopper.page.route("**/api/session", little)
    shopper.visit().open()
    shopper.say("hello")
    noise = Image.frombytes("RGB", (320, 320), random.Random(7).randbytes(3 * 320 * 320))
    assert len(png(noise)["buffer"]) > most
    shopper.inside("input[type=file]").set_input_files(png(noise))
    expect(shopper.inside(".attached canvas")).to_be_visible()
    with shopper.page.expect_response("**/api/pictures") as answer:
        shopper.write("like this")
    assert answer.value.status == 201
    assert 0 < len(answer.value.request.post_data_buffer or b"") <= most


def png(image: Image.Image) -> FilePayload:
    """A picture as a file to choose."""
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return FilePayload(name="picture.png", mimeType="image/png", buffer=buffer.getvalue())
