from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from twisted.trial.unittest import TestCase

from chatroom.contracts import JournalContract, said
from chatroom.core.seams import Journal
from chatroom.journals.sqlite import SqliteJournal


class ContractTests(JournalContract, TestCase):
    path: Path | None = None

    def make(self) -> Journal:
        if self.path is None:
            folder = Path(mkdtemp())
            self.addCleanup(rmtree, folder)
            self.path = folder / "chatroom.db"
        return SqliteJournal(self.path, self.turns)
