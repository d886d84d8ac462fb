"""Whether the house lives, and whether it can do its work: for whoever watches over the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.doors._web.request import WebRequest
from chatroom.wire.problem import Problem

if TYPE_CHECKING:
    from chatroom.house import House

PLAIN = "text/plain; charset=utf-8"
FRESH = {"Cache-Control": "no-store"}


def alive(house: House, request: WebRequest) -> None:
    """Say that the server answers."""
    request.respond(200, b"ok\n", PLAIN, FRESH)


def ready(house: House, request: WebRequest) -> None:
    """Say that what people say is stored, or raise `Problem`."""
    if house.closing:
        raise Problem(503, "The house is closing.")
    if not house.journal.health().ok:
        raise Problem(503, "What people say cannot be stored; the log says why.")
    request.respond(200, b"ready\n", PLAIN, FRESH)
