"""What systemd is told, where it has started the process and wants to know: that the house is open, lives, and closes (sd_notify(3)).

It is told by a datagram to the socket it names in the environment; whoever started us otherwise has named none.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from twisted.application.service import Service
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime


class Supervisor(Service):
    """Tell it; while the house is open, twice in each time after which silence would mean that it hangs (WatchdogSec=)."""

    log = Logger()

    def __init__(self, clock: IReactorTime, environ: Mapping[str, str] = os.environ) -> None:
        self.name = "what systemd is told"
        self._environ = environ
        self._loop = LoopingCall(self._tell, "WATCHDOG=1")
        self._loop.clock = clock

    def startService(self) -> None:
        """Say that the house is open."""
        super().startService()
        self._tell("READY=1")
        every = self._patience() / 2
        if every:
            self._loop.start(every)

    def stopService(self) -> None:
        """Say that it closes."""
        super().stopService()
        if self._loop.running:
            self._loop.stop()
        self._tell("STOPPING=1")

    def _patience(self) -> float:
        """Give the seconds of silence after which we would be taken for dead; zero where nobody counts them."""
        told, whom = self._environ.get("WATCHDOG_USEC", ""), self._environ.get("WATCHDOG_PID", str(os.getpid()))
        return int(told) / 1e6 if told.isascii() and told.isdigit() and whom == str(os.getpid()) else 0.0

    def _tell(self, what: str) -> None:
        place = self._environ.get("NOTIFY_SOCKET", "")
        if not place.startswith(("/", "@")):
            return
        # A name that begins with @ is in no folder; its first byte is zero.
        address = f"\0{place[1:]}" if place[0] == "@" else place
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
                told.setblocking(False)
                told.sendto(what.encode(), address)
        except OSError as error:
            self.log.warn("systemd could not be told {what}: {why}", what=what, why=error.strerror or str(error))
