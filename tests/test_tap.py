"""twistd's options: settings and state are checked before anything starts, and nothing is left in the working folder."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogPublisher
from zope.interface import implementer

from chatroom.logbook import LOG
from chatroom.service import Welcome
from chatroom.state import LOCK, StateFolder
from chatroom.tap import Options, makeService, state_folder

TWISTD = {
    "nodaemon": True,
    "debug": False,
    "umask": None,
    "pidfile": "twistd.pid",
    "logfile": None,
    "syslog": False,
    "uid": None,
    "gid": None,
}


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    """Undo what a start does to the process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    mask = os.umask(0o022)
    yield
    os.umask(mask)
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Any]:
    """Give a way to read a command line as twistd would, in a state folder of its own, with no door at a port that others may have."""
    closed = [part for door in ("irc", "console", "web") for part in ("--set", f"doors.{door}=off")]
    states: list[StateFolder] = []

    def read(*arguments: str, **twistd: object) -> Any:
        options: Any = Options()
        options.parent = {**TWISTD, **twistd}
        options.parseOptions(["--state", str(tmp_path / "state"), *closed, *arguments])
        states.append(options.state)
        return options

    yield read
    for state in states:
        state.release()


@implementer(ILogObserver)
class Listener:
    """Keep what this file's subject logs."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []

    def __call__(self, event: LogEvent) -> None:
        if event.get("log_namespace") == "chatroom.tap":
            self.events.append(event)


@pytest.fixture
def logged() -> Iterator[list[LogEvent]]:
    listener = Listener()
    globalLogPublisher.addObserver(listener)
    yield listener.events
    globalLogPublisher.removeObserver(listener)


def test_settings_come_from_the_state_folder_then_from_the_command_line(made: Any, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "config.yaml").write_text("name: den\nlimits: {people: 3}\n")
    options = made("--set", "limits.people=4", "--set", "limits.rooms=5", "-p", "6000")
    assert (options.config.name, options.config.limits.people, options.config.limits.rooms) == ("den", 4, 5)
    assert [str(one) for one in options.config.doors["front"]] == ["tcp:6000"]


def test_a_config_that_is_named_wins_over_the_folders_own(made: Any, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "config.yaml").write_text("name: den\n")
    (tmp_path / "other.yaml").write_text("welcome: hi\n")
    config = made("--config", str(tmp_path / "other.yaml"), "--name", "hall").config
    assert (config.name, config.welcome) == ("hall", "hi")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--port", "x"], "--port: doors.front: this port is not a number from 0 to 65535. Write for example tcp:5000 or"),
        (["--name", ""], "--name: name: this must not be empty. Write a text, or remove the line."),
        (["--set", "limits.peple=3"], "--set: limits.peple: there is no such setting. Did you mean people?"),
        (["--set", "nonsense"], "--set: this is not a setting. Write it as key=value, for example limits.people=50."),
        (["--config", "/nowhere.yaml"], "/nowhere.yaml: this cannot be read: No such file or directory."),
        (["--state", "/dev/null"], "The state folder /dev/null cannot be used: Not a directory."),
        (["--bogus"], "option --bogus not recognized. Type --help for a list."),
        (["surplus"], "surplus is no option. Type --help for a list."),
    ],
)
def test_whatever_is_wrong_ends_the_start_with_one_line(
    made: Any, capfd: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        made(*arguments)
    assert caught.value.code == 1
    (told,) = capfd.readouterr().err.splitlines()
    assert told.startswith(line)


def test_several_faults_are_told_in_as_many_lines(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        made("--port", "x", "--set", "name=", "--set", "nmae=x")
    assert len(capfd.readouterr().err.splitlines()) == 3


def test_a_second_server_on_one_state_folder_is_refused(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    made()
    with pytest.raises(SystemExit):
        made()
    (told,) = capfd.readouterr().err.splitlines()
    assert "is in use by another chatroom" in told


def test_in_the_foreground_there_is_no_pid_file_and_no_log_file(made: Any) -> None:
    parent = made().parent
    assert (parent["pidfile"], parent["logfile"]) == (None, None)


def test_a_daemon_keeps_its_pid_and_its_log_in_the_state_folder(made: Any, tmp_path: Path) -> None:
    options = made(nodaemon=False)
    assert options.daemon
    assert options.parent["pidfile"] == str(tmp_path / "state" / "chatroom.pid")
    assert options.parent["logger"] == "chatroom.logbook.log_observer"
    assert LOG.path == tmp_path / "state" / "chatroom.log"


def test_what_the_host_told_twistd_stands(made: Any) -> None:
    parent = made(nodaemon=False, pidfile="/run/mine.pid", logfile="/var/log/mine").parent
    assert parent["pidfile"] == "/run/mine.pid"
    assert LOG.path == Path("/var/log/mine")


@pytest.mark.parametrize("twistd", [{"logfile": "-"}, {"syslog": True}, {"logger": "my.log", "logfile": "x"}])
def test_a_log_that_is_no_file_is_twistds_own_business(made: Any, twistd: dict[str, object]) -> None:
    LOG.path = None
    parent = made(**twistd).parent
    assert parent.get("logger") == twistd.get("logger")
    assert LOG.path is None


def test_a_log_file_in_the_foreground_is_bounded_too(made: Any) -> None:
    assert made(logfile="house.log").parent["logger"] == "chatroom.logbook.log_observer"
    assert LOG.path == Path.cwd() / "house.log"


def test_a_pid_file_left_behind_is_no_obstacle(made: Any, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    stale = tmp_path / "state" / "chatroom.pid"
    stale.write_text(str(os.getpid()))
    made(nodaemon=False)
    assert not stale.exists()


def test_files_are_for_their_owner_alone(made: Any) -> None:
    made()
    assert os.umask(0o022) == 0o077


def test_a_state_folder_is_absolute_because_a_daemon_may_go_elsewhere() -> None:
    assert state_folder("den") == Path.cwd() / "den"
    assert state_folder(None, {"XDG_STATE_HOME": "/x"}).is_absolute()


def test_the_settings_stay_where_they_were_named_wherever_the_daemon_goes(
    made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("name: den\n")
    monkeypatch.chdir(tmp_path)
    options = made("--config", "mine.yaml")
    monkeypatch.chdir("/")
    assert options.file == tmp_path / "mine.yaml"
    assert options.read().name == "den"


def test_a_port_that_is_taken_ends_the_start_before_anything_is_opened(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("", 0)) as other:
        options = made("--port", str(other.getsockname()[1]))
        with pytest.raises(SystemExit) as caught:
            makeService(options)
    assert caught.value.code == 1
    (told,) = capfd.readouterr().err.splitlines()
    assert "is in use by another program" in told
    assert [path.name for path in options.state.path.iterdir()] == [LOCK]


def test_making_the_service_opens_no_thread_and_no_file(made: Any) -> None:
    import threading

    before = threading.active_count()
    options = made("--port", "0")
    server = makeService(options)
    assert threading.active_count() == before
    assert [path.name for path in options.state.path.iterdir()] == [LOCK]
    server._openings.abandon()


def test_a_daemon_finds_a_broken_journal_while_the_host_still_looks(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    options = made("--port", "0", nodaemon=False)
    (options.state.path / "chatroom.db").write_bytes(b"this is no database " * 100)
    with pytest.raises(SystemExit) as caught:
        makeService(options)
    assert caught.value.code == 1
    (told,) = capfd.readouterr().err.splitlines()
    assert "chatroom.db" in told


def test_a_daemon_with_a_journal_in_order_gets_its_service(made: Any) -> None:
    server = makeService(made("--port", "0", nodaemon=False))
    server._openings.abandon()
    assert not server.running


def test_a_journal_that_makes_no_sense_ends_the_start_with_one_line(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        makeService(made("--port", "0", "--set", "journal=memory:x"))
    assert len(capfd.readouterr().err.splitlines()) == 1


def welcome(server: Any) -> Any:
    (found,) = [stage for stage in server._stages._children if isinstance(stage, Welcome)]
    return found


def test_the_foreground_speaks_to_the_host_and_not_into_the_log(made: Any, capfd: pytest.CaptureFixture[str]) -> None:
    server: Any = makeService(made("--port", "0"))
    welcome(server)._say("hello")
    server._complain("oh dear")
    assert capfd.readouterr() == ("hello\n", "oh dear\n")
    server._openings.abandon()


def test_a_host_who_closed_the_terminal_is_told_in_the_log(made: Any, monkeypatch: pytest.MonkeyPatch, logged: list[LogEvent]) -> None:
    server: Any = makeService(made("--port", "0"))
    with open(os.devnull, "w") as closed:
        pass
    monkeypatch.setattr(sys, "__stdout__", closed)
    welcome(server)._say("hello")
    assert [event["line"] for event in logged] == ["hello"]
    server._openings.abandon()


def test_a_daemon_speaks_into_the_log(made: Any, capfd: pytest.CaptureFixture[str], logged: list[LogEvent]) -> None:
    server: Any = makeService(made("--port", "0", nodaemon=False))
    welcome(server)._say("hello")
    server._complain("oh dear")
    assert capfd.readouterr() == ("", "")
    assert [(event["log_level"], event["line"]) for event in logged] == [(LogLevel.info, "hello"), (LogLevel.critical, "oh dear")]
    server._openings.abandon()


def test_the_state_folder_is_given_to_the_user_that_will_run(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, uid, gid: given.append((Path(path).name, uid, gid)))
    server = makeService(made("--port", "0", uid=65534))
    assert given == [("state", 65534, -1), (LOCK, 65534, -1)]
    server._openings.abandon()
