"""Figures of a run, where TensorBoard finds them."""

from __future__ import annotations

import os
import socket
import time
from itertools import count
from pathlib import Path
from typing import Optional

from catalog.errors import ShoptalkError

VERSION = "brain.Event:2"
_numbers = count()


class EventBoard:
    """Writes one event file a run, without TensorFlow and without torch's wrapper of it.

    TensorBoard's own file writer imports TensorFlow wherever that is installed; its record format
    and its messages do not.

    Raises
    ------
    ShoptalkError
        Where the package ``tensorboard`` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from tensorboard.compat.proto.event_pb2 import Event
            from tensorboard.compat.proto.summary_pb2 import Summary
            from tensorboard.summary.writer.record_writer import RecordWriter
        except ImportError as error:
            raise ShoptalkError(
                "Figures of training need the package tensorboard: install it, or leave `board` "
                "empty."
            ) from error
        self._event, self._summary = Event, Summary
        folder.mkdir(parents=True, exist_ok=True)
        parts = (f"{time.time():010.0f}", socket.gethostname(), os.getpid(), next(_numbers))
        path = folder / ".".join(["events.out.tfevents", *map(str, parts)])
        self._writer = RecordWriter(path.open("wb"))
        self._write(Event(wall_time=time.time(), file_version=VERSION))

    def scalar(self, name: str, value: float, step: int) -> None:
        """Keep one figure; it can be seen at once."""
        summary = self._summary(value=[self._summary.Value(tag=name, simple_value=value)])
        self._write(self._event(wall_time=time.time(), step=step, summary=summary))

    def close(self) -> None:
        """No more figures come."""
        self._writer.close()

    def _write(self, event: object) -> None:
        self._writer.write(event.SerializeToString())  # type: ignore[attr-defined]
        self._writer.flush()


def open_board(folder: str) -> Optional[EventBoard]:
    """A board in the folder; none where no folder is named."""
    return EventBoard(Path(folder)) if folder else None
