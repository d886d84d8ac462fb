"""What those who observe the house are shown beside its rooms: that private words passed, and figures every now and then.

An observer that does not read owes nothing: figures are left out for who lags, and the rest is bounded as any reader's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from chatroom.core.events import HOUSE, Entry, Whispered
from chatroom.core.replies import Answer
from chatroom.core.room import Room
from chatroom.reader import Reader

SAMPLES = 150
"""Figures remembered, so that a page that is opened has something to draw: five minutes at two seconds each."""

Sample = Mapping[str, Any]


class Observers:
    """Hold the readers who observe, and the figures they are shown."""

    def __init__(self) -> None:
        self.samples: deque[Sample] = deque(maxlen=SAMPLES)
        self._readers: dict[Reader, None] = {}

    def observe(self, reader: Reader, room: Room, place: int, seq: int | None) -> None:
        """Let a reader read a room, unless it reads it already by being in it."""
        if reader not in self._readers:
            self._readers[reader] = None
            reader.give(reader.dialect.reply(Answer(None, "figures", {"figures": list(self.samples)})))
        if room.name not in reader.session.stays:
            reader.enter(room, place, seq)

    def stays_out(self, reader: Reader, room: Room, shown: bool) -> None:
        """Let an observer who has left a room go on reading it, if observers are shown it."""
        if reader in self._readers and shown:
            reader.enter(room, room.log.end, None)

    def gone(self, reader: Reader) -> None:
        """Forget a reader."""
        self._readers.pop(reader, None)

    def witness(self, entry: Entry) -> None:
        """Show that private words passed."""
        if isinstance(entry.event, Whispered):
            for reader in list(self._readers):
                reader.give(reader.dialect.entry(entry, HOUSE))

    def sample(self, sample: Sample) -> None:
        """Take new figures and show them to those who keep up."""
        self.samples.append(sample)
        rendered: dict[Any, bytes] = {}
        for reader in list(self._readers):
            if not reader.lagging:
                dialect = reader.dialect
                if dialect not in rendered:
                    rendered[dialect] = dialect.reply(Answer(None, "figures", {"figures": [sample]}))
                reader.give(rendered[dialect])
