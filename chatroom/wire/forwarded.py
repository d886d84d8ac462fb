"""X-Forwarded-For: from whom a request came to the proxies that passed it on, each of which adds whom it heard at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address

MOST = 32
"""Addresses that are looked at; no request passes so many proxies."""


def source(fields: Iterable[str], believed: Callable[[str], bool]) -> str | None:
    """Give the last address that is not itself one of those believed, or the first of all; None when there is none."""
    found = None
    for written in reversed(",".join(fields).split(",")[-MOST:]):
        try:
            found = str(ip_address(written.strip()))
        except ValueError:
            break
        if not believed(found):
            break
    return found
