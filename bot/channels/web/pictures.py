"""Pictures that shoppers send: checked, drawn anew without what they tell besides, and kept."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from PIL import Image, ImageOps

from bot.channels.security.problem import Problem, bad_request
from bot.channels.web.limits import Limits
from bot.channels.web.wire import PICTURE_NAME

FOLDER = "pictures"
#: Format → the ending of its files, their content type.
FORMATS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
}
TYPES = {f".{ending}": type_ for ending, type_ in FORMATS.values()}
_QUALITY = 85
_DAY = 24 * 3600.0


@dataclass(frozen=True)
class Picture:
    """One picture, as it is kept."""

    body: bytes
    type: str


class Pictures:
    """The pictures of one shop; every method blocks.

    Parameters
    ----------
    folder
        Where they are kept: a folder a session, whose name is a checksum of the session's.
    days
        After so many days a picture is forgotten.
    clock
        Seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits,
        days: int = 90,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._days = days
        self._clock = clock
        self._purged = 0.0

    def add(self, session: str, data: bytes) -> str:
        """Keep a picture; the name that only this session, and the staff, reach it by.

        Raises
        ------
        Problem
            For what is no picture, is too large, or is one too many.
        """
        self._purge_daily()
        folder = self._of(session)
        if folder.is_dir() and sum(1 for _ in folder.iterdir()) >= self._limits.pictures:
            raise Problem(
                429, "too_many_pictures", "There are enough pictures in this chat.", 3600.0
            )
        drawn, ending = redrawn(data, self._limits)
        name = f"{secrets.token_hex(16)}.{ending}"
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(prefix=".", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(drawn)
        Path(unfinished).replace(folder / name)
        return name

    def get(self, session: str, name: str) -> Optional[Picture]:
        """A picture of the session; None where it has none of this name."""
        if not PICTURE_NAME.fullmatch(name):
            return None
        path = self._of(session) / name
        try:
            return Picture(path.read_bytes(), TYPES[path.suffix])
        except FileNotFoundError:
            return None

    def has(self, session: str, name: str) -> bool:
        """Whether the session has a picture of this name."""
        return bool(PICTURE_NAME.fullmatch(name)) and (self._of(session) / name).is_file()

    def erase(self, session: str) -> None:
        """Forget the pictures of a session."""
        shutil.rmtree(self._of(session), ignore_errors=True)

    def purge(self, before: float) -> int:
        """Forget what was sent before a time in seconds since 1970; how many there were."""
        gone = 0
        for path in list(self._folder.glob("*/*")):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += 1
        for folder in list(self._folder.glob("*")):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        return gone

    def _purge_daily(self) -> None:
        now = self._clock()
        if now - self._purged > _DAY:
            self._purged = now
            self.purge(now - self._days * _DAY)

    def _of(self, session: str) -> Path:
        return self._folder / hashlib.sha256(session.encode()).hexdigest()[:32]


def format_of(data: bytes) -> Optional[str]:
    """The format that the first bytes are of: ``JPEG``, ``PNG``, ``WEBP`` or None."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def redrawn(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The same picture drawn anew: upright, of bounded size, nothing but its pixels.

    Places, times, cameras, thumbnails and whatever hides behind the picture are gone.

    Returns
    -------
    The bytes, and the ending of a file with them.

    Raises
    ------
    Problem
        For what is no whole picture of a format we take, or has too many pixels.
    """
    format_ = format_of(data)
    if format_ is None:
        raise Problem(415, "bad_picture", "Pictures are JPEG, PNG or WebP.")
    try:
        # Only the decoder of the format that the bytes claim: there are dozens in Pillow.
        with Image.open(io.BytesIO(data), formats=[format_]) as image:
            width, height = image.size
            if width * height > limits.picture_pixels:
                raise bad_request(
                    "bad_picture", f"A picture has at most {limits.picture_pixels} pixels."
                )
            side = limits.picture_side
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image)
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            plain = upright.convert("RGBA" if clear and format_ != "JPEG" else "RGB")
            plain.thumbnail((side, side))
            # A new picture takes over no information of the old one.
            fresh = Image.new(plain.mode, plain.size)
            fresh.paste(plain)
    except Problem:
        raise
    except Exception:
        # Decoders raise all kinds of errors for broken data.
        raise bad_request("bad_picture", "The picture cannot be read.") from None
    out = io.BytesIO()
    fresh.save(out, format_, **({} if format_ == "PNG" else {"quality": _QUALITY}))
    return out.getvalue(), FORMATS[format_][0]
