"""A connection is read while there is no reason not to."""

from __future__ import annotations

from twisted.internet.task import Clock

from chatroom.relay.gate import Gate
from chatroom.wires import Wire


class Side(Wire):
    """Count how often it was held, and let go on."""

    def __init__(self) -> None:
        super().__init__(Clock())
        self.turns: list[str] = []

    def pauseProducing(self) -> None:
        self.turns.append("held")

    def resumeProducing(self) -> None:
        self.turns.append("read")


def test_it_is_held_by_the_first_reason_and_read_when_the_last_is_gone() -> None:
    side = Side()
    gate = Gate(side)
    for reason in ("away", "holding", "away"):
        gate.close(reason)
    gate.open("away")
    assert side.turns == ["held"]
    gate.open("holding")
    assert side.turns == ["held", "read"]


def test_a_reason_that_there_is_not_lets_nothing_go_on() -> None:
    side = Side()
    gate = Gate(side)
    gate.open("away")
    gate.close("away")
    gate.open("full")
    assert side.turns == ["held"]


def test_the_other_side_being_full_is_a_reason() -> None:
    side = Side()
    gate = Gate(side)
    gate.pauseProducing()
    gate.close("away")
    gate.resumeProducing()
    assert side.turns == ["held"]
    gate.open("away")
    gate.stopProducing()
    assert side.turns == ["held", "read"]
