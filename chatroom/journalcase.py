"""What the tests of every journal need: turns taken one by one, drafts, and a journal opened over one store again and again."""

from __future__ import annotations

import queue
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import Clock

from chatroom.core.errors import Refused
from chatroom.core.events import Author, Entry, Joined, Said
from chatroom.core.seams import (
    Committed,
    Draft,
    Journal,
    Outcome,
    Recovered,
    Slice,
    Submission,
)

ANN = Author("ann", "m-ann")
BOB = Author("bob")
NOON = 1_700_000_000.0


class Turns(Clock):
    """Be a reactor whose turns a test takes one by one; calls from threads wait until it does."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: queue.SimpleQueue[tuple[Callable[..., object], tuple[Any, ...]]] = queue.SimpleQueue()

    def callFromThread(self, call: Callable[..., object], /, *args: object) -> None:
        """Call in a later turn."""
        self._calls.put((call, args))

    def until(self, ready: Callable[[], bool], patience: float = 10.0) -> None:
        """Take turns until `ready`; fail after `patience` seconds of real time, which no passing test waits."""
        end = time.monotonic() + patience
        self.advance(0)
        while not ready():
            try:
                call, args = self._calls.get(timeout=0.002)
                call(*args)
            except queue.Empty:
                assert time.monotonic() < end, "it never happened"
            self.advance(0)


def closed(journal: Journal, turns: Turns, patience: float = 10.0) -> bool:
    """Close a journal, and give what it says when it has."""
    answers: list[bool] = []

    async def closing() -> None:
        answers.append(await journal.close(patience))

    done: Deferred[None] = ensureDeferred(closing())
    turns.until(lambda: bool(done.called))
    return answers[0]


def said(text: str, *, at: float = NOON, id: str | None = None, log: str = "lobby") -> Draft:
    """Draft words to a room."""
    return Draft(log, Said(ANN, text), text if id is None else id, at)


def joined(id: str, log: str = "lobby") -> Draft:
    """Draft an arrival, which passes."""
    return Draft(log, Joined(BOB, 2), id, NOON)


class JournalCase(ABC):
    """Open a journal, put things to it, and wait for what comes of it."""

    turns: Turns
    journal: Journal
    recovered: Recovered
    outcomes: list[tuple[int, Outcome]]

    @abstractmethod
    def make(self) -> Journal:
        """Give a journal over this test's store, which is empty at first and the same each time."""

    def setUp(self) -> None:
        """Open a new journal."""
        self.turns = Turns()
        self.reopen()

    def tearDown(self) -> None:
        """Close it."""
        self.close()

    # What a test does with a journal.

    def reopen(self, tail: int = 100) -> Recovered:
        """Open another journal over the same store."""
        self.outcomes = []
        self.journal = self.make()
        self.recovered = self.journal.open(self.outcomes.extend, tail=tail)
        return self.recovered

    def close(self, patience: float = 10.0) -> bool:
        """Close the journal, and give what it said."""
        return closed(self.journal, self.turns, patience)

    def submit(self, *submissions: Submission) -> list[Outcome]:
        """Submit, and wait for the outcomes."""
        before = len(self.outcomes)
        self.journal.submit(submissions)
        assert len(self.outcomes) == before, "settled inside submit"
        self.turns.until(lambda: len(self.outcomes) >= before + len(submissions))
        assert [ticket for ticket, _ in self.outcomes[before:]] == [s.ticket for s in submissions]
        return [outcome for _, outcome in self.outcomes[before:]]

    def post(self, *drafts: Draft, ticket: int = 1) -> tuple[Entry, ...]:
        """Submit drafts together, and give the entries they became."""
        (outcome,) = self.submit(Submission(ticket, drafts))
        assert isinstance(outcome, Committed), outcome
        return tuple(outcome.entries)

    def read(self, query: Slice) -> tuple[Entry, ...]:
        """Read, and wait for the answer."""
        answers: list[tuple[Entry, ...] | Refused] = []
        self.journal.read(query, answers.append)
        assert not answers, "answered inside read"
        self.turns.until(lambda: bool(answers))
        assert not isinstance(answers[0], Refused), answers[0]
        return answers[0]

    def texts(self, query: Slice) -> list[str]:
        """Read what was said."""
        return [entry.event.text for entry in self.read(query) if isinstance(entry.event, Said)]
