"""The places where the doors listen, opened and closed one by one while the house is open.

Rules
-----
- A change is made whole or not at all: what is new is claimed and opened first, and when that cannot be, everything listens as before.
- A place that stays is not touched, and nobody loses a connection by the closing of a place.
- A place in the way of a new one, as `tcp:5000:interface=127.0.0.1` is in that of `tcp:5000`, closes a moment before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory

from chatroom.config import DOORS as DOORS_UNASKED
from chatroom.door import Door
from chatroom.listen import Endpoint
from chatroom.ports import Ports, PortUnusable
from chatroom.spawn import deferred

UNASKED = {
    "console": "`chatroom console` works",
    "irc": "IRC clients come in by the front door",
    "web": "browsers come in by the front door",
}
"""Doors without which the house opens where it was not asked for them and cannot have their ports, and what there is instead."""

Places = Mapping[str, Sequence[Endpoint]]
"""Where each door listens."""
Spoken = Callable[[Door, bool], IProtocolFactory]
"""Give what is spoken at a place of a door's, encrypted or in clear."""


class Openings(Service):
    """Listen for all doors; `complain` tells the host what is missing though nobody asked for it."""

    def __init__(
        self, doors: Mapping[str, Door], places: Places, reactor: Any, complain: Callable[[str], None], spoken: Spoken
    ) -> None:
        self.name = "the doors"
        self.doors = dict(doors)
        self._reactor = reactor
        self._complain = complain
        self._spoken = spoken
        self.ports = list(self._made(_wanted(places)))

    def claim(self) -> None:
        """Take every place that is to be listened at, or raise `PortUnusable` and take none."""
        self._claim(self.ports)

    def abandon(self) -> None:
        """Let go of what was claimed and never opened."""
        for ports in self.ports:
            ports.abandon()

    def startService(self) -> Deferred[None]:
        """Let people in."""
        super().startService()
        return deferred(self._start())

    def stopService(self) -> Deferred[None]:
        """Let nobody in any more."""
        super().stopService()
        return deferred(_close(self.ports))

    async def change(self, doors: Mapping[str, Door], places: Places) -> None:
        """Listen at these places instead; raise `PortUnusable` when one cannot be had, and then nothing is different."""
        self.doors = {**doors, **self.doors}
        stay, go, wanted = self._compared(places)
        fresh = list(self._made(wanted))
        in_the_way = [old for old in go if any(_clash(old.endpoint, new.endpoint) for new in fresh)]
        await _close(in_the_way)
        try:
            self._claim(fresh)
            await self._open(fresh)
        except PortUnusable:
            await _close(fresh)
            self._claim(in_the_way)
            await self._open(in_the_way)
            raise
        await _close(ports for ports in go if ports not in in_the_way)
        self.ports = [*stay, *fresh]

    async def _start(self) -> None:
        try:
            await self._open(self.ports)
        except BaseException:
            await _close(self.ports)
            raise

    def _compared(self, places: Places) -> tuple[list[Ports], list[Ports], list[tuple[str, Endpoint, bool]]]:
        """Tell which places stay, which go, and which are wanted anew."""
        stay: list[Ports] = []
        go = list(self.ports)
        wanted = []
        for door, endpoint, optional in _wanted(places):
            same = next((ports for ports in go if ports.listening and (ports.door, ports.endpoint) == (door, endpoint)), None)
            if same is None:
                wanted.append((door, endpoint, optional))
            else:
                go.remove(same)
                stay.append(same)
        return stay, go, wanted

    def _made(self, wanted: Iterable[tuple[str, Endpoint, bool]]) -> Iterator[Ports]:
        for door, endpoint, optional in wanted:
            spoken = self._spoken(self.doors[door], endpoint.encrypted)
            yield Ports(door, endpoint, spoken, self._reactor, optional=optional)

    def _claim(self, wanted: Sequence[Ports]) -> None:
        for ports in wanted:
            try:
                ports.claim()
            except PortUnusable as error:
                if not ports.optional:
                    for claimed in wanted:
                        claimed.abandon()
                    raise
                self._do_without(ports, error)

    async def _open(self, wanted: Iterable[Ports]) -> None:
        for ports in wanted:
            try:
                await ports.startService()
            except PortUnusable as error:
                # Two that start together may both have claimed a place; who listens first has it.
                if not ports.optional:
                    raise
                await ports.stopService()
                self._do_without(ports, error)

    def _do_without(self, ports: Ports, error: PortUnusable) -> None:
        self._complain(f"{error} No setting names that door, so the house opens without it; {UNASKED[ports.door]}.")


def _wanted(places: Places) -> Iterator[tuple[str, Endpoint, bool]]:
    """Give each place, and whether the house does without it when it cannot be had."""
    for door, endpoints in places.items():
        for endpoint in endpoints:
            yield door, endpoint, door in UNASKED and endpoints is DOORS_UNASKED[door]


def _clash(old: Endpoint, new: Endpoint) -> bool:
    return old.port is not None and old.port == new.port != 0


async def _close(over: Iterable[Ports]) -> None:
    for ports in list(over):
        await ports.stopService()
