"""The tree of services: what is configured is opened, in order, and closed again; what cannot be is told in one line."""

from __future__ import annotations

import contextlib
import gc
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.config import Config, load
from chatroom.core.hub import Hub
from chatroom.core.rules import Rules
from chatroom.core.seams import Retention
from chatroom.doors.json import JsonFactory
from chatroom.ending import FAILED, Ending
from chatroom.forgetting import Forgetting
from chatroom.house import House
from chatroom.ids import Ids
from chatroom.journals.memory import MemoryJournal
from chatroom.listen import parse
from chatroom.loading import read_override
from chatroom.ports import PortUnusable
from chatroom.registry import load_verbs
from chatroom.service import HouseService, Server, _vouched_port, assemble, known_parts
from chatroom.state import LOCK, StateFolder
from chatroom.wires import Wire


class Reactor(MemoryReactorClock):
    """Remember whether it was told to stop."""

    running = True
    stopped = False

    def stop(self) -> None:
        self.stopped = True

    def callFromThread(self, call: Any, *args: Any) -> None:
        self.callLater(0, call, *args)


ALONE = ("journal=memory", "doors.front=tcp:0", "doors.irc=off", "doors.console=off", "doors.web=off", "terminal=false")
"""No console but the local one, which is always there."""


def settings(*sets: str) -> Config:
    return load(None, known_parts(), [read_override(setting) for setting in (*ALONE, *sets)])


class ServiceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reactor = Reactor()
        self.said: list[str] = []
        self.complaints: list[str] = []
        self.left: list[int] = []
        self.ending = Ending(self.reactor, self.left.append)
        interval = sys.getswitchinterval()
        self.addCleanup(sys.setswitchinterval, interval)
        self.addCleanup(gc.unfreeze)

    def server(self, config: Config) -> Server:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = StateFolder(Path(folder.name) / "state")
        self.state.claim()
        self.addCleanup(self.state.release)
        (self.state.path / "members.txt").touch()  # or the first admin would be made, in a thread
        return assemble(
            config,
            self.state,
            self.reactor,
            read=lambda: config,
            ending=self.ending,
            say=self.said.append,
            complain=self.complaints.append,
        )

    def opened(self, config: Config) -> Server:
        server = self.server(config)
        server.claim()
        server.privilegedStartService()
        server.startService()
        return server

    def close(self, server: Server) -> None:
        stopped: Deferred[None] = server.stopService()
        self.reactor.pump([0.01] * 20)
        self.successResultOf(stopped)

    def enter(self, door: int = 0) -> Wire:
        wire = Wire(self.reactor)
        factory = self.reactor.adoptedPorts[door][2]
        wire.protocol = factory.buildProtocol(wire.getPeer())
        wire.protocol.makeConnection(wire)
        return wire

    def test_the_house_opens_and_the_host_is_told_how_to_enter(self) -> None:
        server = self.opened(settings("name=den"))
        self.assertEqual("den is open. To join:", self.said[0])
        self.assertIn(f"State is kept in {self.state.path}; what is said is gone when the server stops.", self.said)
        self.close(server)

    def test_somebody_who_enters_by_the_front_door_is_in_the_house(self) -> None:
        server = self.opened(settings("welcome=Mind the step."))
        wire = self.enter()
        wire.protocol.dataReceived(b"ann\r\n")
        self.reactor.pump([0.01] * 5)
        self.assertIn(b"Mind the step.", wire.value())
        self.close(server)
        self.assertIn(b"closing", wire.value())

    def test_each_endpoint_of_each_door_is_opened(self) -> None:
        server = self.opened(settings("doors.line=['tcp:0', 'tcp:0:interface=127.0.0.1']"))
        self.assertEqual(3, len(self.reactor.adoptedPorts))
        self.close(server)

    def test_a_door_that_is_off_is_not_opened(self) -> None:
        server = self.opened(settings("doors.front=off", "doors.json=tcp:0"))
        self.assertEqual(1, len(self.reactor.adoptedPorts))
        self.assertTrue(any("chatroom join" in line for line in self.said))
        self.assertFalse(any("telnet" in line for line in self.said))
        self.close(server)

    def test_a_console_listens_on_this_machine_alone_unless_told_otherwise(self) -> None:
        config = load(None, known_parts())
        self.assertEqual(["tcp:5001:interface=127.0.0.1"], [endpoint.text for endpoint in config.doors["console"]])

    def test_a_console_nobody_asked_for_may_be_missing_and_that_is_said(self) -> None:
        sets = [
            read_override(setting)
            for setting in ("journal=memory", "doors.front=tcp:0", "doors.irc=off", "doors.web=off", "terminal=false")
        ]
        with socket.socket() as taken:
            with contextlib.suppress(OSError):  # somebody else may have it already, which is as good
                taken.bind(("127.0.0.1", 5001))
            server = self.server(load(None, known_parts(), sets))
            server.claim()
        self.assertEqual(1, len(self.complaints))
        self.assertIn("5001", self.complaints[0])
        self.assertIn("chatroom console", self.complaints[0])
        server._openings.abandon()

    def test_a_door_nobody_asked_for_may_be_lost_to_who_listens_first(self) -> None:
        sets = [one for one in ALONE if not one.startswith("doors.console")]
        server = self.server(load(None, known_parts(), [read_override(setting) for setting in sets]))
        (console,) = [ports for ports in server._openings.ports if ports.door == "console"]
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", 0))
            console.endpoint = replace(console.endpoint, port=other.getsockname()[1])
            server.claim()
            other.listen()
            server.startService()
            self.assertTrue(server.running)
        self.assertEqual(1, len(self.complaints))
        self.assertIn("the house opens without it", self.complaints[0])
        self.assertFalse(console.listening)
        self.close(server)

    def test_a_good_end_has_status_zero_and_lets_go_of_the_folder(self) -> None:
        self.close(self.opened(settings()))
        self.assertEqual(0, self.ending.status)
        again = StateFolder(self.state.path)
        again.claim()
        again.release()

    def test_the_lock_says_which_process_holds_it(self) -> None:
        server = self.opened(settings())
        self.assertRegex((self.state.path / LOCK).read_text(), r"^\d+\n$")
        self.close(server)

    def test_threads_let_go_of_the_interpreter_soon(self) -> None:
        server = self.opened(settings())
        self.assertLess(sys.getswitchinterval(), 0.001)
        self.close(server)

    def test_a_journal_that_cannot_be_used_ends_the_start_with_one_line(self) -> None:
        server = self.server(settings("journal=sqlite:broken.db"))
        (self.state.path / "broken.db").write_bytes(b"this is no database " * 100)
        server.claim()
        with pytest.raises(SystemExit) as caught:
            server.startService()
        self.assertEqual(1, caught.value.code)
        self.assertEqual(1, len(self.complaints))
        self.assertIn("broken.db", self.complaints[0])
        self.assertEqual([], self.reactor.adoptedPorts)
        self.assertEqual([], self.said)
        self.assertEqual(1, self.ending.status)

    def test_a_fault_of_our_own_at_the_start_is_logged_and_told(self) -> None:
        server = self.server(settings())
        server.claim()
        self.reactor.adoptStreamPort = _broken  # type: ignore[method-assign]  # as a reactor with a bug would be
        with pytest.raises(SystemExit):
            server.startService()
        self.assertEqual(1, len(self.flushLoggedErrors(ZeroDivisionError)))
        self.assertIn("by a fault of its own", self.complaints[0])

    def test_a_busy_port_takes_no_other_with_it(self) -> None:
        first = self.server(settings())
        first.claim()
        ports = [ports.port for ports in first._openings.ports]
        first._openings.ports[0]._bound[0].listen()
        second = self.server(settings("doors.line=tcp:0", f"doors.json=tcp:{ports[0]}"))
        with pytest.raises(PortUnusable, match=r"doors\.json: port \d+ is in use"):
            second.claim()
        self.assertEqual([None, None, None], [ports.port for ports in second._openings.ports])
        first._openings.abandon()

    def test_what_is_configured_not_to_be_kept_is_forgotten(self) -> None:
        server = self.server(settings("retention.count=7", "retention.age=1d"))
        (forgetting,) = [stage for stage in server._stages._children if isinstance(stage, Forgetting)]
        self.assertEqual(Retention(age=86400.0, count=7), forgetting.retention)


class HouseServiceTests(SynchronousTestCase):
    def test_an_end_that_leaves_something_unconfirmed_has_status_one(self) -> None:
        reactor = Reactor()
        ending = Ending(reactor)
        journal = MemoryJournal()
        house = House(Hub(load_verbs(), Rules(), Ids()), journal, reactor)
        service = HouseService(house, ending)
        service.startService()
        wire = Wire(reactor)
        wire.protocol = JsonFactory(house).buildProtocol(None)
        wire.protocol.makeConnection(wire)
        wire.protocol.dataReceived(b'{"do": "hello", "name": "ann"}\n')
        reactor.pump([0.01] * 5)
        stopped = service.stopService()
        reactor.pump([1.0] * 20)
        self.successResultOf(stopped)
        self.assertEqual(FAILED, ending.status)


def _broken(*_: object) -> Any:
    return 1 // 0


def test_clients_are_sent_to_an_encrypted_port_whose_certificate_others_vouch_for_alone() -> None:
    def ports(door: str, endpoint: str, port: int, listening: bool = True) -> SimpleNamespace:
        return SimpleNamespace(door=door, endpoint=parse(endpoint), port=port, listening=listening)

    def sent(own: bool, *places: SimpleNamespace) -> int | None:
        certificates: Any = SimpleNamespace(current=SimpleNamespace(own=own))
        openings: Any = SimpleNamespace(ports=places)
        return _vouched_port(openings, certificates)

    front, irc, secure = ports("front", "tcp:5000", 5000), ports("irc", "tcp:6667", 6667), ports("irc", "tls:6697", 6697)
    assert sent(False, front, irc, secure) == 6697
    assert sent(True, front, irc, secure) is None
    assert sent(False, front, irc, ports("irc", "tls:6697", 6697, listening=False)) == 5000
    assert sent(False, irc) is None


def test_the_server_imports_no_client_and_no_door_that_is_not_configured() -> None:
    program = (
        "import sys, pathlib, tempfile; import chatroom.tap; from twisted.internet.testing import MemoryReactorClock as R;"
        "from chatroom import service as s; from chatroom.config import load; from chatroom.ending import Ending;"
        "from chatroom.state import StateFolder; r = R();"
        "c = load(None, s.known_parts());"
        "s.assemble(c, StateFolder(pathlib.Path('.')), r, read=lambda: c, ending=Ending(r), say=print, complain=print);"
        "unwanted = ('chatroom.client', 'twisted.conch.manhole', 'prompt_toolkit', 'tkinter');"
        "print([name for name in sys.modules if name.startswith(unwanted)])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert ran.stdout.strip() == "[]"
