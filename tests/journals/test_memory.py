from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatroom.contracts import JournalContract, said
from chatroom.core.errors import DiskFull
from chatroom.core.seams import Committed, Declined, Journal, Outcome, Slice, Submission, Unknown
from chatroom.journals.memory import MemoryJournal


class ContractTests(JournalContract, TestCase):
    kept: MemoryJournal | None = None

    def make(self) -> Journal:
        self.kept = self.kept or MemoryJournal(self.turns)
        return self.kept
