"""What stands on the network: addresses, names, pages, accounts, files by their hash."""

import ipaddress
import re
import unicodedata
from hashlib import md5, sha1, sha256, sha512
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_SUFFIX: Final = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_PORT: Final = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d{1,5}|\[([^\]]+)\](?::\d{1,5})?", re.ASCII)
_HANDLE: Final = re.compile(r"[^\W_](?:[\w.\-]{0,62}\w)?|\w{2,64}")
_ALGORITHM: Final = re.compile(r"(md-?5|sha-?1|sha-?256|sha-?512)\s*[:=(]?\s*", re.IGNORECASE)
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]+")
_HASHES: Final = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_EMPTY_FILE: Final = frozenset(
    each(b"", usedforsecurity=False).hexdigest() for each in (md5, sha1, sha256, sha512)
)
_EVERYBODYS_TEXT: Final = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
192.168.0.0/16 224.0.0.0/4 240.0.0.0/4 ::/127 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
"""Private, local, shared, multicast and unspecified ranges (RFC 6890): they tell nobody apart."""
_EVERYBODYS: Final = tuple(map(ipaddress.ip_network, _EVERYBODYS_TEXT.split()))
_PORTS: Final = {"http": 80, "https": 443, "ftp": 21}
_SAFE: Final = "/:@!$&'()*+,;=-._~?"
_PLATFORMS: Final = {
    "twitter": "x",
    "fb": "facebook",
    "meta": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "tg": "telegram",
    "vkontakte": "vk",
    "snap": "snapchat",
    "weixin": "wechat",
}


def ip(_issuer: str | None, value: str) -> Parsed:
    """Parse an IPv4 or IPv6 address to its text of RFC 5952; port and zone fall away.

    An IPv4 address inside IPv6 (mapped, 6to4, NAT64) is that IPv4 address. One that many hold at
    once, as private and local ones are, is not valid: it must not bring records together.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if found := _PORT.fullmatch(text):
        text = found[1] or found[2]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or _nat_64(address) or address
    return None if any(address in each for each in _EVERYBODYS) else (None, str(address))


def _nat_64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address behind the well-known prefix 64:ff9b::/96 (RFC 6052)."""
    number = int(address)
    return ipaddress.IPv4Address(number & 0xFFFFFFFF) if number >> 32 == 0x64FF9B << 64 else None


def domain(_issuer: str | None, value: str) -> Parsed:
    """Parse a host's name: lower case, international labels in their ASCII form (RFC 3490)."""
    text = unicodedata.normalize("NFKC", value).strip().casefold().rstrip(".")
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = name.split(".")
    whole = len(name) <= 253 and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return (None, name) if whole and _SUFFIX.fullmatch(labels[-1]) else None


def url(_issuer: str | None, value: str) -> Parsed:
    """Parse a page's address (RFC 3986, section 6.2.2): http, https or ftp.

    Host in lower case, default port and fragment dropped, escapes made alike; http and https lead
    to one page, so that both are written https. Path and query keep their case.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
    except ValueError:
        return None
    host = ip(None, parts.hostname or "") or domain(None, parts.hostname or "")
    if parts.scheme not in _PORTS or host is None:
        return None
    name = f"[{host[1]}]" if ":" in host[1] else host[1]
    place = name if port in (None, *_PORTS.values()) else f"{name}:{port}"
    query = f"?{_escaped(parts.query)}" if parts.query else ""
    scheme = "https" if parts.scheme == "http" else parts.scheme
    return None, f"{scheme}://{place}{_escaped(parts.path or '/')}{query}"


def _escaped(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_SAFE)


def social(issuer: str | None, value: str) -> Parsed:
    """Parse a handle on the platform that `issuer` names; without the @, casefolded."""
    name = compact(issuer or "").casefold().removesuffix("com")
    handle = unicodedata.normalize("NFKC", value).strip().removeprefix("@").casefold()
    platform = _PLATFORMS.get(name, name)
    whole = platform.isascii() and platform.isalnum() and len(platform) <= 34
    return (platform, handle) if whole and _HANDLE.fullmatch(handle) else None


def file_hash(issuer: str | None, value: str) -> Parsed:
    """Parse an MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal; the length tells which.

    `issuer` or a prefix may name the algorithm, and must then agree. The empty file's is nobody's.
    """
    text = value.strip().rstrip(")")
    found = _ALGORITHM.match(text)
    said = compact((found[1] if found else issuer) or "").casefold()
    digest = compact(text[found.end() :] if found else text).casefold()
    if not _HEXADECIMAL.fullmatch(digest) or said not in ("", _HASHES.get(len(digest))):
        return None
    told = len(digest) in _HASHES and len(set(digest)) > 1 and digest not in _EMPTY_FILE
    return (None, digest) if told else None


SCHEMES: Final = (
    Scheme("ip", Strength.SHARED, "account", ip, ("ip address", "ipv4", "ipv6", "ip addr")),
    Scheme("domain", Strength.SHARED, "account", domain, ("domain name", "host", "fqdn")),
    Scheme("url", Strength.SHARED, "account", url, ("web page", "link", "uri", "website")),
    Scheme(
        "social",
        Strength.SHARED,
        "account",
        social,
        ("social handle", "social media", "handle", "username", "screen name", "user name"),
    ),
    Scheme(
        "file_hash",
        Strength.SHARED,
        "account",
        file_hash,
        ("hash", "md5", "sha1", "sha 1", "sha256", "sha 256", "checksum"),
    ),
)
