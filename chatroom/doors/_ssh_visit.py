"""One SSH connection's session in the house, while what speaks for it changes: first the login, then what its channel is for.

Between the two nothing is there to write to: then the house is told to wait, as if the other end read slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chatroom.core.seams import Dialect
    from chatroom.house import House

DOOR = "ssh"


class Face(Protocol):
    """Be what speaks to the other end, and what is told whether to read."""

    def write(self, data: bytes) -> None:
        """Show bytes."""

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Tell whoever writes when it is too much."""

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""

    def loseConnection(self) -> None:
        """End when everything is written."""

    def hold(self) -> None:
        """Read nothing more for now."""

    def go_on(self) -> None:
        """Read again."""


class Visit:
    """Be the transport and the input of one session, and hand both on to its face."""

    private = encrypted = True

    def __init__(self, house: House, address: str, connection: Any, dialect: Dialect, face: Face, *, console: bool = False) -> None:
        self._connection = connection
        self._face: Face | None = face
        self._producer: Any = None
        self._kept: list[bytes] = []
        """What was written while there was no face: at most what the house had begun to write when it was told to wait."""
        self.reader = house.connect(DOOR, address, self, dialect, self, console=console)

    @property
    def relayed(self) -> bool:
        """Tell whether a relay of ours brought the connection."""
        return bool(getattr(self._connection.transport, "relayed", False))

    def wait(self) -> None:
        """Have no face for now."""
        self._face = None
        if self._producer is not None:
            self._producer.pauseProducing()

    def turn_to(self, face: Face, recast: Callable[[bytes], bytes] = bytes) -> None:
        """Have this face from now on; show it first what was kept, recast as it would have it."""
        self._face = face
        kept, self._kept = b"".join(self._kept), []
        shown = recast(kept)
        if shown:
            face.write(shown)
        if self.reader.intake.reasons:
            face.hold()
        if self._producer is not None:
            face.registerProducer(self._producer, True)
            self._producer.resumeProducing()

    # -- what the outlet calls

    def write(self, data: bytes) -> None:
        """Write bytes to the face, or keep them."""
        if self._face is not None:
            self._face.write(data)
        else:
            self._kept.append(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Let whoever writes know when it is too much."""
        self._producer = producer
        if self._face is not None:
            self._face.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Tell nobody any more."""
        self._producer = None
        if self._face is not None:
            self._face.unregisterProducer()

    def loseConnection(self) -> None:
        """End when everything is written."""
        if self._face is not None:
            self._face.loseConnection()
        else:
            self._connection.loseConnection()

    def abortConnection(self) -> None:
        """End now."""
        self._connection.abortConnection()

    # -- what the intake calls

    def hold(self) -> None:
        """Read nothing more for now."""
        if self._face is not None:
            self._face.hold()

    def go_on(self) -> None:
        """Read again."""
        if self._face is not None:
            self._face.go_on()
