"""Addresses: which ones belong to the public internet, by a list of our own."""

from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

#: https://www.iana.org/assignments/iana-ipv4-special-registry, multicast, the reserved rest, and the one address
#: at which a cloud provider answers its own machines from public space.
REFUSED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
#: Of IPv6 only what is given out at all, and of that not what carries another address or is for a purpose:
#: https://www.iana.org/assignments/iana-ipv6-special-registry
GIVEN_OUT_6 = IPv6Network("2000::/3")
REFUSED_6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet; False for what is no address, or has a zone."""
    try:
        known = ip_address(address)
    except (ValueError, AddressValueError):
        return False
    if isinstance(known, IPv4Address):
        return not any(known in network for network in REFUSED_4)
    return _is_public_6(known)


def _is_public_6(address: IPv6Address) -> bool:
    return address.scope_id is None and address in GIVEN_OUT_6 and not any(address in known for known in REFUSED_6)
