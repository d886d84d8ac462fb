"""Every bound of the house in one place: advertised from here, enforced with these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound what people and the house may use; sizes are bytes of UTF-8 unless said, times are seconds."""

    name: int = 32
    """Characters in a name."""
    room: int = 32
    """Characters in a room's name."""
    text: int = 4096
    """One message."""
    topic: int = 512
    away: int = 256
    reason: int = 256
    line: int = 16384
    """One line of any protocol, before it is understood."""
    rooms_each: int = 20
    """Rooms one person is in at once."""
    rooms: int = 500
    """Rooms in the house."""
    people: int = 10000
    """People in the house at once."""
    observers: int = 200
    """Pages that show the monitor at once."""
    ignored: int = 100
    """People one person ignores."""
    replies: int = 64
    """Replies one session may have waiting; its input is read again when there are fewer."""
    page: int = 200
    """Entries in one answer to history."""
    page_bytes: int = 262144
    """Bytes of text in one answer to history."""
    recent: int = 20
    """Entries shown to somebody who enters."""
    missed: int = 100
    """Entries shown to a member who comes back, of those they have not seen."""
    notes: int = 100
    """Private messages that wait for a member who is not here."""
    notes_each: int = 20
    """Private messages from one sender that wait for a member who is not here; all guests are one sender."""
    resume: int = 1000
    """Entries delivered to somebody who resumes; older ones are counted, not sent."""
    window: int = 1000
    """Entries of one room kept in memory."""
    window_bytes: int = 1048576
    linger: float = 20.0
    """How long somebody whose connection broke stays in their rooms, if their client can resume."""
    registration: float = 60.0
    """How long a connection may take to say who it is."""
    tries: int = 10
    """Requests of a connection that has not said who it is, before it is ended."""
    stall: float = 30.0
    """How long somebody may take to read what they were sent before they are let go."""
    recalled: int = 4096
    """Private messages whose ids are remembered, so that one that is sent again is not delivered twice."""
    key: int = 128
    """Characters in a native client's session key, and in a request's id."""

    def advertised(self) -> dict[str, int]:
        """Give the limits a client should know, by name."""
        return {name: getattr(self, name) for name in ADVERTISED}


ADVERTISED = ("name", "room", "text", "topic", "away", "reason", "line", "rooms_each", "page", "resume", "key")


DEFAULT = Limits()
