"""What went wrong with an HTTP request, as RFC 9457 has it: a status, and a sentence for whoever asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from chatroom.core.errors import (
    EmptyText,
    HouseFull,
    Malformed,
    NoSuchRoom,
    NotAllowed,
    NotStored,
    NotThere,
    Refused,
    RoomNameRefused,
    TextTooLong,
    TooMuch,
)

TYPE = "application/problem+json"

_STATUSES: tuple[tuple[type[Refused], int], ...] = (
    (TextTooLong, 413),
    (EmptyText, 400),
    (RoomNameRefused, 404),
    (NoSuchRoom, 404),
    (Malformed, 400),
    (HouseFull, 503),
    (NotThere, 404),
    (NotAllowed, 403),
    (TooMuch, 429),
    (NotStored, 503),
)


class Problem(Exception):
    """Be what keeps a request from being answered."""

    def __init__(self, status: int, detail: str, *, error: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.error = error
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """Name the status."""
        return HTTPStatus(self.status).phrase

    def body(self) -> bytes:
        """Write it for a program."""
        found = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return json.dumps(found | ({"error": self.error} if self.error else {}), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def refused(why: Refused) -> Problem:
    """Make of a refusal what it is in HTTP."""
    status = next((status for kind, status in _STATUSES if isinstance(why, kind)), 400)
    headers = {"Retry-After": "10"} if status in {429, 503} else {}
    return Problem(status, str(why), error=why.code, headers=headers)
