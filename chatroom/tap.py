"""What `twistd chatroom` takes and makes.

Everything that can keep a house from opening is found while the host still looks at the terminal: the settings and the state folder
when the options are read, the ports and, before daemonising, the journal when the service is made. Each ends the start with one line
for each fault, and exit status 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from twisted.logger import Logger

from chatroom import locks
from chatroom.config import Config, load
from chatroom.core.seams import JournalUnusable
from chatroom.doors._tty import give_all_back, show_above
from chatroom.ending import FAILED, Ending
from chatroom.loading import BrokenConfig
from chatroom.logbook import LOG
from chatroom.options import TWISTD_PIDFILE, SettingsOptions, Short, give_up, stays
from chatroom.ports import PortUnusable
from chatroom.registry import BrokenPart
from chatroom.service import Server, assemble, known_parts, open_journal
from chatroom.state import StateFolder, StateUnusable, default_folder

_log = Logger()


class Options(SettingsOptions):
    """Read the command line, and with it the settings."""

    synopsis = "[options]"
    longdesc = "A chat room that anybody can join with nc, telnet or chatroom join."
    optParameters = [
        ["state", None, None, "The folder everything is kept in"],
        ["config", "c", None, "The settings; else config.yaml in the state folder, else the defaults"],
        ["name", None, None, "What the house is called; short for --set name=NAME"],
        ["port", "p", None, "The front door's port; short for --set doors.front=tcp:PORT"],
    ]

    config: Config
    state: StateFolder

    shorts: ClassVar[Mapping[str, Short]] = {"name": (("name",), "{}"), "port": (("doors", "front"), "tcp:{}")}

    def postOptions(self) -> None:
        """Claim the state folder and read the settings."""
        if not locks.there_are():
            give_up(locks.MISSING)
        self.state = StateFolder(state_folder(self["state"]))
        try:
            self.state.claim()
            self.config = self.read()
        except (StateUnusable, BrokenConfig) as error:
            give_up(str(error))
        if self.parent is not None:
            _settle_in(self.parent, self.state)

    @property
    def file(self) -> Path | None:
        """Give the file the settings are in, if there is one."""
        return self.named or self.state.config

    def read(self) -> Config:
        """Read the settings as they stand now; raise `BrokenConfig`."""
        return load(self.file, known_parts(), list(self.overrides()))

    @property
    def daemon(self) -> bool:
        """Tell whether twistd is going to daemonise."""
        return self.parent is not None and not stays(self.parent)


def state_folder(given: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Say which folder state is kept in; absolute, because a daemon may go elsewhere."""
    return Path(given).absolute() if given else default_folder(environ, os.geteuid(), Path.home())


def makeService(options: Options) -> Server:
    """Make the service that twistd runs."""
    from twisted.internet import reactor

    try:
        ending = Ending(reactor, _leave)
        server = assemble(
            options.config,
            options.state,
            reactor,
            read=options.read,
            settings=lambda: options.file,
            ending=ending,
            say=_speaker(options.daemon),
            complain=_complainer(options.daemon),
        )
        server.claim()
        _hand_to_user(options)
        if options.daemon:
            _try_journal(options)
    except (BrokenPart, JournalUnusable, PortUnusable) as error:
        give_up(str(error))
    ending.prepare()
    return server


def _settle_in(parent: MutableMapping[str, Any], state: StateFolder) -> None:
    """Move what twistd would put into the working folder, where another service may be, into the state folder."""
    if parent["umask"] is None:
        # Now, and not when twistd gets to it: the log file is made before that.
        os.umask(0o077)
    if parent["pidfile"] == TWISTD_PIDFILE:
        parent["pidfile"] = None if stays(parent) else str(state.pid)
        # The lock is ours: whoever wrote a pid file here is no more, even if its number now belongs to somebody else.
        state.pid.unlink(missing_ok=True)
    if not LOG.take_over(parent, None if stays(parent) else state.log):
        # Above the prompt of the host's terminal, where there is one; what twistd prints itself would go through it.
        parent["logger"] = "chatroom.doors._tty.log_observer"


def _speaker(daemon: bool) -> Callable[[str], None]:
    if daemon:
        return lambda line: _log.info("{line}", line=line)
    return _print


def _print(line: str) -> None:
    if show_above(line):
        return
    # twistd has made sys.stdout a part of the log; the host is at the real one, if at all.
    try:
        print(line, file=sys.__stdout__, flush=True)
    except (OSError, ValueError):
        _log.info("{line}", line=line)


def _complainer(daemon: bool) -> Callable[[str], None]:
    if daemon:
        return lambda line: _log.critical("{line}", line=line)
    return lambda line: print(line, file=sys.__stderr__, flush=True)


def _try_journal(options: Options) -> None:
    """Open the journal in a child that ends at once: a daemon would find out too late to tell the host."""
    from twisted.internet import reactor

    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            raise SystemExit(FAILED)
        return
    status = FAILED
    try:
        _become_user(options)
        open_journal(options.config, options.state.path, reactor).open(lambda outcomes: None, tail=0)
        status = 0
    except Exception as error:
        # Whatever it is, nobody but this line tells it.
        print(error, file=sys.__stderr__, flush=True)
    finally:
        os._exit(status)


def _leave(status: int) -> NoReturn:
    """End the process at once, with the host's terminal as it was."""
    give_all_back()
    os._exit(status)


def _user(options: Options) -> tuple[int, int] | None:
    parent = options.parent
    if parent is None or parent["uid"] is None or os.geteuid() != 0:
        return None
    return parent["uid"], -1 if parent["gid"] is None else parent["gid"]


def _hand_to_user(options: Options) -> None:
    """Give the state folder to the user that twistd is going to become."""
    user = _user(options)
    if user is not None:
        options.state.give_to(*user)
        LOG.give_to(*user)


def _become_user(options: Options) -> None:
    user = _user(options)
    if user is not None:
        if user[1] >= 0:
            os.setgid(user[1])
        os.setuid(user[0])
