"""Where a door listens, as Twisted's endpoint strings say it, and the one thing more that `tcp:5000` means here.

`tcp:PORT` without an interface is every address of the machine, IPv4 and IPv6; a bare `PORT` is the same, `tcp4:PORT` is IPv4
alone, and `tls:PORT` is as `tcp:PORT`, encrypted with the house's certificate. Every other kind of endpoint is
handed to Twisted as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatroom.core.addresses import spot

BACKLOG = 4096
"""Connections the kernel holds until they are taken: a whole house may come back at once after a restart."""

_TCP = frozenset({"tcp", "tcp4", "tcp6", "tls"})
_FIELD = re.compile(r"(?:\\.|[^:\\])*", re.DOTALL)
_EXAMPLE = "Write for example tcp:5000 or tcp:5000:interface=127.0.0.1."


class NoEndpoint(ValueError):
    """Say what is wrong with an endpoint string, and what to do."""

    def __init__(self, problem: str, remedy: str = _EXAMPLE) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Be one endpoint: `text` as Twisted would have it; `port` is None unless it is TCP, `interface` empty for all addresses."""

    text: str
    kind: str
    port: int | None = None
    interface: str = ""
    backlog: int = BACKLOG

    def __str__(self) -> str:
        return self.text

    @property
    def encrypted(self) -> bool:
        """Tell whether what passes there is encrypted from the first byte on."""
        return self.kind == "tls"

    @property
    def everywhere(self) -> bool:
        """Tell whether anybody who reaches the machine reaches this."""
        return self.port is not None and self.interface in {"", "::", "0.0.0.0"}


def parse(text: str) -> Endpoint:
    """Read an endpoint string; raise `NoEndpoint`."""
    if text.isascii() and text.isdigit():
        text = f"tcp:{text}"
    kind, *fields = _fields(text)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.+-]*", kind) or not fields:
        raise NoEndpoint("this is not an endpoint")
    if kind not in _TCP:
        return Endpoint(text, kind)
    return _tcp(text, kind, fields)


def is_loopback(host: str) -> bool:
    """Tell whether an interface or a peer's address is this machine's own, so that nobody from elsewhere can be behind it."""
    place = spot(host)
    return host == "localhost" if place is None else place.local


def is_public(endpoint: Endpoint) -> bool:
    """Tell whether others than this machine's own users may reach an endpoint; what cannot be known may be reached."""
    if endpoint.kind == "unix":
        return False
    named = [field.removeprefix("interface=") for field in _fields(endpoint.text) if field.startswith("interface=")]
    hosts = named or [endpoint.interface]
    return not all(is_loopback(host) for host in hosts)


def _tcp(text: str, kind: str, fields: list[str]) -> Endpoint:
    options = dict(_option(field) for field in fields)
    port = _number(options.pop("port", ""), 65535, "this port is not a number from 0 to 65535")
    backlog = _number(options.pop("backlog", str(BACKLOG)), 65535, "this backlog is not a number from 0 to 65535")
    interface = options.pop("interface", "")
    if options:
        raise NoEndpoint("this endpoint has more than a port, an interface and a backlog")
    return Endpoint(text, kind, port, interface, backlog)


def _option(field: str) -> tuple[str, str]:
    name, equals, value = field.partition("=")
    return (name, value) if equals else ("port", field)


def _number(text: str, most: int, problem: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most:
        return int(text)
    raise NoEndpoint(problem)


def _fields(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at <= len(text):
        field = _FIELD.match(text, at)
        end = field.end() if field else at
        found.append(re.sub(r"\\(.)", r"\1", text[at:end]))
        if end < len(text) and text[end] != ":":
            raise NoEndpoint("this ends in a lone backslash")
        at = end + 1
    return found
