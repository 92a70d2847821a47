"""Whose address a request comes from, also behind proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Optional, Union

from catalog.errors import ShoptalkError

Network = Union[IPv4Network, IPv6Network]
#: Hops of ``X-Forwarded-For`` that are looked at.
_HOPS = 10
#: What one subscriber has of IPv6.
_SUBSCRIBER = 64


class Proxies:
    """The proxies that are believed.

    Parameters
    ----------
    text
        Addresses or networks, separated by commas.

    Raises
    ------
    ShoptalkError
        For what is neither.
    """

    def __init__(self, text: str) -> None:
        self._trusted = tuple(_network(one.strip()) for one in text.split(",") if one.strip())

    def trusts(self, peer: str) -> bool:
        """Whether what the peer of a connection forwards is believed."""
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted)

    def client(self, peer: str, forwarded: Optional[str]) -> str:
        """The client's address as a name for limits.

        The chain is read from the right: what a proxy that is believed added is true, what stands
        left of the first address that is none may be made up. Addresses of IPv6 are cut to the
        network of one subscriber, so that nobody has more of them than others.
        """
        address = _address(peer)
        if address is None:
            return "unknown"
        hops = (forwarded or "").split(",")[-_HOPS:] if self.trusts(peer) else []
        for hop in reversed(hops):
            before = _address(hop.strip())
            if before is None:
                break
            address = before
            if not any(before in network for network in self._trusted):
                break
        return _name(address)


def _name(address: Union[IPv4Address, IPv6Address]) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _SUBSCRIBER), strict=False))
    return str(address)


def _address(text: str) -> Optional[Union[IPv4Address, IPv6Address]]:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ShoptalkError(
            f"SHOPTALK_PROXIES has {text!r}, which is neither an address nor a network."
        ) from None
