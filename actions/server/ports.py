"""Whether a port can be listened on."""

from __future__ import annotations

import socket

from catalog.errors import ShoptalkError


def require_free(host: str, port: int, server: str, setting: str) -> None:
    """Raise ``ShoptalkError`` where somebody listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ShoptalkError(
                f"Port {port} is in use, perhaps by another {server}: stop it, or choose another "
                f"port with {setting}."
            ) from error
