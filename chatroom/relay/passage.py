"""One person's way through the relay, without sockets: what comes from them, changed, and what the house says.

Which protocol it is shows in the first byte: an object begins the native one, anything a person could type the other. Nothing else
passes: what is encrypted, say, could not be changed.
"""

from __future__ import annotations

from chatroom.relay.native import Native
from chatroom.relay.transform import Transform
from chatroom.relay.typed import Typed

BLANK = b" \t\r\n"


class Strange(Exception):
    """What begins like this is neither protocol."""


class Passage:
    """Follow one connection; what is given is to be sent to the house."""

    def __init__(self, transform: Transform) -> None:
        self._transform = transform
        self._spoken: Native | Typed | None = None

    @property
    def native(self) -> bool:
        """Tell whether a program speaks here, which comes back by itself."""
        return isinstance(self._spoken, Native)

    @property
    def holding(self) -> bool:
        """Tell whether what was typed waits for a word of the house, so that no more is to be read."""
        return self._spoken is not None and self._spoken.holding

    def typed(self, data: bytes) -> bytes:
        """Take what came from the person. Raises `TooLong` or `Strange`."""
        if self._spoken is None:
            begin = data.lstrip(BLANK)
            if begin and not (begin[0] >= 0x20 or begin[0] in b"\x00\x03\x08\x1b"):
                raise Strange
            self._spoken = Native(self._transform) if begin.startswith(b"{") else Typed(self._transform)
        return self._spoken.typed(data)

    def ended(self) -> bytes:
        """Take the end of what comes from the person."""
        return b"" if self._spoken is None else self._spoken.ended()

    def heard(self, data: bytes) -> bytes:
        """Take what the house says."""
        if self._spoken is None:
            # Greeted first: a person.
            self._spoken = Typed(self._transform)
        return self._spoken.heard(data)

    def notice(self, text: str) -> bytes:
        """Word something the relay has to say, as this person can read it."""
        return (self._spoken or Typed(self._transform)).notice(text)

    def begin_again(self) -> None:
        """Forget the connection to the house: the next one asks who this is."""
        self._spoken = None
