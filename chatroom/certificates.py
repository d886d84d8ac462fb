"""The certificate a house shows now: its own, made at the first start, or the host's, taken up anew whenever its files change.

A new certificate that cannot be used is refused and said so; the one before goes on. Who is connected keeps what they connected
with. That one ends soon is said while there is time, once a day.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from OpenSSL import SSL
from twisted.application.service import Service
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from chatroom import banner, certificate
from chatroom.certificate import Certificate, CertificateUnusable

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

DAY = 86400.0
LOOK = 10.0
"""Seconds between two looks at the files."""
SOON = 30 * DAY
"""How long before its end a certificate is said to end."""

_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")

Stamp = tuple[tuple[int, int, int], ...]
Given = tuple[str, ...]
"""Where the settings say that a certificate and its key are, from the state folder on; nothing for one of the house's own making."""


class Certificates(Service):
    """Hold the certificate that is current, and look now and then whether there is a newer one."""

    log = Logger()

    def __init__(self, state: Path, house: str, given: Given, clock: IReactorTime, wall: Callable[[], float]) -> None:
        self.name = "the certificate"
        self._state = state
        self._house = house
        self._given = given
        self._wall = wall
        self._loop = LoopingCall(self.look)
        self._loop.clock = clock
        self._stamp: Stamp = ()
        """What the files were like when they were read."""
        self._seen: Stamp = ()
        """What they were like at the last look."""
        self._warned_at = 0.0
        self._shown = ""
        """The current one's fingerprint; nothing before there was one."""
        self.current: Certificate
        self._context: SSL.Context

    @property
    def files(self) -> tuple[Path, Path]:
        """Say where the certificate and its key are."""
        return self._places(self._given)

    def context(self) -> SSL.Context:
        """Give what new connections are encrypted with."""
        return self._context

    def read(self, given: Given) -> Certificate:
        """Read the certificate that the settings name, made now if it is the house's own; raise `CertificateUnusable`."""
        files = self._places(given)
        if not given and not files[0].exists():
            certificate.write(self._state, *certificate.make(self._house, own_names(), self._wall()))
        return certificate.read(*files, self._wall())

    def use(self, given: Given, read: Certificate) -> None:
        """Show this certificate from now on, which was read from where the settings say."""
        self._given = given
        self._stamp = self._look_at_files()
        self._take(read)

    def startService(self) -> None:
        """Take up the certificate; raise `CertificateUnusable`."""
        self.use(self._given, self.read(self._given))
        super().startService()
        self._loop.start(LOOK, now=False)

    def stopService(self) -> None:
        """Look no more."""
        super().stopService()
        if self._loop.running:
            self._loop.stop()

    def look(self) -> None:
        """Take up a certificate whose files have changed, and say when the current one ends soon."""
        stamp = self._look_at_files()
        if stamp == self._seen != self._stamp:  # the two files may be written one after the other
            self._stamp = stamp
            self._renew()
        self._seen = stamp
        left = self.current.ends - self._wall()
        if left < SOON and self._wall() - self._warned_at >= DAY:
            self._warned_at = self._wall()
            self.log.warn("the certificate in {file} ends in {days} days: renew it", file=str(self.files[0]), days=int(left / DAY))

    def _renew(self) -> None:
        try:
            new = certificate.read(*self.files, self._wall())
        except CertificateUnusable as why:
            self.log.warn("{why} The old certificate stays in use.", why=str(why))
            return
        if new.fingerprint != self.current.fingerprint:
            self._take(new)

    def _places(self, given: Given) -> tuple[Path, Path]:
        if not given:
            return certificate.places(self._state)
        return self._state / given[0], self._state / given[-1]

    def _take(self, new: Certificate) -> None:
        self.current, self._context = new, new.context()
        self._warned_at = 0.0
        before, self._shown = self._shown, new.fingerprint
        if before and before != new.fingerprint:
            self.log.info("new connections are shown the certificate with the fingerprint {print}", print=new.fingerprint)

    def _look_at_files(self) -> Stamp:
        return tuple(_stamp(file) for file in self.files)


def own_names() -> Iterator[str]:
    """Name this machine as others may: by its names and addresses."""
    yield "localhost"
    yield from (name for name in (socket.gethostname(), socket.getfqdn()) if _NAME.fullmatch(name))
    yield from ("127.0.0.1", "::1", *banner.own_addresses())


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_size, found.st_ino
