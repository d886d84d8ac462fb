"""What `twistd chatroom-relay` takes and makes.

Whatever keeps a relay from starting, its settings or a busy port, is said in a line for each fault, with exit status 1.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from twisted.application.service import MultiService
from twisted.logger import Logger

from chatroom.certificate import CertificateUnusable
from chatroom.certificates import Certificates
from chatroom.encrypted import EncryptedEndpoint
from chatroom.kinds import Known
from chatroom.loading import BrokenConfig
from chatroom.logbook import LOG
from chatroom.options import TWISTD_PIDFILE, SettingsOptions, Short, give_up, stays
from chatroom.ports import Ports, PortUnusable
from chatroom.relay.config import SCHEME, RelayConfig, shown
from chatroom.relay.service import Farewell, Relay, at_place
from chatroom.relay.transform import Chain
from chatroom.signals import AtSignal
from chatroom.state import default_folder
from chatroom.trust import Judge, Trust

if TYPE_CHECKING:
    from twisted.internet.interfaces import IStreamClientEndpoint

TIMEOUT = 10.0
"""Seconds one attempt to reach the house may take."""
KNOWN_HOUSES = "known_houses"
"""In which file of its folder the relay keeps the certificate a house showed first."""

_log = Logger()


class Options(SettingsOptions):
    """Read the command line, and with it the settings."""

    synopsis = "[options]"
    longdesc = "Passes people on to a chatroom, with a star before their names."
    optParameters = (
        ("state", None, None, "The folder for its certificate, and for its pid and log in the background"),
        ("config", "c", None, "The settings; else the defaults"),
        ("port", "p", None, "The port to listen on; short for --set listen=tcp:PORT"),
        ("server", "s", None, "The house: HOST or HOST:PORT; short for --set server=HOST:PORT"),
    )

    config: RelayConfig

    shorts: ClassVar[Mapping[str, Short]] = {"port": (("listen",), "tcp:{}"), "server": (("server",), "{}")}

    def postOptions(self) -> None:
        """Read the settings."""
        try:
            self.config = SCHEME.load(self.named, Known((), ()), list(self.overrides()))
        except BrokenConfig as error:
            give_up(str(error))
        parent = self.parent
        if parent is None:
            return
        folder = None if stays(parent) else _folder(self["state"])
        if parent["pidfile"] == TWISTD_PIDFILE:
            # A house's may be in the same folder.
            parent["pidfile"] = None if folder is None else str(folder / "chatroom-relay.pid")
        LOG.take_over(parent, None if folder is None else folder / "chatroom-relay.log")


def makeService(options: Options) -> MultiService:
    """Make the service that twistd runs."""
    from twisted.internet import reactor

    config, folder = options.config, _folder(options["state"])
    certificates = Certificates(folder, "chatroom relay", config.certificate, reactor, time.time)
    try:
        certificates.use(config.certificate, certificates.read(config.certificate))
    except (CertificateUnusable, OSError) as error:
        give_up(str(error))
    relay = Relay(_house(config, folder, reactor), reactor, Chain(config.transforms), secret=config.secret, people=config.people)
    service = MultiService()
    certificates.setServiceParent(service)
    AtSignal("SIGUSR1", reactor, LOG.turn).setServiceParent(service)
    Farewell(relay, _told(config, certificates)).setServiceParent(service)
    for endpoint in config.listen:
        ports = Ports("relay", endpoint, at_place(relay, certificates.context, endpoint.encrypted), reactor, key="listen")
        try:
            ports.claim()
        except PortUnusable as error:
            give_up(str(error))
        ports.setServiceParent(service)
    return service


def _folder(named: str | None) -> Path:
    """Make the folder of what the relay keeps, if need be."""
    folder = Path(named) if named else default_folder(os.environ, os.getuid(), Path.home(), "chatroom-relay")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        give_up(f"The folder {folder} cannot be made: {error.strerror}. Name another with --state DIR.")
    return folder.absolute()


def _house(config: RelayConfig, folder: Path, reactor: Any) -> IStreamClientEndpoint:
    """Give the way to the house."""
    from twisted.internet.endpoints import HostnameEndpoint

    host, port = config.server
    plain: IStreamClientEndpoint = HostnameEndpoint(reactor, host, port, timeout=TIMEOUT)
    if not config.encrypted:
        return plain
    judge = Judge(Trust(folder / KNOWN_HOUSES), f"{host}:{port}", lambda told: _log.warn("{told}", told=" ".join(told.split())))
    return EncryptedEndpoint(plain, host, judge, reactor, TIMEOUT)


def _told(config: RelayConfig, certificates: Certificates) -> Iterator[str]:
    host, port = config.server
    way = "encrypted" if config.encrypted else "in clear"
    yield f"The relay passes people from {shown(config.listen)} on to {host}:{port}, {way}."
    if certificates.current.own:
        yield f"Clients that encrypt are shown a certificate with this SHA-256 fingerprint: {certificates.current.fingerprint}"
