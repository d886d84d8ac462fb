"""Search as the reactor sees it: quests go to the thread that searches, traces to the one that reads, and each is answered once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from chatroom.core.errors import Refused, SearchUnusable, ShuttingDown
from chatroom.core.events import Entry
from chatroom.core.quest import Quest
from chatroom.core.seams import Findings, Searched, Trace, Traced, Traces
from chatroom.journals._index import Hits
from chatroom.journals._reader import Reader
from chatroom.journals._searcher import Searcher
from chatroom.journals._slices import Turns

WAITING = 50
"""Quests and traces that may wait to be answered."""


class Seeking:
    """Take quests and traces; `entries` makes entries of a page of rows."""

    def __init__(
        self,
        turns: Turns,
        index: Callable[[Callable[[int, Hits | Refused], None]], Searcher],
        reader: Reader,
        entries: Callable[[bytes], tuple[Entry, ...]],
    ) -> None:
        self._turns = turns
        self._searcher = index(partial(turns.callFromThread, self._answered))
        self._reader = reader
        self._entries = entries
        self._asked = 0
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._closed = False
        self._searcher.start()

    def more(self, count: int) -> None:
        """Note that so many entries were committed."""
        self._searcher.more(count)

    def search(self, quest: Quest, found: Searched) -> None:
        """Look for words."""
        if self._takes(found):
            self._searcher.ask(self._asked, quest)

    def trace(self, trace: Trace, found: Traced) -> None:
        """Find where somebody's words stand."""
        if self._takes(found):
            self._reader.ask(self._asked, trace, partial(self._turns.callFromThread, self._answered))

    def stop(self) -> None:
        """Take no more, and let the thread end."""
        self._closed = True
        self._searcher.stop()

    def finish(self) -> None:
        """Refuse what is not answered yet."""
        waiting, self._waiting = self._waiting, {}
        for found in waiting.values():
            found(ShuttingDown())

    def _takes(self, found: Callable[[Any], None]) -> bool:
        if self._closed or len(self._waiting) >= WAITING:
            self._turns.callLater(0, found, ShuttingDown() if self._closed else SearchUnusable())
            return False
        self._asked += 1
        self._waiting[self._asked] = found
        return True

    def _answered(self, number: int, answer: Hits | list[bytes] | Refused) -> None:
        found = self._waiting.pop(number, None)
        if found is None:
            return
        if isinstance(answer, Refused):
            found(answer)
        elif isinstance(answer, Hits):
            found(Findings(self._entries(answer.rows), answer.oldest or None, answer.behind))
        else:
            where, after = json.loads(answer[0].decode(errors="replace")), int(answer[1])
            found(Traces(tuple((log, entry) for log, entry in where), after or None))
