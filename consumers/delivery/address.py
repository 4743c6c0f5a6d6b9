"""Where a webhook may go: the address policy, on addresses rather than on names.

`ipaddress.is_global` calls NAT64, 6to4, site-local and multicast addresses global, and the
resolver turns `2130706433` and `127.1` into loopback. So every resolved address is unwrapped of
embedded IPv4 and held against this list, and the connection goes to the address that was checked.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final
from urllib.parse import SplitResult, urlsplit

from schemas.errors import PartnerError

Address = IPv4Address | IPv6Address

#: IANA IPv4 special-purpose registry, multicast and reserved.
_IPV4_DENIED: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
#: Only global unicast is open at all; of it, what is special-purpose is not.
_IPV6_UNICAST: Final = IPv6Network("2000::/3")
_IPV6_DENIED: Final = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
#: Translation prefixes whose last 32 bits are an IPv4 address (RFC 6052, RFC 8215, RFC 4291).
_IPV6_EMBEDDING: Final = tuple(
    IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0/96")
)


def is_allowed(address: Address, *, allow_loopback: bool) -> bool:
    """Say whether a connection to `address` may be opened.

    Loopback counts only in its plain forms, and only where a development setting allows it.
    """
    if address.is_loopback:
        return allow_loopback
    inner = _unwrapped(address)
    if isinstance(inner, IPv4Address):
        return not any(inner in network for network in _IPV4_DENIED)
    return inner in _IPV6_UNICAST and not any(inner in network for network in _IPV6_DENIED)


def checked_url(url: str, *, allow_loopback: bool) -> SplitResult:
    """Return the parts of a webhook's address; raises PartnerError where it may not be used.

    https always; http only where loopback is allowed, and then only loopback will be connected.
    """
    parts = urlsplit(url)
    schemes = {"https", "http"} if allow_loopback else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None:
        raise PartnerError("address", "a webhook needs an https address without credentials")
    return parts


def choose(candidates: Iterable[str], parts: SplitResult, *, allow_loopback: bool) -> Address:
    """Return the first resolved address; raises PartnerError unless every one is allowed."""
    addresses = [ip_address(candidate.partition("%")[0]) for candidate in candidates]
    plain = parts.scheme == "http"
    for address in addresses:
        allowed = is_allowed(address, allow_loopback=allow_loopback)
        if not allowed or (plain and not address.is_loopback):
            raise PartnerError("address", "the webhook's name leads to a forbidden address")
    if not addresses:
        raise PartnerError("address", "the webhook's name leads nowhere")
    return addresses[0]


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that a translation prefix carries, else the address itself."""
    if isinstance(address, IPv6Address) and any(address in each for each in _IPV6_EMBEDDING):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
