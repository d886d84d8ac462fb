"""The front door: one port for every kind of client, told apart by their first bytes on the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IProtocolFactory

from chatroom.threshold import ThresholdFactory, belief_of

if TYPE_CHECKING:
    from chatroom.door import Door
    from chatroom.house import House


class FrontDoor:
    """Lead everybody to their door; who stays silent, or speaks as a person would, to the line door."""

    name = "front"

    def __init__(self, doors: Sequence[Door], house: House) -> None:
        silent = next(door for door in doors if door.name == "line")
        ordered = [door for door in doors if door is not silent] + [silent]
        self.factory: IProtocolFactory = ThresholdFactory(silent.factory, belief_of(house), ordered)

    def recognises(self, first: bytes) -> bool | None:
        """Be nobody's door behind another front door."""
        return False


def open_front(house: House, doors: Sequence[Door]) -> FrontDoor:
    """Make the front door before a house's other doors."""
    return FrontDoor(doors, house)
