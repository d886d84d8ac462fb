"""Config to the tree of services; the one file that knows every part of the server.

The house opens first and closes last: doors open when everything is there to be found, and when they have closed, what was said through
them is committed and people are told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatroom import banner
from chatroom.backup import Backups
from chatroom.certificate import CertificateUnusable
from chatroom.certificates import Certificates
from chatroom.closing import Closing
from chatroom.config import Config
from chatroom.core.hub import Hub
from chatroom.core.seams import Journal, JournalUnusable
from chatroom.door import Door
from chatroom.doors._local import LocalConsole
from chatroom.doors._terminal import HostTerminal
from chatroom.doors._tty import show_above
from chatroom.ending import Ending
from chatroom.forgetting import Forgetting
from chatroom.hostkey import HostKey, HostKeyUnusable
from chatroom.house import House
from chatroom.ids import Ids
from chatroom.kinds import Known
from chatroom.logbook import LOG
from chatroom.members.file import MembersUnusable
from chatroom.members.service import Membership
from chatroom.openings import Openings
from chatroom.ports import PortUnusable
from chatroom.registry import DOORS, FRONT, FRONT_DOOR, JOURNALS, load_verbs
from chatroom.reloading import HangUp, Reloading
from chatroom.settling import Settling
from chatroom.signals import AtSignal
from chatroom.spawn import deferred
from chatroom.staged import Staged
from chatroom.state import StateFolder
from chatroom.statistics import Statistics
from chatroom.supervisor import Supervisor
from chatroom.threshold import ThresholdFactory, belief_of
from chatroom.tls import EncryptedDoor, EncryptedFactory

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocolFactory

BEHIND_FRONT = ("json", "web", "ssh", "irc", "line")
"""The doors to which the front door leads, whether or not they have a port of their own."""
SSH, IRC = "ssh", "irc"
DRAIN = 5.0
"""Seconds that what was said may take to be committed when the house closes."""
SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread must let go of the interpreter: the reactor waits at most that long for the journal's."""
EXPECTED = (JournalUnusable, PortUnusable, MembersUnusable, CertificateUnusable, HostKeyUnusable)
"""What can keep a house from opening without being a bug; each says so in a sentence."""


def known_parts() -> Known:
    """Name the doors and journals that settings may speak of."""
    return Known(DOORS.names, JOURNALS.names)


def open_journal(config: Config, state: Path, reactor: Any) -> Journal:
    """Make the journal that is configured; it is not opened yet."""
    journal: Journal = JOURNALS.load(config.journal.name).open_journal(config.journal.rest, state, reactor)
    return journal


class HouseService(Service):
    """Open the house, and close it when all its doors are closed."""

    def __init__(self, house: House, ending: Ending) -> None:
        self.name = "the house"
        self._house = house
        self._ending = ending

    def startService(self) -> None:
        """Open the journal and take up what it holds."""
        self._house.open()
        super().startService()

    def stopService(self) -> Deferred[None]:
        """Tell people, commit what waits, and remember if that could not be confirmed."""
        super().stopService()
        return deferred(self._close())

    async def _close(self) -> None:
        if not await self._house.close(DRAIN):
            self._ending.failed()


class Welcome(Service):
    """Tell the host that the house is open, and how to enter."""

    def __init__(
        self,
        config: Config,
        state: Path,
        openings: Openings,
        certificates: Certificates,
        host_key: HostKey,
        say: Callable[[str], None],
    ) -> None:
        self.name = "the banner"
        self._config = config
        self._state = state
        self._openings = openings
        self._certificates = certificates
        self._host_key = host_key
        self._say = say

    def startService(self) -> None:
        """Say it."""
        super().startService()
        kept = self._config.journal.name != "memory"
        closed, shown = self._config.access == "members", self._certificates.current
        ways = list(self._ways())
        for line in banner.lines(
            self._config.name,
            ways,
            str(self._state),
            kept,
            banner.own_addresses(),
            called=shown.called,
            closed=closed,
            fingerprint=shown.fingerprint if shown.own else "",
            host_key=self._host_key.fingerprint if any(way.door in banner.BY_SSH for way in ways) else "",
        ):
            self._say(line)

    def _ways(self) -> Iterator[banner.Way]:
        for ports in self._openings.ports:
            if ports.port is not None:
                interface = "" if ports.endpoint.everywhere else ports.endpoint.interface
                yield banner.Way(ports.door, ports.port, interface, ports.endpoint.encrypted)


class Server(Service):
    """Be the whole server, as twistd sees it."""

    _log = Logger()

    def __init__(self, stages: Staged, openings: Openings, state: StateFolder, ending: Ending, complain: Callable[[str], None]) -> None:
        self._stages = stages
        self._openings = openings
        self._state = state
        self._ending = ending
        self._complain = complain
        self._opened: bool | None = None

    def claim(self) -> None:
        """Take every port that is to be listened at, or raise `PortUnusable` and take none."""
        self._openings.claim()

    def privilegedStartService(self) -> None:
        """Do what needs privileges."""
        super().privilegedStartService()
        self._stages.privilegedStartService()

    def startService(self) -> None:
        """Open everything; end the process with one line on what keeps it from opening."""
        super().startService()
        sys.setswitchinterval(SWITCH_INTERVAL)
        allow_many_connections()
        self._state.sign()
        self._stages.startService().addCallbacks(self._up, self._down)
        if self._opened is False:
            raise SystemExit(self._ending.status)

    def stopService(self) -> Deferred[None]:
        """Close everything, the doors first."""
        super().stopService()
        return self._stages.stopService().addCallback(self._closed)

    def _up(self, _: None) -> None:
        self._opened = True

    def _down(self, failure: Any) -> None:
        self._opened = False
        self._ending.failed()
        self._openings.abandon()
        if failure.check(*EXPECTED):
            self._complain(failure.getErrorMessage())
        else:
            self._complain(f"chatroom could not start, by a fault of its own: {failure.getErrorMessage()}. The log says more.")
            self._log.failure("could not start", failure)
        self._ending.stop()

    def _closed(self, badly: int) -> None:
        if badly:
            self._ending.failed()
        self._state.release()


def allow_many_connections() -> None:
    """Let the process have as many connections as the system allows at all; what it gives at first is often 1024."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def assemble(
    config: Config,
    state: StateFolder,
    reactor: Any,
    *,
    read: Callable[[], Config],
    settings: Callable[[], Path | None] = lambda: None,
    ending: Ending,
    say: Callable[[str], None],
    complain: Callable[[str], None],
) -> Server:
    """Build the server that `config` describes, which `read` reads anew from the file `settings`; nothing is opened yet."""
    LOG.obey(config.log)
    hub = Hub(load_verbs(), config.rules, Ids())
    journal = open_journal(config, state.path, reactor)
    house = House(hub, journal, reactor)
    certificates = Certificates(state.path, config.name, config.certificate, reactor, house.wall)
    spoken = partial(speaking, house, certificates)
    host_key = HostKey(state.path)
    openings = Openings(open_doors(house, config, certificates, host_key), config.doors, reactor, complain, spoken)
    forgetting, statistics = Forgetting(house, config.retention), Statistics(house, config.log.statistics)
    obey = partial(_obey, house, forgetting, statistics)
    reloading = Reloading(config, read, partial(_listen, house, openings, certificates, host_key), [obey])
    house.vouched_port = partial(_vouched_port, openings, certificates)
    house.offices["shutdown"] = Closing(house, reactor, ending).shutdown
    house.offices["reload"] = reloading.reload
    backups = Backups(state.path, journal, reactor, settings)
    house.offices["backup"] = lambda name: backups.make(name, house.wall())
    stages: list[IService] = [
        certificates,
        HouseService(house, ending),
        Membership(house, state.path, reactor, say, show_secret),
        forgetting,
        statistics,
        backups,
        LocalConsole(house, state.path, reactor),
        Settling(reactor),
        openings,
        Welcome(config, state.path, openings, certificates, host_key, say),
        HostTerminal(house, reactor, enabled=config.terminal),
        HangUp(reloading, reactor, ending, say),
        AtSignal("SIGUSR1", reactor, LOG.turn),
        Supervisor(reactor),
    ]
    return Server(Staged(reactor, stages), openings, state, ending, complain)


async def _listen(house: House, openings: Openings, certificates: Certificates, host_key: HostKey, config: Config) -> None:
    """Open the doors the settings name, and those alone, with the certificate they name."""
    fresh = certificates.read(config.certificate)
    await openings.change(open_doors(house, config, certificates, host_key), config.doors)
    certificates.use(config.certificate, fresh)


def _vouched_port(openings: Openings, certificates: Certificates) -> int | None:
    """Give the port where IRC clients find a certificate that others vouch for: a port of their own, or else the front door's."""
    if certificates.current.own:
        return None
    open_ = [ports for ports in openings.ports if ports.listening and ports.port is not None]
    own = [ports.port for ports in open_ if ports.door == IRC and ports.endpoint.encrypted]
    return next(iter([*own, *(ports.port for ports in open_ if ports.door == FRONT)]), None)


def _obey(house: House, forgetting: Forgetting, statistics: Statistics, config: Config) -> None:
    """Let everything but the doors be as the settings say."""
    house.obey(config.rules)
    forgetting.retention = config.retention
    statistics.obey(config.log.statistics)
    LOG.obey(config.log)


def show_secret(line: str) -> None:
    """Show the host a line that must not be in any log: at a terminal alone."""
    out = sys.__stdout__
    if not show_above(line) and out is not None and out.isatty():
        print(line, file=out, flush=True)


def open_doors(house: House, config: Config, certificates: Certificates, host_key: HostKey) -> dict[str, Door]:
    """Make the doors that are configured, and those to which the front door leads, in clear and encrypted; import no other."""
    wanted = {*config.doors} - {FRONT} | (set(BEHIND_FRONT) if FRONT in config.doors else set())
    more = {SSH: {"host_key": host_key}}
    doors: dict[str, Door] = {name: DOORS.load(name).open_door(house, **more.get(name, {})) for name in sorted(wanted)}
    if FRONT in config.doors:
        behind: list[Door] = [doors[name] for name in BEHIND_FRONT]
        make = FRONT_DOOR.load(FRONT).open_front
        doors[FRONT] = make(house, [EncryptedDoor(certificates.context, make(house, behind), house.clock), *behind])
    return doors


def speaking(house: House, certificates: Certificates, door: Door, encrypted: bool) -> IProtocolFactory:
    """Give what is spoken at a place of a door's; whoever brings a connection may say so, before encryption and inside it."""
    inside = _known(house, door.factory)
    return _known(house, EncryptedFactory(certificates.context, inside, house.clock)) if encrypted else inside


def _known(house: House, factory: IProtocolFactory) -> IProtocolFactory:
    return factory if isinstance(factory, ThresholdFactory) else ThresholdFactory(factory, belief_of(house))
