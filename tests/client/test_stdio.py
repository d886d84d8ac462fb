"""The command line of `chatroom join`: where to, by what name, and what is said when nobody answers."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from twisted.internet import error
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from chatroom.client.opening import Target
from chatroom.client.plain import Plain
from chatroom.client.stdio import Lines, add_arguments, complain, may_end, talk
from chatroom.wires import Wire


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="chatroom join")
    add_arguments(made)
    return made


def test_everything_may_be_left_out() -> None:
    args = parser().parse_args([])
    assert args.target == Target()
    assert (args.room, args.plain, args.no_bell, args.no_color) == ([], False, False, False)
    assert parser().parse_args(["--room", "dev", "--room", "tea"]).room == ["dev", "tea"]


def test_a_wrong_command_line_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(["host:99999"])
    assert caught.value.code == 2
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


def test_the_exit_codes_are_in_the_help() -> None:
    assert "4 something posted was not acknowledged" in " ".join(parser().format_help().split())


@pytest.mark.parametrize(
    ("mode", "terminal", "ends"),
    [
        (stat.S_IFIFO, False, True),
        (stat.S_IFSOCK, False, True),
        (stat.S_IFCHR, True, True),
        (stat.S_IFCHR, False, False),
        (stat.S_IFREG, False, False),
    ],
)
def test_an_empty_pipe_ends_us_and_the_null_device_does_not(mode: int, terminal: bool, ends: bool) -> None:
    assert may_end(mode, terminal) is ends


def test_complaining_to_a_closed_stream_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, text: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    complain("hello")


def test_reading_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, chatroom.client.stdio; print(sorted({'twisted', 'prompt_toolkit', 'asyncio'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


class Reactor(MemoryReactorClock):
    """Be a reactor in memory that, when it runs, plays what happens meanwhile."""

    def __init__(self, meanwhile: Callable[[Reactor], None]) -> None:
        super().__init__()
        self.meanwhile = meanwhile
        self.stops = 0

    def run(self) -> None:
        self.running = True
        for hook, args, kwargs in self.whenRunningHooks:
            hook(*args, **kwargs)
        self.advance(0)
        self.meanwhile(self)
        self.interrupt()

    def stop(self) -> None:
        self.stops += 1

    def interrupt(self) -> None:
        for hook, args, kwargs in self.triggers["before"]["shutdown"]:
            hook(*args, **kwargs)
        self.advance(10)

    def accepts(self) -> Wire:
        factory = self.tcpClients[0][2]
        wire = Wire(self)
        wire.protocol = factory.buildProtocol(None)
        wire.protocol.makeConnection(wire)
        return wire

    def refuses(self) -> None:
        factory = self.tcpClients[0][2]
        factory.clientConnectionFailed(self.connectors[0], Failure(error.ConnectionRefusedError()))


def says(wire: Wire, **found: Any) -> None:
    wire.feed(json.dumps({name.strip("_"): value for name, value in found.items()}).encode() + b"\n")


def run(meanwhile: Callable[[Reactor], None], attach: Callable[[Plain, Any], None], *arguments: str) -> tuple[int, Reactor]:
    reactor = Reactor(meanwhile)
    return Lines(parser().parse_args(arguments), reactor, attach).run(), reactor


def test_lines_are_posted_acknowledged_and_the_house_left(capsys: pytest.CaptureFixture[str]) -> None:
    streams = StringTransport()
    attached: list[Plain] = []

    def attach(face: Plain, reactor: Any) -> None:
        face.makeConnection(streams)
        attached.append(face)

    def meanwhile(reactor: Reactor) -> None:
        wire = reactor.accepts()
        (face,) = attached
        says(wire, re="hello", ok=True, is_="welcome", you="bot")
        face.dataReceived(b"hi\n")
        face.readConnectionLost()
        assert b'"text":"hi"' in wire.value()
        assert b'"room":"dev"' in wire.value()
        says(wire, re=1, ok=True)
        assert b'"do":"quit"' in wire.value()
        says(wire, is_="bye", why="Goodbye.")
        face.connectionLost()
        reactor.advance(1)
        assert reactor.stops == 1

    code, reactor = run(meanwhile, attach, "bot@127.0.0.1:6000", "--room", "dev")
    assert code == 0
    assert reactor.tcpClients[0][:2] == ("127.0.0.1", 6000)
    assert capsys.readouterr().err == ""


def test_a_house_that_is_not_there_ends_it_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    def attach(face: Plain, reactor: Any) -> None:
        raise AssertionError("nothing is to be read")

    def meanwhile(reactor: Reactor) -> None:
        reactor.refuses()
        reactor.advance(1)
        assert reactor.stops == 1

    assert run(meanwhile, attach, "bot@127.0.0.1")[0] == 1
    assert capsys.readouterr().err.startswith("No chatroom answers at 127.0.0.1:5000: connection refused.")


def test_ctrl_c_leaves_with_what_is_unacknowledged_counted() -> None:
    def meanwhile(reactor: Reactor) -> None:
        wire = reactor.accepts()
        says(wire, re="hello", ok=True, is_="welcome", you="bot")
        attached[0].dataReceived(b"hi\n")

    attached: list[Plain] = []
    code, reactor = run(meanwhile, lambda face, _: attached.append(face), "bot@127.0.0.1")
    assert code == 4
    assert reactor.stops == 0


def test_at_the_prompt_a_house_that_is_not_there_is_said_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> int:
        reactor = Reactor(lambda _: None)
        talking = asyncio.ensure_future(talk(parser().parse_args(["127.0.0.1"]), reactor))
        while not reactor.tcpClients:
            await asyncio.sleep(0)
            reactor.advance(0)
        reactor.refuses()
        while not talking.done():
            await asyncio.sleep(0)
            reactor.advance(0.1)
        return await talking

    with create_pipe_input() as keys, create_app_session(keys, DummyOutput()):
        assert asyncio.run(scenario()) == 1
    assert "connection refused" in capsys.readouterr().err


def test_at_the_prompt_one_talks_and_leaves() -> None:
    async def scenario() -> tuple[int, bytes]:
        reactor = Reactor(lambda _: None)
        talking = asyncio.ensure_future(talk(parser().parse_args(["ann@127.0.0.1"]), reactor))
        while not reactor.tcpClients:
            await asyncio.sleep(0)
            reactor.advance(0)
        wire = reactor.accepts()
        says(wire, re="hello", ok=True, is_="welcome", you="ann")
        says(wire, re=None, ok=True, is_="entered", room="lobby", epoch="e", seq=0, people=["ann"])
        keys.send_text("hi\r")
        for _ in range(2000):
            if b'"text":"hi"' in wire.value():
                break
            await asyncio.sleep(0.002)
        says(wire, re=1, ok=True)
        keys.send_text("\x04")
        while not talking.done():
            await asyncio.sleep(0.002)
            reactor.advance(0.1)
        return await talking, wire.value()

    with create_pipe_input() as keys, create_app_session(keys, DummyOutput()):
        code, sent = asyncio.run(asyncio.wait_for(scenario(), 10))
    assert code == 0
    assert b'"do":"quit"' in sent


@pytest.mark.e2e
def test_without_a_server_there_is_one_clear_line_and_exit_code_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        code = (
            "import argparse, sys; from chatroom.client import stdio; made = argparse.ArgumentParser(); stdio.add_arguments(made);"
            "sys.exit(stdio.main(made.parse_args()))"
        )
        found = subprocess.run(
            [sys.executable, "-c", code, f"ann@127.0.0.1:{port}"], input="hi\n", capture_output=True, text=True, check=False, timeout=20
        )
    expected = f"No chatroom answers at 127.0.0.1:{port}: connection refused. Start one with: chatroom serve\n"
    assert (found.returncode, found.stdout, found.stderr) == (1, "", expected)
