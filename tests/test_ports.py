"""Ports are bound when claimed, open when started, and tell why when they cannot be had."""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.listen import parse
from chatroom.ports import Ports, PortUnusable


def can_connect(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), 2).close()
    except ConnectionRefusedError:
        return False
    return True


class Doorstep(MemoryReactorClock):
    """Try to connect when a port is handed over: only the real reactor would keep it open."""

    def __init__(self) -> None:
        super().__init__()
        self.let_in: list[tuple[bool, bool]] = []

    def adoptStreamPort(self, fileDescriptor: int, addressFamily: int, factory: Any) -> Any:
        port = socket.socket(fileno=fileDescriptor)
        number = port.getsockname()[1]
        port.detach()
        self.let_in.append((can_connect(number), can_connect(number, "::1")))
        return super().adoptStreamPort(fileDescriptor, addressFamily, factory)


class PortsTests(SynchronousTestCase):
    def ports(self, endpoint: str, reactor: Any = None) -> Ports:
        ports = Ports("front", parse(endpoint), Factory(), reactor or MemoryReactorClock())
        self.addCleanup(ports.abandon)
        return ports

    def claimed(self, endpoint: str) -> tuple[Ports, int]:
        ports = self.ports(endpoint)
        ports.claim()
        assert ports.port is not None
        return ports, ports.port

    def test_a_claimed_port_is_ours_but_lets_nobody_in(self) -> None:
        _, port = self.claimed("tcp:0")
        self.assertFalse(can_connect(port))

    def test_it_lets_people_in_by_ipv4_and_ipv6_once_started(self) -> None:
        reactor = Doorstep()
        ports = self.ports("tcp:0", reactor)
        ports.claim()
        self.successResultOf(ports.startService())
        self.assertEqual([(True, True)], reactor.let_in)

    def test_a_port_that_another_program_listens_at_is_told_at_once(self) -> None:
        with socket.create_server(("", 0)) as other:
            ports = self.ports(f"tcp:{other.getsockname()[1]}")
            error = self.assertRaises(PortUnusable, ports.claim)
        self.assertRegex(str(error), r"^doors\.front: port \d+ is in use by another program\. Stop that one, or choose another port")

    def test_two_that_claimed_one_port_at_once_cannot_both_open_it(self) -> None:
        first, port = self.claimed("tcp:0")
        second, _ = self.claimed(f"tcp:{port}")
        first._bound[0].listen()
        self.assertIn("in use", self.failureResultOf(second.startService(), PortUnusable).getErrorMessage())

    def test_an_address_that_this_machine_does_not_have_is_told(self) -> None:
        for endpoint in ("tcp:0:interface=198.51.100.1", "tcp:0:interface=nowhere.invalid"):
            error = self.assertRaises(PortUnusable, self.ports(endpoint).claim)
            self.assertRegex(str(error), r"this machine has no address \S+\. Choose another interface\.")

    def test_one_interface_is_one_interface(self) -> None:
        ports, _ = self.claimed("tcp:0:interface=127.0.0.1")
        self.assertEqual("127.0.0.1", ports._bound[0].getsockname()[0])
        (bound,) = ports._bound
        self.assertEqual(socket.AF_INET, bound.family)

    def test_a_port_that_was_claimed_and_not_opened_is_let_go(self) -> None:
        ports, port = self.claimed("tcp:0")
        self.successResultOf(ports.stopService())
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            self.assertEqual(port, other.getsockname()[1])

    def test_other_endpoints_are_twisteds(self) -> None:
        reactor = MemoryReactorClock()
        ports = self.ports("unix:/run/chatroom", reactor)
        ports.claim()
        self.successResultOf(ports.startService())
        self.assertEqual("/run/chatroom", reactor.unixServers[0][0])
        self.assertIsNone(ports.port)

    def test_an_endpoint_that_nobody_knows_is_told(self) -> None:
        error = self.assertRaises(PortUnusable, self.ports("pigeon:5000").claim)
        self.assertEqual("doors.front: this endpoint is not known here. Write for example tcp:5000.", str(error))

    def test_a_backlog_holds_a_whole_house(self) -> None:
        self.assertEqual(4096, self.ports("tcp:0").endpoint.backlog)
