"""What strangers may do to the SSH door: little, and nothing without bound."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.conch.ssh.common import NS
from twisted.conch.ssh.transport import SSHServerTransport

from chatroom.doors._ssh_session import LEAST_PACKET, WINDOW
from chatroom.doors._ssh_transport import CIPHERS, KEX, LONGEST, MACS, SshTransport
from chatroom.testing import Person, World
from tests.doors.sshing import PTY, Caller

VERSION = b"SSH-2.0-test\r\n"


@pytest.fixture
def world() -> World:
    return World()


def stranger(world: World) -> Person:
    return world.connect(world.ssh)


def packet(payload: bytes, length: int | None = None) -> bytes:
    """Write a packet that is not encrypted yet."""
    padding = 8 - (len(payload) + 5) % 8 + 8
    return struct.pack(">LB", length if length is not None else len(payload) + padding + 1, padding) + payload + bytes(padding)


def test_only_what_is_modern_is_offered() -> None:
    assert set(SshTransport.supportedKeyExchanges) <= set(KEX)
    assert b"curve25519-sha256" in SshTransport.supportedKeyExchanges
    assert set(SshTransport.supportedCiphers) == set(CIPHERS)
    assert set(SshTransport.supportedMACs) == set(MACS)
    assert SshTransport.supportedPublicKeys == [b"ssh-ed25519"]
    assert SshTransport.supportedCompressions == [b"none"]
    weak = (b"sha1", b"md5", b"cbc", b"3des", b"group1", b"ssh-dss")
    offered = [*SshTransport.supportedKeyExchanges, *SshTransport.supportedCiphers, *SshTransport.supportedMACs]
    assert not [one for one in offered if any(bad in one for bad in weak)]
    assert b"hmac-sha1" in SSHServerTransport.supportedMACs  # conch would offer it


def test_an_endless_version_is_ended(world: World) -> None:
    one = stranger(world)
    for _ in range(10):
        one.sends(b"SSH-2.0-" + b"x" * 1000)
    world.rest(10)
    assert one.wire.lost


@pytest.mark.parametrize("length", [LONGEST + 1, 1 << 20, (1 << 32) - 1])
def test_a_packet_that_is_too_long_is_not_waited_for(world: World, length: int) -> None:
    one = stranger(world)
    one.sends(VERSION + packet(b"x", length))
    world.rest(10)
    assert one.wire.lost
    assert not world.house.readers


@pytest.mark.parametrize("number", [5, 50, 80, 90, 21, 30])
def test_nothing_is_done_before_the_keys_are_exchanged(world: World, number: int) -> None:
    one = stranger(world)
    one.sends(VERSION + packet(bytes((number,)) + NS(b"ssh-userauth") * 3))
    world.rest(10)
    assert one.wire.lost
    assert not world.hub.people


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), begun=st.booleans())
def test_any_bytes_end_in_order(data: bytes, begun: bool) -> None:
    world = World()
    one = stranger(world)
    one.sends((VERSION if begun else b"SSH-") + data)
    world.rest(70)
    assert one.wire.lost
    assert not world.house.readers


@settings(max_examples=60, deadline=None)
@given(number=st.integers(1, 255), data=st.binary(max_size=60))
def test_any_message_from_somebody_inside_ends_at_most_their_connection(number: int, data: bytes) -> None:
    world = CALM
    ann = Caller(world, "ann").terminal()
    ann.client.sendPacket(number, data)
    ann.rest()
    assert world.person("bob") is not None
    ann.wire.end()
    world.house.readers.clear()
    world.rest(1)


CALM = World()


def channels(world: World) -> Iterator[str]:
    for kind in (b"direct-tcpip", b"forwarded-tcpip", b"x11", b"auth-agent@openssh.com", b"tun@openssh.com"):
        caller = Caller(world, "ann").knocks()
        service = caller.client.service
        caller.channel.name = kind
        service.openChannel(caller.channel)  # type: ignore[union-attr]  # it is the connection by now
        caller.rest()
        yield caller.channel.refused
        caller.wire.end()
        world.rest()


def test_there_is_no_forwarding(world: World) -> None:
    assert all("no forwarding" in refused for refused in channels(world))
    ann = Caller(world, "ann").knocks().opens()
    for kind in (b"auth-agent-req@openssh.com", b"x11-req", b"signal"):
        ann.channel.conn.sendRequest(ann.channel, kind, NS(b"sftp") * 3, wantReply=1).addErrback(lambda failure: None)
    ann.rest()
    assert ann.channel.open
    assert ann.channel.out == b""


@pytest.mark.parametrize(("kind", "what"), [(b"subsystem", b"sftp"), (b"exec", b"scp -t /tmp/"), (b"exec", b"rsync --server . x")])
def test_who_wants_files_is_told_that_there_are_none(world: World, kind: bytes, what: bytes) -> None:
    ann = Caller(world, "ann").knocks().opens()
    ann.channel.conn.sendRequest(ann.channel, kind, NS(what), wantReply=1)
    ann.rest()
    assert b"no files are sent or had here" in ann.channel.apart
    assert ann.channel.code == 4
    assert ann.channel.out == b""


def test_there_is_one_session_a_connection(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.opens()
    assert "One session a connection" in ann.channel.refused


def test_whoever_takes_only_crumbs_is_refused(world: World) -> None:
    ann = Caller(world, "ann").knocks()
    ann.channel.localMaxPacket = LEAST_PACKET - 1
    ann.client.service.openChannel(ann.channel)  # type: ignore[union-attr]
    ann.rest()
    assert "larger packets" in ann.channel.refused


class Deaf(Caller):
    """Be somebody whose client lets nothing more come."""

    def deafen(self) -> None:
        """Let the window run out."""
        self.channel.conn.adjustWindow = lambda *_: None


def test_a_reader_that_takes_nothing_holds_a_bounded_amount_and_is_let_go(world: World) -> None:
    ann = Deaf(world, "ann")
    ann.knocks().opens(window=4096)
    ann.deafen()
    ann.wants(b"pty-req", PTY).wants(b"shell")
    bob = world.person("bob")
    for _ in range(300):
        bob.types("x" * 3000)
    (channel,) = ann.server.connection.channels.values()
    assert len(channel.buf) < 200_000
    assert len(ann.channel.out) <= 4096
    bob.types("still here")
    ann.rest(35)
    assert [reader.session.door for reader in world.house.readers.values()] == ["line"]


def test_a_reader_whose_tcp_is_full_holds_a_bounded_amount(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    bob = world.person("bob")
    ann.wire.full = True
    for _ in range(300):
        bob.types("x" * 3000)
    assert len(ann.wire.value()) < 200_000
    ann.wire.drain()
    ann.rest()
    assert ann.channel.out.count(b"bob\x1b[0m: xxx") == 300


def test_who_never_ends_an_exchange_of_keys_is_let_go(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.client.sendKexInit()
    ann.wire.feed(ann.pipe.written)
    ann.pipe.written = b""
    bob = world.person("bob")
    for _ in range(50):
        bob.types("x" * 3000)
    assert len(ann.wire.value()) < 10_000
    world.rest(40)
    assert ann.wire.lost


def test_keys_may_be_exchanged_anew(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.client.sendKexInit()
    ann.rest()
    world.person("bob").types("after")
    assert "bob: after" in ann.sees()


def test_input_is_taken_as_fast_as_it_is_done_and_no_faster(world: World) -> None:
    pipe = Caller(world, "bot").knocks().opens().wants(b"shell")
    pipe.sends(b"".join(b"line %d\n" % number for number in range(3000)))
    pipe.ends()
    assert world.hub.rooms["lobby"].log.head == 3000
    assert pipe.channel.code == 0


def test_what_is_held_back_is_at_most_a_window(world: World) -> None:
    pipe = Caller(world, "bot").knocks().opens().wants(b"shell")
    (channel,) = pipe.server.connection.channels.values()
    channel.face.hold()
    pipe.sends((b"x" * 99 + b"\n") * 1000)
    assert pipe.channel.remoteWindowLeft == 0
    assert sum(map(len, channel.face._waiting)) <= WINDOW
    channel.face.go_on()
    pipe.rest()
    assert world.hub.rooms["lobby"].log.head == 1000


def test_the_host_key_is_shown(world: World) -> None:
    ann = Caller(world, "ann")
    factory: Any = world.ssh.factory
    key = factory.publicKeys[b"ssh-ed25519"]
    assert ann.client.fingerprint == key.fingerprint().encode()
