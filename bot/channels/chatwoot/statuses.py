"""The status that conversations have in Chatwoot, as far as this process was told."""

from __future__ import annotations

from collections import OrderedDict

_REMEMBERED = 20_000


class Statuses:
    """Remembers the newest status of each conversation; webhooks may come in another order."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def of(self, address: str) -> str:
        """The status of a conversation; empty where it is not known."""
        return self._known.get(address, (0.0, ""))[1]

    def saw(self, address: str, status: str, at: float) -> bool:
        """Take note of a status; False where a newer one is known.

        Parameters
        ----------
        at
            When the conversation was changed; 0 where that is not known.
        """
        newest, _status = self._known.get(address, (0.0, ""))
        if at and at < newest:
            return False
        self._known.pop(address, None)
        self._known[address] = (max(at, newest), status)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return True
