"""Which IP addresses may be fetched from, and how names become addresses."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from assistant.errors import FetchTimeout, RefusedAddress, UnknownHost
from assistant.fetch.deadline import Deadline

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Host in ASCII and port in, every IP address of the host out. May raise OSError."""

# RFC 4291: global unicast is assigned from here only. RFC 6052: NAT64, whose
# addresses stand for the IPv4 address in their last 32 bits.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# RFC 9637 documentation and RFC 7526 6to4 relays; not yet in every `ipaddress`.
_NOT_PUBLIC_V6 = (IPv6Network("3fff::/20"),)
_NOT_PUBLIC_V4 = (IPv4Network("192.88.99.0/24"),)


def resolve_host(host: str, port: int) -> list[str]:
    """Ask the system's resolver; the only DNS look-up before a connection."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


def is_public(address: IPAddress) -> bool:
    """Whether an address is reached over the public internet.

    IPv6 forms that carry an IPv4 address (NAT64, 6to4, Teredo, ISATAP) count
    as what they carry, since a gateway would deliver there.

    Source:
        IANA special-purpose address registries (RFC 6890) as `ipaddress` has
        them, less multicast, which `is_global` lets through.
    """
    if isinstance(address, IPv4Address):
        return (
            address.is_global
            and not address.is_multicast
            and not any(address in network for network in _NOT_PUBLIC_V4)
        )
    carried = _carried_ipv4(address)
    if not all(is_public(inner) for inner in carried):
        return False
    if address in _NAT64 or address.teredo is not None:
        return True
    return (
        address in _GLOBAL_UNICAST
        and (address.is_global or address.sixtofour is not None)
        and not any(address in network for network in _NOT_PUBLIC_V6)
    )


def _carried_ipv4(address: IPv6Address) -> list[IPv4Address]:
    low = int(address) & 0xFFFF_FFFF
    carried = []
    if address in _NAT64 or (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE:  # RFC 5214: ISATAP
        carried.append(IPv4Address(low))
    if address.sixtofour is not None:
        carried.append(address.sixtofour)
    if address.teredo is not None:
        carried.extend(address.teredo)
    return carried


class AddressGuard:
    """Turns a host into addresses that may be connected to.

    Args:
        allow_addresses: Networks let through although they are not public.
        resolve: Looks a name up; called once for each connection.
    """

    def __init__(
        self, *, allow_addresses: Iterable[str] = (), resolve: Resolve = resolve_host
    ) -> None:
        self._allowed = tuple(ip_network(network, strict=False) for network in allow_addresses)
        self._resolve = resolve

    def addresses(self, host: str, port: int, *, deadline: Deadline) -> list[IPAddress]:
        """Resolve once and check every answer.

        One forbidden address among several refuses the host: a name that
        leads to both is an attack or a mistake, and connecting would be luck.

        Args:
            host: A name in ASCII or an IP address without brackets.

        Returns:
            The distinct addresses, in the resolver's order; at least one.

        Raises:
            RefusedAddress: An address is private, loopback or otherwise special.
            UnknownHost: The name has no address.
            FetchTimeout: The resolver did not answer in time.
        """
        literal = _parse(host)
        found = [literal] if literal else self._look_up(host, port, deadline=deadline)
        if not all(self._may_reach(address) for address in found):
            raise RefusedAddress
        return found

    def _may_reach(self, address: IPAddress) -> bool:
        return is_public(address) or any(address in network for network in self._allowed)

    def _look_up(self, host: str, port: int, *, deadline: Deadline) -> list[IPAddress]:
        answers = _in_time(lambda: self._resolve(host, port), deadline=deadline)
        parsed = [_parse(answer) for answer in answers]
        if not parsed or None in parsed:
            raise UnknownHost
        return list(dict.fromkeys(address for address in parsed if address))


def _parse(text: str) -> IPAddress | None:
    """Read an IP address; an IPv4 address in IPv6 clothes is the IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _in_time(look_up: Callable[[], Sequence[str]], *, deadline: Deadline) -> Sequence[str]:
    """Run a look-up that cannot be interrupted, and walk away when it hangs."""
    answers: queue.SimpleQueue[Sequence[str] | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError):
            answers.put(None)

    threading.Thread(target=work, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining_s())
    except queue.Empty:
        raise FetchTimeout from None
    if answer is None:
        raise UnknownHost
    return answer
