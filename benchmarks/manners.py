"""How one comes into a room and speaks there: by lines, by IRC, or by lines while the others read by WebSocket."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

ROOM = b"#bench"
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Manner:
    """Be what a connection sends to come in and to speak, and what shows that it is in."""

    first: Callable[[bytes], bytes]
    """What is sent at once by whoever is called so."""
    admitted: tuple[bytes, ...]
    """What comes when the next may be sent; nothing where `first` is all."""
    then: Callable[[bytes], bytes]
    """What is sent then."""
    entered: bytes
    """What comes when one is in the room."""
    before: bytes
    after: bytes
    """What stands around a message that is said."""
    end: bytes
    """What ends a message that is heard."""

    def saying(self, text: bytes) -> bytes:
        """Give what is sent to say something."""
        return self.before + text + self.after


def _hello(name: bytes) -> bytes:
    """Say who one is in one masked frame; the mask of zeros changes nothing."""
    hello = b'{"do":"hello","name":"%s"}' % name
    return b"\x81%c\0\0\0\0" % (0x80 | len(hello)) + hello


def _nothing(name: bytes) -> bytes:
    return b""


LINES = Manner(lambda name: name + b"\n", (), _nothing, b"\n", b"", b"\n", b"\n")
WEB = Manner(lambda name: UPGRADE, (b"\r\n\r\n",), _hello, b'"is":"entered"', b"", b"", b'"}\n')
IRC = Manner(
    lambda name: b"NICK %s\r\nUSER %s 0 * :load\r\n" % (name, name),
    (b" 376 ", b" 422 "),
    lambda name: b"JOIN %s\r\n" % ROOM,
    b" 366 ",
    b"PRIVMSG %s :" % ROOM,
    b"\r\n",
    b"\r\n",
)
MANNERS = {"lines": (LINES, LINES), "web": (LINES, WEB), "irc": (IRC, IRC)}
"""How those who speak come, and how those who only read do, by the name of that."""
