"""Where a request came from. What a web server that is trusted says of its caller counts; anyone
else could write what they like there."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from adapter.doors.web import current
from connectors.tls import is_loopback


def client_address() -> str | None:
    """The address of the caller itself, behind this machine's web server and those of
    `trusted_proxies`."""
    asked = current.request_itself()
    address = _plain(asked.remote_addr or "")
    through = asked.headers.get("X-Forwarded-For")
    if through is None:
        return address or asked.remote_addr
    # A proxy adds its own caller at the end; what stands before it that caller wrote.
    passed_on = through.split(",")
    while address is not None and passed_on and _is_trusted(address):
        before = _plain(passed_on.pop().strip())
        if before is None:
            break
        address = before
    return address or asked.remote_addr


def is_this_machine(address: str | None) -> bool:
    """No web server said whose request it passed on, or somebody on this machine asks."""
    return address is None or is_loopback(address)


def _is_trusted(address: str) -> bool:
    trusted = current.parts().settings.proxies
    return is_loopback(address) or any(ip_address(address) in network for network in trusted)


@lru_cache(1024)
def _plain(written: str) -> str | None:
    """None for what is no address. One of IPv4 is written as such, in whatever it came."""
    try:
        address = ip_address(written)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


@lru_cache(1024)
def block_of(address: str) -> str:
    """What one caller has of addresses: a whole /64 of IPv6, one address of IPv4."""
    try:
        plain = ip_address(address)
    except ValueError:
        return address
    return address if plain.version == 4 else str(ip_network((plain, 64), strict=False))
