"""What every door of the native protocol shares: an object comes in, and does what it asks for."""

from __future__ import annotations

from collections.abc import Callable

from chatroom.core.errors import LineTooLong, Malformed, Refused
from chatroom.core.request import Request
from chatroom.receiver import BoundedLineReceiver
from chatroom.wire import typed
from chatroom.wire.json import parse


class NativeProtocol(BoundedLineReceiver):
    """Be one program's connection."""

    understand: Callable[[str], Request] = staticmethod(typed.parse)
    """What a typed line asks for, here."""

    def lineReceived(self, line: bytes) -> None:
        """Do what one object asks for."""
        line = line.strip(b" \t\r")
        if not line:
            return
        try:
            request = understood(parse(line, self.house.hub.limits), self.understand)
        except Refused as why:
            self._refuse(why)
            return
        self.house.perform(self.reader, request)
        self.tried()

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse the line, and keep the connection."""
        self._refuse(LineTooLong(limit=self.longest))

    def inputEnded(self) -> None:
        """End the connection, after everything that was asked for has been answered; one that can resume has not left."""
        if self.reader.session.scope is not None:
            self.house.finish(self.reader)
        else:
            self.house.perform(self.reader, Request("quit"))

    def _refuse(self, why: Refused) -> None:
        ref = why.fields.get("ref")
        self.house.refuse(self.reader, Request("", ref=ref if isinstance(ref, str | int) else None), why)
        self.tried()


def understood(request: Request, understand: Callable[[str], Request]) -> Request:
    """Turn a typed line, `{"do": "line", "text": …}`, into what it asks for."""
    if request.verb != "line":
        return request
    fields = dict(request.fields or {})
    text = fields.pop("text", None)
    if not isinstance(text, str):
        raise Malformed(problem="The field text is missing.", ref=request.ref)
    meant = understand(text)
    return Request(meant.verb, meant.tail, fields, request.ref, typed=True)
