"""What a house looks at now and then: who reads nothing, and whether the journal works."""

from __future__ import annotations

from chatroom.core.seams import JournalHealth
from chatroom.journals.memory import MemoryJournal
from chatroom.lag import CHUNK
from chatroom.rounds import TICK
from chatroom.spawn import deferred
from chatroom.testing import World
from chatroom.wires import DirectWire


def test_who_reads_nothing_is_let_go_after_a_stated_time() -> None:
    world = World(stall=30.0)
    wire = DirectWire(world.clock, room=200)
    ann, bob = world.person("ann", wire), world.person("bob")
    for _ in range(100):
        bob.types("x" * 1000)
    world.rest(20)
    assert not wire.lost
    world.rest(30)
    assert wire.lost
    assert world.house.figures.dropped == 1
    assert bob.lines()[-1] == "-- ann left (1 here)"
    assert ann.lines() != []


def test_who_reads_slowly_but_reads_is_kept() -> None:
    world = World(stall=30.0)
    wire = DirectWire(world.clock, room=200)
    world.person("ann", wire)
    bob = world.person("bob")
    for _ in range(300):
        bob.types("x" * 1000)
    for _ in range(4):
        world.rest(20)
        wire.drain(CHUNK + 10)
    assert not wire.lost


class Ailing(MemoryJournal):
    """Be a journal that says it is well or not."""

    why = ""

    def health(self) -> JournalHealth:
        return JournalHealth(not self.why, self.why)


def test_the_host_is_told_once_when_the_journal_fails_and_once_when_it_works_again(written: list[str]) -> None:
    journal = Ailing()
    world = World(journal=journal)
    for why in ("", "the disk is full", ""):
        journal.why = why
        for _ in range(3):
            world.rest(TICK)
    assert [line for line in written if "journal" in line] == [
        "the journal fails: the disk is full; nothing that people say is stored until it works again",
        "the journal works again: what people say is stored",
    ]


def test_a_house_that_is_closed_looks_at_nothing_more() -> None:
    world = World()
    closed = deferred(world.house.close())
    world.rest(TICK * 3)
    assert closed.called
    assert not world.clock.getDelayedCalls()
