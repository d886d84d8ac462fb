"""What the host is told when the house is open: a line to paste for each way in, where state is kept, and who may enter."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

USUAL_PORT = 5000
"""The port `chatroom join` tries when none is named."""

_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses set aside for documentation: asking the way to them sends nothing."""
MOST = 5
"""Addresses that are told; a machine full of virtual networks has many more."""
_ADDRESS_OF_INTERFACE = 0x8915

_TYPED = {
    "front": ("nc {host} {port}", "telnet {host} {port}", "{web}://{at}/"),
    "line": ("nc {host} {port}", "telnet {host} {port}"),
    "irc": ("irc://{at}",),
    "web": ("http://{at}/",),
}
"""What is typed for each door, by host and port apart, or by both as one place."""
_ENCRYPTED = {
    "line": ("openssl s_client -quiet -connect {at}",),
    "irc": ("ircs://{at}",),
    "web": ("https://{at}/",),
}
"""The same where the port speaks nothing but TLS."""
_JOINED = frozenset({"front", "json"})
BY_SSH = frozenset({"front", "ssh"})
"""The doors that take SSH."""


@dataclass(frozen=True, slots=True)
class Way:
    """Be one port that one door listens at; `interface` is empty for every address."""

    door: str
    port: int
    interface: str
    encrypted: bool = False


def lines(
    name: str,
    ways: Sequence[Way],
    place: str,
    kept: bool,
    addresses: Sequence[str],
    *,
    called: str = "",
    closed: bool = False,
    fingerprint: str = "",
    host_key: str = "",
) -> Iterator[str]:
    """Write the banner; `addresses` are this machine's, `place` the state folder, `closed` where only members may enter.

    `called` is the machine's name in a certificate that an authority vouches for; `fingerprint` is that of one which nobody
    vouches for, so that friends can compare it; `host_key` that of SSH.
    """
    here, *others = addresses
    yield f"{name} is open. To join:"
    for way in ways:
        irc = way.door == FRONT and not any(other.door == IRC for other in ways)
        entrances = _entrances(way, way.interface or called or here, web="https" if called else "http", ssh=bool(host_key), irc=irc)
        yield from (f"  {entrance}" for entrance in entrances)
    if others and not called and any(not way.interface for way in ways):
        yield f"If {here} cannot be reached, try {_either(others)}: this machine as well."
    if fingerprint and any(way.encrypted or way.door == FRONT for way in ways):
        yield "Clients that encrypt are shown a certificate with this SHA-256 fingerprint:"
        yield f"  {fingerprint}"
    if host_key:
        yield f"SSH clients are shown this key: ED25519 {host_key}"
    yield f"State is kept in {place}." if kept else f"State is kept in {place}; what is said is gone when the server stops."
    for way in ways:
        if way.door == CONSOLE:
            yield f"Admins: telnet {way.interface or here} {way.port}"
    if closed:
        yield "Only members may enter."
    else:
        yield from _who_may_enter([way for way in ways if way.door not in _FOR_THE_HOST], here)


def _entrances(way: Way, host: str, *, web: str, ssh: bool, irc: bool) -> Iterator[str]:
    """Give what is typed, or opened, to come in by one port."""
    at = f"[{host}]:{way.port}" if ":" in host else f"{host}:{way.port}"
    for typed in (_ENCRYPTED if way.encrypted else _TYPED).get(way.door, ()):
        yield typed.format(host=host, port=way.port, at=at, web=web)
    if ssh and way.door in BY_SSH and not way.encrypted:
        yield f"ssh -p {way.port} NAME@{host}"
    if irc:
        yield f"irc://{at}"
    if way.door in _JOINED:
        yield f"chatroom join {joined(host, way.port)}"


CONSOLE = "console"
FRONT = "front"
IRC = "irc"
_FOR_THE_HOST = frozenset({CONSOLE, "manhole"})


def joined(host: str, port: int) -> str:
    """Write host and port as `chatroom join` takes them."""
    shown = f"[{host}]" if ":" in host and port != USUAL_PORT else host
    return shown if port == USUAL_PORT else f"{shown}:{port}"


def own_addresses() -> tuple[str, ...]:
    """Find this machine's addresses, that by which others reach it first, without sending anything; loopback if there is none."""
    found = dict.fromkeys([*filter(None, (_towards(*place) for place in _ELSEWHERE)), *_of_interfaces()])
    return tuple(one for one in found if not _is_loopback(one))[:MOST] or ("127.0.0.1",)


def _towards(family: socket.AddressFamily, place: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((place, 9))
            return str(asked.getsockname()[0])
    except OSError:
        return ""


def _of_interfaces() -> Iterator[str]:
    """Ask the kernel for the IPv4 address of each network interface, where it is a Linux (netdevice(7))."""
    if sys.platform != "linux":
        return
    import fcntl  # Windows, where most of this is to be imported all the same, has none

    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            with suppress(OSError):
                answer = fcntl.ioctl(asked, _ADDRESS_OF_INTERFACE, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(answer[20:24])


def _who_may_enter(ways: Sequence[Way], here: str) -> Iterator[str]:
    # Where others come in by some port, those for this machine alone are not what the host must think of.
    ways = [way for way in ways if not _is_loopback(way.interface or here)] or ways
    hosts = {way.interface or here for way in ways}
    ports = _either([str(port) for port in sorted({way.port for way in ways})])
    if not ports:
        return
    if all(_is_loopback(host) for host in hosts):
        yield f"Access is open: every user of this machine may enter by port {ports}."
    elif any(_is_public(host) for host in hosts):
        yield f"Access is open, and this address is public: anybody on the internet who reaches port {ports} may enter."
    else:
        yield f"Access is open: anybody who can reach port {ports} may enter."


def _either(words: Sequence[str]) -> str:
    """Write some words as a choice: a, b or c."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False
