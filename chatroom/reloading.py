"""Reading the settings again while the house is open, for `reload` and SIGHUP.

Rules
-----
- All or nothing: the settings are read and checked whole, then the places of the doors are taken, which alone can fail; then everything
  else takes effect at once, within one turn.
- What needs a new start is told, and stays as it is until then; the rest of the same reading takes effect.
- Nobody is disconnected. Who came in by a door that is closed now stays, and so do guests when only members may enter from now on.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import DeferredLock
from twisted.logger import Logger

from chatroom.certificate import CertificateUnusable
from chatroom.commands.reload import told
from chatroom.config import Config
from chatroom.core.errors import NotReloaded
from chatroom.differences import NEEDS_START, Difference, differences
from chatroom.ending import Ending
from chatroom.loading import BrokenConfig
from chatroom.ports import PortUnusable
from chatroom.registry import BrokenPart
from chatroom.signals import AtSignal
from chatroom.spawn import spawn
from chatroom.wire.text import visible

Apply = Callable[[Config], None]
"""Let settings take effect; it must not fail."""
Listen = Callable[[Config], Awaitable[None]]
"""Listen where and as the settings say, or raise `PortUnusable`, `CertificateUnusable` or `BrokenPart` and listen as before."""


class Reloading:
    """Hold the settings a house runs by, and take them anew from where they come from."""

    log = Logger()

    def __init__(self, config: Config, read: Callable[[], Config], listen: Listen, apply: Sequence[Apply]) -> None:
        self.config = config
        self._read = read
        self._listen = listen
        self._apply = tuple(apply)
        self._turn = DeferredLock()

    async def reload(self, by: str) -> list[Difference]:
        """Read the settings again and let them take effect; give what is different, or raise `NotReloaded` and change nothing."""
        try:
            found = await self._reload()
        except NotReloaded:
            self.log.warn("{by} reloaded the settings: they have faults, and nothing was changed", by=by)
            raise
        self.log.info("{by} reloaded the settings: {keys}", by=by, keys=", ".join(one.key for one in found) or "nothing changed")
        return found

    async def _reload(self) -> list[Difference]:
        async with self._turn:
            try:
                fresh = self._read()
                await self._listen(fresh)
            except (BrokenConfig, BrokenPart, PortUnusable, CertificateUnusable) as error:
                raise _refusal(str(error)) from error
            found = differences(self.config, fresh)
            # What waits for the next start stays as it was here, so that it is told again until then.
            self.config = _with_what_stays(self.config, fresh)
            for apply in self._apply:
                apply(self.config)
            return found


def _refusal(faults: str) -> NotReloaded:
    """List the faults, each on a line of its own when there are several."""
    return NotReloaded(faults=f"\n{faults}" if "\n" in faults else faults)


def _with_what_stays(old: Config, fresh: Config) -> Config:
    """Give the new settings, but for those that take effect at the next start alone."""
    stays: dict[str, Any] = {}
    for key in NEEDS_START:
        section, _, name = key.partition(".")
        before = getattr(old, section)
        if name:
            stays[section] = replace(stays.get(section, getattr(fresh, section)), **{name: getattr(before, name)})
        else:
            stays[section] = before
    return fresh.model_copy(update=stays)


class HangUp(AtSignal):
    """Reload at SIGHUP; when it means that the terminal is gone, end in good order."""

    def __init__(self, reloading: Reloading, reactor: Any, ending: Ending, say: Callable[[str], None]) -> None:
        super().__init__("SIGHUP", reactor, self._hung_up)
        self._reloading = reloading
        self._ending = ending
        self._say = say
        self._at_terminal = False

    def startService(self) -> None:
        """Take the signal, and look whether there is a terminal."""
        super().startService()
        self._at_terminal = _at_terminal()

    def _hung_up(self) -> None:
        if self._at_terminal and not _at_terminal():
            self._ending.stop()
        else:
            spawn(self._reloaded(), "reloading the settings")

    async def _reloaded(self) -> None:
        try:
            lines = told(await self._reloading.reload("SIGHUP"))
        except NotReloaded as why:
            lines = str(why).split("\n")
        for line in lines:
            self._say(visible(line))


def _at_terminal() -> bool:
    return os.isatty(0)
