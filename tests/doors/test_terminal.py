"""The host's own terminal: announcing, commanding, and log lines that do not disturb what is being typed."""

from __future__ import annotations

import os
import pty
import signal
import termios
import threading
from io import StringIO

import pyte
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.trial.unittest import TestCase

from chatroom.doors._console import IDLE
from chatroom.doors._terminal import LOG_LINES, HostConsole, HostTerminal
from chatroom.doors._tty import LOG, LogAbove, Tty, give_all_back, own_terminal, show_above
from chatroom.testing import Person, World
from chatroom.wires import Wire

PAUSE = 0.05
"""Seconds in which what is written to a terminal can be read at its other end."""


class Host(Person):
    """Be the host at their terminal."""

    def __init__(self, world: World) -> None:
        wire = Wire(world.clock)
        self.interrupts = 0
        self.console = HostConsole(world.house, self._interrupted, lambda: None)
        wire.protocol = self.console
        self.console.makeConnection(wire)
        super().__init__(world, wire)
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)

    def _interrupted(self) -> None:
        self.interrupts += 1

    def rows(self) -> list[str]:
        """Give what the terminal shows by now."""
        self.stream.feed(self.wire.taken())
        return [row.rstrip() for row in self.screen.display if row.strip()]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def host(world: World) -> Host:
    return Host(world)


def test_what_the_host_types_is_said_to_everyone_as_the_server(world: World, host: Host) -> None:
    ann = world.person("ann")
    host.sends("Good evening, all. Grüße!\n".encode())
    ann.hears("server: Good evening, all. Grüße!")
    assert host.rows()[-2:] == ["> Good evening, all. Grüße!", ">"]


def test_a_slash_commands_the_house(world: World, host: Host) -> None:
    host.sends(b"/rooms\n")
    assert host.rows()[-3:] == ["> /rooms", "lobby (0 here)", ">"]


def test_the_lobbys_lines_stand_above_what_is_being_typed(world: World, host: Host) -> None:
    host.sends(b"half a li")
    ann = world.person("ann")
    ann.types("is the host here?")
    assert host.rows()[-3:] == ["[lobby] -- ann joined (1 here)", "[lobby] ann: is the host here?", "> half a li"]


def test_the_log_stands_above_what_is_being_typed_and_is_made_visible(host: Host) -> None:
    host.sends(b"half")
    host.console.above("2026-01-01 [-] something\x1b[2J happened\n\twith more\n")
    assert host.rows()[-3:] == ["2026-01-01 [-] something␛[2J happened", " with more", "> half"]


def test_a_log_entry_of_endless_lines_is_cut(host: Host) -> None:
    host.rows()
    host.console.above("x\n" * 10_000)
    assert host.wire.taken().count(b"x") == LOG_LINES


def test_a_terminal_that_takes_nothing_is_not_logged_to(host: Host) -> None:
    host.wire.full = True
    host.console.above("one\n")
    for number in range(10_000):
        host.console.above(f"{number} {'x' * 200}\n")
    assert len(host.wire.value()) < 1000
    host.wire.drain()
    host.console.above("two\n")
    assert host.rows()[-2:] == ["two", ">"]


def test_ctrl_c_is_left_to_the_process_and_ctrl_d_stops_nothing(host: Host) -> None:
    host.sends(b"\x03\x04")
    assert host.interrupts == 1
    assert not host.wire.lost
    assert host.rows()[-2] == "-- Ctrl-C stops the house, and so does /shutdown."


def test_the_host_may_be_silent_for_ever(world: World, host: Host) -> None:
    world.rest(10 * IDLE)
    assert not host.wire.lost


def test_tab_completes_verbs_with_their_slash_and_names_without(world: World, host: Host) -> None:
    world.person("robert")
    host.sends(b"/roo\t")
    assert host.rows()[-1] == "> /rooms"
    host.sends(b"\x15hello rob\t")
    assert host.rows()[-1] == "> hello robert"


def test_the_host_is_nobody_in_the_chat(world: World, host: Host) -> None:
    ann = world.person("ann")
    ann.types("/who")
    ann.hears("lobby (1 here): ann")


def test_the_terminal_is_taken_and_given_back_as_it_was() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    tty = Tty(os.dup(theirs))
    tty.take()
    during = termios.tcgetattr(theirs)
    assert not during[3] & (termios.ICANON | termios.ECHO)
    assert during[3] & termios.ISIG
    give_all_back()
    assert termios.tcgetattr(theirs) == before
    tty.give_back()
    for fd in (ours, theirs):
        os.close(fd)


def test_a_terminal_that_is_gone_is_given_back_all_the_same() -> None:
    ours, theirs = pty.openpty()
    tty = Tty(theirs)
    tty.take()
    os.close(ours)
    tty.give_back()
    assert tty.size == (80, 24)


def test_where_there_is_no_terminal_there_is_none() -> None:
    saved = os.dup(0)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        assert own_terminal() is None
    finally:
        os.dup2(saved, 0)
        os.close(saved)
        os.close(null)


def test_the_log_goes_to_its_stream_until_somebody_shows_it() -> None:
    stream, above = StringIO(), list[str]()
    observer = LogAbove(stream)
    log = Logger(namespace="test", observer=observer)
    log.info("one")
    observer.above = above.append
    log.info("two")
    observer.above = None
    log.info("three")
    stream.close()
    log.info("four")
    assert [line.split("] ")[1] for line in above] == ["two\n"]


def test_a_line_is_shown_above_the_prompt_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    above = list[str]()
    assert not show_above("one")
    monkeypatch.setattr(LOG, "above", above.append)
    assert show_above("two")
    assert above == ["two\n"]


class AtATerminal(TestCase):
    """The service, at a real terminal."""

    def setUp(self) -> None:
        self.ours, theirs = pty.openpty()
        os.set_blocking(self.ours, False)
        self.theirs = theirs
        self.before = termios.tcgetattr(theirs)
        self.world = World()
        self.log = LogAbove(StringIO())
        self.service = HostTerminal(self.world.house, reactor, log=self.log)
        self.winch = signal.getsignal(signal.SIGWINCH)
        self.addCleanup(os.close, theirs)
        self.addCleanup(os.close, self.ours)
        self.addCleanup(signal.signal, signal.SIGWINCH, self.winch)

    def _pause(self, _: object = None) -> Deferred[None]:
        self.world.rest()
        return deferLater(reactor, PAUSE, lambda: None)

    async def _shown(self) -> str:
        await self._pause()
        await self._pause()
        try:
            return os.read(self.ours, 65536).decode()
        except BlockingIOError:
            return ""

    async def test_it_is_a_console_until_it_stops_and_then_as_it_was(self) -> None:
        self.service.run(Tty(os.dup(self.theirs)))
        os.write(self.ours, b"/rooms\n")
        shown = await self._shown()
        self.assertIn("> /rooms", shown)
        self.assertIn("lobby (0 here)", shown + await self._shown())
        Logger(namespace="test", observer=self.log).info("from here")
        elsewhere = threading.Thread(target=lambda: Logger(namespace="test", observer=self.log).info("from a thread"))
        elsewhere.start()
        elsewhere.join()
        shown = await self._shown()
        self.assertIn("from here", shown)
        self.assertIn("from a thread", shown)
        self.service.stopService()
        await self._pause()
        self.assertIsNone(self.log.above)
        self.assertEqual(termios.tcgetattr(self.theirs), self.before)
        self.assertEqual(self.world.house.readers, {})

    async def test_it_can_be_switched_off(self) -> None:
        off = HostTerminal(self.world.house, reactor, enabled=False)
        off.startService()
        self.assertEqual(self.world.house.readers, {})
        off.stopService()

    async def test_the_house_goes_on_when_the_terminal_goes(self) -> None:
        self.service.run(Tty(os.dup(self.theirs)))
        streams = self.service._streams
        streams.loseConnection()
        await self._pause()
        self.assertIsNone(self.log.above)
        self.assertEqual(self.world.house.readers, {})
