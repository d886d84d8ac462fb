"""Tests of a client's encrypted connection, against the house's own TLS, in memory."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom import certificate
from chatroom.encrypted import EncryptedEndpoint, NotEncrypted
from chatroom.tls import EncryptedFactory
from chatroom.trust import Untrusted
from chatroom.wires import Wire

PATIENCE = 15.0


class Talk(Protocol):
    """Remember what is heard."""

    def __init__(self) -> None:
        self.heard = b""

    def dataReceived(self, data: bytes) -> None:
        self.heard += data


@implementer(IStreamClientEndpoint)
class Meeting:
    """Be a TCP connection in memory, between a client and a house with TLS, or with something else, at its other end."""

    def __init__(self, factory: Any, clock: Clock) -> None:
        self.clock = clock
        self.ours, self.theirs = Wire(clock, "192.0.2.7"), Wire(clock)
        self.theirs.protocol = factory.buildProtocol(None)

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:
        self.ours.protocol = protocolFactory.buildProtocol(self.ours.getPeer())
        self.theirs.protocol.makeConnection(self.theirs)
        self.ours.protocol.makeConnection(self.ours)
        return succeed(self.ours.protocol)

    def move(self) -> None:
        for _ in range(8):
            for one, other in ((self.ours, self.theirs), (self.theirs, self.ours)):
                data = one.taken()
                if data:
                    other.feed(data)
                one.drain()
            self.clock.advance(0)


class Made(Factory):
    """Keep what is made."""

    noisy = False

    def __init__(self) -> None:
        self.made: list[Talk] = []

    def buildProtocol(self, addr: Any) -> Talk:
        self.made.append(Talk())
        return self.made[-1]


def context() -> SSL.Context:
    with tempfile.TemporaryDirectory() as folder:
        now = time.time()
        return certificate.read(*certificate.write(Path(folder), *certificate.make("house", ["localhost"], now)), now).context()


class Attempt:
    """Be a client that connects once."""

    def __init__(self, outer: Any = None, host: str = "192.0.2.7", refuse: bool = False) -> None:
        self.clock = Clock()
        self.inside = Made()
        given = context()
        self.meeting = Meeting(outer or EncryptedFactory(lambda: given, self.inside, self.clock), self.clock)
        self.judged: list[tuple[str, bool]] = []
        self.refuse = refuse
        self.client = Made()
        self.result: Any = None
        endpoint = EncryptedEndpoint(self.meeting, host, self.judge, self.clock, PATIENCE)
        self.connecting = endpoint.connect(self.client)
        self.connecting.addBoth(lambda result: setattr(self, "result", result))
        self.meeting.move()

    def judge(self, fingerprint: str, vouched: bool) -> None:
        self.judged.append((fingerprint, vouched))
        if self.refuse:
            raise Untrusted("no")


def test_what_is_said_passes_both_ways_once_the_certificate_is_judged() -> None:
    attempt = Attempt()
    assert attempt.result is attempt.client.made[0]
    ((fingerprint, vouched),) = attempt.judged
    assert fingerprint.count(":") == 31
    assert not vouched
    inside: Any = attempt.inside.made[0]
    inside.transport.write(b"hi")
    attempt.meeting.move()
    assert attempt.result.heard == b"hi"
    transport: Any = attempt.result.transport
    transport.write(b"hello")
    transport.loseConnection()
    attempt.meeting.move()
    assert inside.heard == b"hello"
    assert not attempt.clock.getDelayedCalls()


@pytest.mark.parametrize("host", ["localhost", "other.example"])
def test_a_name_is_asked_for_and_nobody_vouches_for_a_house_of_its_own_making(host: str) -> None:
    assert [vouched for _, vouched in Attempt(host=host).judged] == [False]


def test_one_that_is_not_believed_is_spoken_to_no_further() -> None:
    attempt = Attempt(refuse=True)
    assert isinstance(attempt.result, Failure)
    assert attempt.result.check(Untrusted)
    assert attempt.client.made == []
    assert attempt.meeting.ours.lost


def test_who_does_not_encrypt_is_told_apart() -> None:
    class Plain(Protocol):
        def dataReceived(self, data: bytes) -> None:
            transport: Any = self.transport
            transport.write(b"What is your name? ")

    attempt = Attempt(outer=Factory.forProtocol(Plain))
    assert attempt.result.check(NotEncrypted)
    assert attempt.client.made == []


def test_who_says_nothing_is_waited_for_but_not_for_ever() -> None:
    attempt = Attempt(outer=Factory.forProtocol(Protocol))
    assert attempt.result is None
    attempt.clock.advance(PATIENCE)
    attempt.clock.advance(0)
    assert isinstance(attempt.result, Failure)
    assert attempt.meeting.ours.lost
    assert not attempt.clock.getDelayedCalls()
