"""Pictures of shoppers: only pictures, nothing in them but what is seen, each in its own chat."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from bot.channels.security.problem import Problem
from bot.channels.web.limits import Limits
from bot.channels.web.pictures import Pictures, format_of, redrawn

LIMITS = Limits(picture_pixels=1_000_000, picture_side=400, pictures=3)
SECRET = b"48.2082N 16.3738E"


def picture(format_: str = "JPEG", size: tuple[int, int] = (120, 60), **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((10, 10, 200), (0, 0, size[0] // 2, size[1] // 2))
    image.save(out, format_, **options)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.fixture
def pictures(tmp_path) -> Pictures:
    return Pictures(tmp_path / "pictures", LIMITS)


@pytest.mark.parametrize(("format_", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_kept_in_its_format(pictures, format_, ending):
    name = pictures.add("ann", picture(format_))
    kept = pictures.get("ann", name)
    assert name.endswith(ending)
    with Image.open(io.BytesIO(kept.body)) as image:
        assert (image.format, image.size) == (format_, (120, 60))
        red, green, blue = image.convert("RGB").getpixel((100, 50))
        assert red > 150
        assert max(green, blue) < 80


def test_where_and_when_it_was_taken_is_gone_and_it_stands_upright(pictures):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    data = picture("JPEG", exif=exif, comment=SECRET)
    assert SECRET in data
    kept = pictures.get("ann", pictures.add("ann", data))
    assert SECRET not in kept.body
    with Image.open(io.BytesIO(kept.body)) as image:
        assert not image.getexif()
        assert image.size == (60, 120)


def test_what_hides_behind_a_picture_is_gone(pictures):
    page = b"<html><script>alert(1)</script></html>"
    for format_ in ("JPEG", "PNG"):
        kept = pictures.get("ann", pictures.add("ann", picture(format_) + page))
        assert b"script" not in kept.body


def test_a_large_one_is_made_smaller(pictures):
    kept = pictures.get("ann", pictures.add("ann", picture("JPEG", (1000, 500))))
    with Image.open(io.BytesIO(kept.body)) as image:
        assert image.size == (400, 200)


def test_what_is_clear_stays_clear():
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    drawn, _ending = redrawn(out.getvalue(), LIMITS)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.getpixel((5, 5))[3] == 0


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NONE = {
    "svg": SVG,
    "html": b"<html></html>",
    "empty": b"",
    "gif": b"GIF89a" + bytes(40),
    "script behind magic": b"\xff\xd8\xff" + SVG,
    "cut off": picture("PNG")[:60],
    "webp in name only": b"RIFF\x10\x00\x00\x00WEBP" + bytes(20),
    "wave": b"RIFF\x10\x00\x00\x00WAVE" + bytes(20),
    "png header alone": b"\x89PNG\r\n\x1a\n",
    "zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_picture_is_refused(pictures, tmp_path, name):
    with pytest.raises(Problem) as refused:
        pictures.add("ann", NONE[name])
    assert refused.value.status in (400, 415)
    assert not list(tmp_path.rglob("*.*"))


def test_few_bytes_with_too_many_pixels_are_not_drawn(pictures):
    bomb = picture("PNG", (1001, 1000))
    assert len(bomb) < 20_000
    with pytest.raises(Problem, match="pixels"):
        pictures.add("ann", bomb)


def test_the_first_bytes_tell_the_format():
    assert [format_of(picture(f)) for f in ("JPEG", "PNG", "WEBP")] == ["JPEG", "PNG", "WEBP"]


def test_nobody_else_has_it(pictures):
    name = pictures.add("ann", picture())
    assert pictures.has("ann", name)
    assert not pictures.has("bob", name)
    assert pictures.get("bob", name) is None


@pytest.mark.parametrize("name", ["../x.jpg", "%2e%2e", "a" * 32 + ".jpg", "", "x", "a" * 32])
def test_no_other_name_reaches_a_file(pictures, name):
    pictures.add("ann", picture())
    assert pictures.get("ann", name) is None
    assert not pictures.has("ann", name)


def test_a_chat_has_so_many_and_no_more(pictures):
    for _ in range(3):
        pictures.add("ann", picture())
    with pytest.raises(Problem) as refused:
        pictures.add("ann", picture())
    assert refused.value.status == 429
    assert pictures.add("bob", picture())


def test_old_ones_are_forgotten_and_those_of_a_chat(pictures, tmp_path):
    old, new = pictures.add("ann", picture()), pictures.add("ann", picture())
    (path,) = tmp_path.rglob(old)
    os.utime(path, (1000, 1000))
    pictures.add("bob", picture())
    assert pictures.purge(before=2000) == 1
    assert pictures.get("ann", old) is None
    assert pictures.get("ann", new) is not None
    pictures.erase("ann")
    assert pictures.get("ann", new) is None
    assert pictures.purge(before=9e12) == 1
    assert not list((tmp_path / "pictures").iterdir())


def test_what_is_older_than_a_transcript_goes_when_the_next_one_comes(tmp_path):
    now = [1_800_000_000.0]
    pictures = Pictures(tmp_path, LIMITS, days=30, clock=lambda: now[0])
    name = pictures.add("ann", picture())
    (path,) = tmp_path.rglob(name)
    os.utime(path, (now[0], now[0]))
    now[0] += 29 * 24 * 3600
    pictures.add("bob", picture())
    assert pictures.has("ann", name)
    now[0] += 2 * 24 * 3600
    pictures.add("bob", picture())
    assert not pictures.has("ann", name)
