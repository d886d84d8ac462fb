"""What is printed above the prompt: lines gather, and are printed together, so that a busy room costs one redraw for many.

More than `MOST_LINES` at once are not printed but counted, and stay to be had by /history.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import FormattedText

from chatroom.client.wording import Line

MOST_LINES = 2000
"""Lines that may wait to be printed."""
PACE = 0.03
"""Seconds between two prints."""


class Above:
    """Gather lines and print them; `put` puts some on the screen, `printed` is called when what had come by then stands there."""

    def __init__(self, put: Callable[[FormattedText], None], printed: Callable[[], None]) -> None:
        self._put = put
        self._printed = printed
        self._lines: deque[Line] = deque()
        self._skipped = 0
        self._news = asyncio.Event()

    def show(self, lines: Iterable[Line]) -> None:
        """Print some lines, soon."""
        for line in lines:
            if len(self._lines) >= MOST_LINES:
                self._lines.popleft()
                self._skipped += 1
            self._lines.append(line)
        self._news.set()

    async def printing(self) -> None:
        """Print what comes, above whatever is being asked, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._lines:
                await run_in_terminal(self.flush)
            await asyncio.sleep(PACE)

    def flush(self) -> None:
        """Print what there is now."""
        pieces: list[tuple[str, str]] = []
        for line in self._take():
            pieces.extend((_style(name), text) for name, text in line)
            pieces.append(("", "\n"))
        if pieces:
            self._put(FormattedText(pieces))
        self._printed()

    def _take(self) -> list[Line]:
        taken: list[Line] = []
        if self._skipped:
            taken.append([("event", f"-- {self._skipped} lines went by too fast to be shown; /history has them.")])
        taken.extend(self._lines)
        self._lines.clear()
        self._skipped = 0
        return taken


def _style(name: str) -> str:
    kind, _, color = name.partition(" ")
    if kind == "name":
        return f"fg:{color} bold"
    return "" if kind == "text" else f"class:{kind}"
