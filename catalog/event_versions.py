"""Events of older versions, read as if they were written now. The log itself is never rewritten.

=======  =============================================================================
version  what is different before it
=======  =============================================================================
2        ``corrected`` had no payload: it was always a step that was taken back. There
         was no ``commented``, ``shared``, ``helped``, ``profiled`` or ``searched``.
=======  =============================================================================
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from catalog.errors import ShoptalkError
from catalog.events import SCHEMA_VERSION, STEP

Fields = dict[str, Any]


def as_now(fields: Mapping[str, Any]) -> Fields:
    """The fields of an event of any version as those of ``SCHEMA_VERSION``.

    Raises
    ------
    ShoptalkError
        Where the event was written by a newer program, or by none.
    """
    read = dict(fields)
    check_version(read["schema_version"])
    for version in range(read["schema_version"], SCHEMA_VERSION):
        _NEXT[version](read)
    read["schema_version"] = SCHEMA_VERSION
    return read


def check_version(version: int) -> None:
    """See that events of this version can be read.

    Raises
    ------
    ShoptalkError
        Where they cannot.
    """
    if version > SCHEMA_VERSION:
        raise ShoptalkError(
            f"The log has events of version {version}, and this program reads them up to version "
            f"{SCHEMA_VERSION}: update Shoptalk."
        )
    if version < 1:
        raise ShoptalkError(
            f"The log has an event of version {version}, which no Shoptalk ever wrote: restore "
            f"the store from a copy."
        )


def _second(fields: Fields) -> None:
    if fields["kind"] == "corrected":
        fields["payload"] = {"about": STEP, **fields["payload"]}


#: Version → what makes its events those of the next.
_NEXT: Mapping[int, Callable[[Fields], None]] = {1: _second}
