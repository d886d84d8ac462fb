"""A service whose children start in order and stop in reverse order, each waited for.

Rules
-----
- A child is a Twisted service whose `startService` and `stopService` may return a Deferred. The next one starts when the one before has
  started; the one before stops when the next one has stopped.
- A child gets at most `patience` seconds for either; one that takes longer to stop is left behind, with a word in the log.
- When one cannot start, those that did are stopped, newest first, and the start fails with its reason.
- A child that fails to stop keeps no other from stopping; the stop ends with the number of children that did not stop well.
- Stopping while still starting waits for the child that is just starting, starts no more, and then stops those that are up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, DeferredLock, maybeDeferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from chatroom.spawn import deferred

PATIENCE = 15.0
"""Seconds a child may take to start or to stop, unless said otherwise."""


class Staged(Service):
    """Run children as stages, the first one the deepest."""

    _log = Logger()

    def __init__(self, clock: IReactorTime, children: Sequence[IService], *, patience: float = PATIENCE) -> None:
        self._clock = clock
        self._children = tuple(children)
        self._patience = patience
        self._up: list[IService] = []
        self._turn = DeferredLock()

    def privilegedStartService(self) -> None:
        """Let every child do what needs privileges, in order."""
        super().privilegedStartService()
        for child in self._children:
            child.privilegedStartService()

    def startService(self) -> Deferred[None]:
        """Start the children; fail with the reason of the one that could not start."""
        super().startService()
        return deferred(self._start())

    def stopService(self) -> Deferred[int]:
        """Stop what is up, newest first, and tell how many did not stop well."""
        super().stopService()
        return deferred(self._stop())

    async def _start(self) -> None:
        async with self._turn:
            for child in self._children:
                if not self.running:
                    return
                await self._raise_up(child)

    async def _raise_up(self, child: IService) -> None:
        try:
            await self._patiently(child.startService)
        except BaseException:
            await self._take_down()
            raise
        self._up.append(child)

    async def _stop(self) -> int:
        async with self._turn:
            return await self._take_down()

    async def _take_down(self) -> int:
        failed = 0
        while self._up:
            child = self._up.pop()
            try:
                await self._patiently(child.stopService)
            except Exception:
                failed += 1
                self._log.failure("{child} did not stop well", child=child.name or type(child).__name__)
        return failed

    def _patiently(self, step: Callable[[], Any]) -> Deferred[Any]:
        return maybeDeferred(step).addTimeout(self._patience, self._clock)
