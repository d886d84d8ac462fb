"""One HTTP request: read within bounds, answered once, with the same headers of caution on every answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from twisted.internet.protocol import Protocol
from twisted.web.http import Request, datetimeToString

from chatroom.brought import Brought, is_private
from chatroom.core.relays import Relays
from chatroom.wire import forwarded
from chatroom.wire.problem import TYPE, Problem
from chatroom.wire.proxy import Place

BODY = 65536
"""Bytes of a request's body."""
QUERY = 20
"""Fields of a query."""
_ABSOLUTE = re.compile(rb"^https?://[^/?]*/?", re.IGNORECASE)
"""How a request for a whole address begins, which a server has to take as well (RFC 9112, section 3.2.2)."""
ENCRYPTED_FOR = 30 * 86400
"""Seconds for which a browser that came by TLS, with a certificate that others vouch for, is to come by nothing else (RFC 6797)."""

CAUTION: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
"""Headers of every answer: a page of ours loads nothing of others', and stands in no page of others'."""


class WebRequest(Request):
    """Be one request and its answer."""

    channel: Any
    content: BytesIO
    query: bytes = b""
    gone = False
    """Whether whoever asked has left."""
    way: Any = None
    """The connection it came by, as the proxy tells that passed it on, if one is believed."""

    # -- what Twisted's parser calls

    def gotLength(self, length: int | None) -> None:
        """Make room for the body, in memory, as it is bounded."""
        self.content = BytesIO()
        if length is not None and length > BODY:
            self._too_long()

    def handleContentChunk(self, data: bytes) -> None:
        """Take a part of the body."""
        if self.content.tell() + len(data) > BODY:
            self._too_long()
        elif not self.gone:
            self.content.write(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Answer; the body is read as it came, whatever kind of form it claims to be."""
        if self.gone:
            return
        self.content.seek(0)
        self.method, self.uri, self.clientproto = command, path, version
        self.path, _, self.query = _ABSOLUTE.sub(b"/", path).partition(b"?")
        self.channel.factory.answer(self)

    def connectionLost(self, reason: Any) -> None:
        """Note that nobody waits for the answer any more."""
        self.gone = True
        super().connectionLost(reason)

    def _too_long(self) -> None:
        if not self.gone:
            self.gone = True
            self.channel.complain(Problem(413, f"The body of a request is at most {BODY} bytes."))

    # -- where it came from

    def believe(self, relays: Relays) -> None:
        """Learn from whoever passed the request on whose it is, if they are believed."""
        self.way = self.channel.transport
        if not relays.listed(self.address):
            return
        fields = (self.requestHeaders.getRawHeaders(b"x-forwarded-for") or [])[-forwarded.MOST :]
        source = forwarded.source((field.decode("latin-1") for field in fields), relays.listed)
        if source is not None:
            encrypted = (self.header("x-forwarded-proto") or "").lower() == "https"
            self.way = Brought(self.way, Place(source, 0), relayed=False, encrypted=encrypted)

    @property
    def address(self) -> str:
        """Tell who asks."""
        return getattr(self.way.getPeer(), "host", "")

    @property
    def private(self) -> bool:
        """Tell whether nobody on the way could read it."""
        return is_private(self.way)

    def hand_over(self, protocol: Protocol) -> None:
        """Let another protocol have the connection."""
        self.channel.hand_over(protocol, self.way)

    # -- what was asked

    @property
    def steps(self) -> tuple[str, ...]:
        """Give the parts of the path; raise `Problem` when they are not text."""
        if not self.path.startswith(b"/"):
            raise Problem(404, "There is nothing here by that name.")
        try:
            return tuple(unquote_to_bytes(step).decode() for step in self.path[1:].split(b"/"))
        except UnicodeDecodeError:
            raise Problem(404, "There is nothing here by that name.") from None

    @property
    def asked(self) -> dict[str, str]:
        """Give the fields of the query; raise `Problem` when they cannot be read."""
        try:
            return dict(parse_qsl(self.query.decode(), keep_blank_values=True, errors="strict", max_num_fields=QUERY))
        except ValueError:
            raise Problem(400, "The query of the address cannot be read.") from None

    def header(self, name: str) -> str | None:
        """Give a header that stands once; raise `Problem` when it stands more often."""
        found = self.requestHeaders.getRawHeaders(name.encode())
        if found is None:
            return None
        if len(found) > 1:
            raise Problem(400, f"The header {name} stands more than once.")
        return found[0].decode("latin-1")

    def body(self) -> bytes:
        """Give the body."""
        return self.content.getvalue()

    # -- the answer

    def respond(self, status: int, body: bytes = b"", kind: str = "", headers: Mapping[str, str] | None = None) -> None:
        """Answer, once."""
        if self.gone:
            return
        self.setResponseCode(status, HTTPStatus(status).phrase.encode())
        for name, value in heading(body, kind, headers).items():
            self.setHeader(name, value)
        if getattr(self.channel.transport, "vouched", False):
            self.setHeader("Strict-Transport-Security", f"max-age={ENCRYPTED_FOR}")
        self.write(body)
        self.finish()

    def refuse(self, problem: Problem) -> None:
        """Answer with what is wrong."""
        self.respond(problem.status, problem.body(), TYPE, {"Cache-Control": "no-store", **problem.headers})


def heading(body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the headers of an answer."""
    described = {"Content-Type": kind} if kind else {}
    return {"Date": datetimeToString().decode(), "Content-Length": str(len(body)), **described, **CAUTION, **(headers or {})}


def raw(problem: Problem) -> bytes:
    """Write an answer for a connection that ends with it."""
    body = problem.body()
    head = heading(body, TYPE, {"Cache-Control": "no-store", "Connection": "close", **problem.headers})
    lines = [f"HTTP/1.1 {problem.status} {problem.title}", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
