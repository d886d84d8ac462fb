"""By what name a browser calls this server, and on behalf of which page.

A page of somebody else's can have a browser send requests here, and a name of somebody else's can be made to lead here (DNS rebinding).
So a request bears a Host that is known: an address, which no name server can turn, localhost, or a name from a list; and if it bears
an Origin, that is the same host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://([^/?#@\s]+)")


def is_known(host: str, names: Collection[str]) -> bool:
    """Tell whether a Host names this server: an address, localhost, or one of `names`, which are in lower case."""
    found = _AUTHORITY.fullmatch(host)
    if found is None:
        return False
    name = found[1].lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or name in names or _is_address(name)


def is_own(origin: str, host: str) -> bool:
    """Tell whether an Origin is a page of the server that was called `host`."""
    found = _ORIGIN.fullmatch(origin)
    return found is not None and found[1].lower() == host.lower()


def plain(origin: str) -> str | None:
    """Give an Origin as it is compared, or None for what is none."""
    found = _ORIGIN.fullmatch(origin)
    return None if found is None else origin.lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
