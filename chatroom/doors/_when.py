"""How doors name a moment: as people where the server stands would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from chatroom.wire.line import stamp


def local_time(wall: Callable[[], float]) -> Callable[[float], str]:
    """Make what names a moment: today's by the hour alone."""

    def when(at: float) -> str:
        return stamp(at, wall(), datetime.fromtimestamp(at, UTC).astimezone().tzinfo or UTC)

    return when
