"""The thread that searches, and keeps the index near what is committed.

What was committed last is waited for a little, so that it is taken in together; after a step that took t, the next waits for three
times as long, so that catching up leaves most of a processor to others, and for much longer while very much is being said: then all
the time there is goes to that. Whoever searches goes first.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable

from twisted.logger import Logger

from chatroom.core.errors import Refused, SearchUnusable
from chatroom.core.quest import Quest
from chatroom.journals import _faults
from chatroom.journals._index import Hits, Index

SOON = 2.0
"""Seconds after the start before anything is taken in that nobody asks for: a start has enough to do."""
GATHER = 0.2
"""Seconds in which what is committed is gathered before it is taken in."""
REST = 3.0
"""How many times as long as it worked the thread rests while it catches up."""
MUCH = 200.0
"""Entries a second beyond which very much is being said."""
BUSY = 150.0
"""How many times as long as it worked it rests then."""
LONGEST_REST = 10.0
"""The most it rests, in seconds: what is said next may be nothing."""
AGAIN = 30.0
"""Seconds after which what failed is tried again."""
TIDY_EVERY = 3600.0
"""Seconds from the first removal to the rewriting of the index, where SQLite needs that."""

Answer = Callable[[int, "Hits | Refused"], None]


class More:
    """Tell that something was committed."""


Job = tuple[int, Quest] | More | None


class Searcher:
    """Answer quests one after another; `answer` and `ended` are called in this thread."""

    _log = Logger()

    def __init__(self, index: Index, answer: Answer, ended: Callable[[], None]) -> None:
        self._index = index
        self._answer = answer
        self._ended = ended
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._told = threading.Event()
        self._stopping = False
        self._feed_at: float | None = time.monotonic() + SOON
        self._rested_at = 0.0
        self._said = 0
        """Entries committed so far; only who commits them counts."""
        self._counted = 0
        self._counted_at = time.monotonic()
        self._tidy_at: float | None = None
        self._failed = False

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="journal search", daemon=True).start()

    def more(self, count: int) -> None:
        """Note that so many entries were committed; the thread is woken once for all of them until it takes them in."""
        self._said += count
        if not self._told.is_set():
            self._told.set()
            self._jobs.put(More())

    def ask(self, number: int, quest: Quest) -> None:
        """Answer `quest` under `number`."""
        self._jobs.put((number, quest))

    def stop(self) -> None:
        """Answer no more, and end."""
        self._stopping = True
        self._jobs.put(None)

    def _run(self) -> None:
        while not self._stopping:
            try:
                job = self._jobs.get(timeout=self._wait())
            except queue.Empty:
                self._work()
                continue
            if isinstance(job, More):
                self._await()
            elif job is not None:
                self._answer(job[0], self._find(job[1]))
        self._index.close()
        self._ended()

    def _await(self) -> None:
        """Take in what was committed in a while, and not before the thread has rested."""
        if self._feed_at is None:
            self._feed_at = max(time.monotonic() + GATHER, self._rested_at)

    def _wait(self) -> float | None:
        due = min((at for at in (self._feed_at, self._tidy_at) if at is not None), default=None)
        return None if due is None else max(0.0, due - time.monotonic())

    def _work(self) -> None:
        """Take in what is due, or rewrite a little."""
        start = time.monotonic()
        try:
            if self._feed_at is not None and self._feed_at <= start:
                self._told.clear()
                rest, more = self._rest(start), self._index.feed()
                end = time.monotonic()
                self._rested_at = end + min(rest * (end - start), LONGEST_REST)
                self._feed_at = self._rested_at if more else None
                if self._index.untidy and self._tidy_at is None:
                    self._tidy_at = start + TIDY_EVERY
            elif self._tidy_at is not None and self._tidy_at <= start:
                self._tidy_at = time.monotonic() + REST * (time.monotonic() - start) if self._index.tidy() else None
            self._failed = False
        except (sqlite3.Error, OSError) as error:
            self._fail(error)

    def _rest(self, now: float) -> float:
        """Tell how many times as long as it works the thread is to rest, by what was said since it was asked last."""
        said, span = self._said - self._counted, now - self._counted_at
        self._counted, self._counted_at = self._counted + said, now
        return BUSY if said > MUCH * max(span, GATHER) else REST

    def _find(self, quest: Quest) -> Hits | Refused:
        try:
            return self._index.find(quest)
        except Refused as why:
            return why
        except (sqlite3.Error, OSError, OverflowError, UnicodeEncodeError) as error:
            self._fail(error)
            return SearchUnusable()

    def _fail(self, error: Exception) -> None:
        """Make a damaged index anew; try anything else again in a while."""
        damaged = isinstance(error, sqlite3.Error) and _faults.is_damage(error)
        self._index.close()
        if damaged and not self._failed:
            self._index.discard()
            self._feed_at = time.monotonic()
        else:
            self._feed_at = time.monotonic() + AGAIN
        if not self._failed:
            self._log.warn(
                "the search index fails, and is {what}: {error}", what="made anew" if damaged else "left alone for a while", error=error
            )
        self._failed = True
