"""Files of a folder, served from memory: only what was there at the start has a name."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional

from bot.channels.security.headers import file_headers

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_NO_WEIGHT = re.compile(r"q=0(\.0*)?")
_PACKED = frozenset({".js", ".css", ".html", ".json", ".svg"})


@dataclass(frozen=True)
class StaticFile:
    """One file, ready to send."""

    body: bytes
    packed: Optional[bytes]
    """The same with gzip, where that is smaller."""
    type: str
    tag: str
    """Its ETag: a checksum of the bytes."""

    @classmethod
    def of(cls, name: str, body: bytes) -> StaticFile:
        """A file by its name's ending and its bytes.

        Raises ``KeyError`` for an ending that is not served.
        """
        suffix = Path(name).suffix
        packed = gzip.compress(body, 9, mtime=0) if suffix in _PACKED else None
        if packed is not None and len(packed) >= len(body):
            packed = None
        return cls(body, packed, TYPES[suffix], hashlib.sha256(body).hexdigest()[:32])


@dataclass(frozen=True)
class Answer:
    """What goes out: status, headers (content type apart) and bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    type: str


class StaticFiles:
    """Every file below a folder whose kind is served.

    A name is looked up as it was sent, and never becomes a path: there is no way out of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            hidden = any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
            if path.suffix in TYPES and not hidden and path.is_file() and not path.is_symlink():
                self.files[name] = StaticFile.of(name, path.read_bytes())

    def answer(self, name: str, accepts: str = "", known: str = "") -> Optional[Answer]:
        """The answer to a request for a file; None where there is no such file.

        Parameters
        ----------
        accepts, known
            The headers ``Accept-Encoding`` and ``If-None-Match``.
        """
        file = self.files.get(name)
        if file is None:
            return None
        packed = file.packed if takes_gzip(accepts) else None
        # One tag for both forms would let a cache send the wrong one.
        tag = f'"{file.tag}-gz"' if packed is not None else f'"{file.tag}"'
        headers = {**file_headers(), "ETag": tag, "Vary": "Accept-Encoding, Origin"}
        if tag in (one.strip().removeprefix("W/") for one in known[:1000].split(",")):
            return Answer(304, headers, b"", file.type)
        if packed is not None:
            headers["Content-Encoding"] = "gzip"
        return Answer(200, headers, file.body if packed is None else packed, file.type)


def takes_gzip(accepts: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip, and not with a weight of 0."""
    for one in accepts[:1000].lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";")
        if name == "gzip":
            return not _NO_WEIGHT.fullmatch(weight)
    return False
