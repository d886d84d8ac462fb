"""The room as people meet it: the installed daemon, plain sockets, real programs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import PATIENCE, Daemon, answers, environment, need, need_programs, program, run, terminal, until

pytestmark = pytest.mark.e2e

ADDRESS = re.compile(r"(nc|telnet|chatroom join) \S+")


# -- two people, and a night between ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_two_people_talk_and_find_what_was_said_after_the_host_stops_and_starts(server: Daemon, how: signal.Signals) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    ann.expect(r"-- bob joined \(2 here\)\n")
    ann.say("hi")
    bob.expect(r"(?m)^ann: hi\n")
    bob.say("grüß dich, ann 👋")
    ann.expect(r"(?m)^bob: grüß dich, ann 👋\n")

    server.stop(how)
    assert re.search(r"(?mi)^-- .*(clos|stop|shut)", ann.await_end()), "people were not told that the house closes"
    bob.await_end()
    assert b"ann: hi" not in ann.heard, "one's own line came back"

    server.start()
    cat = server.nc()
    cat.say("cat")
    cat.expect(r"\[[^\]]*\d\d:\d\d\] ann: hi\n\[[^\]]*\d\d:\d\d\] bob: grüß dich, ann 👋\n")
    cat.expect(r"You are in lobby \(1 here: cat\)")
    cat.say("/history")
    cat.expect(r"\] ann: hi\n(.*\n)*\[[^\]]*\] bob: grüß dich, ann 👋\n")
    server.stop(how)


def test_the_start_shows_a_line_to_paste_for_each_way_in_and_where_the_state_is(server: Daemon) -> None:
    ways = {found[1] for found in ADDRESS.finditer(server.log())}
    assert ways >= {"nc", "chatroom join"}, server.log()
    assert str(server.state) in server.log()
    assert server.state.stat().st_mode & 0o777 == 0o700
    stored = [path for path in server.state.rglob("*") if path.is_file()]
    assert stored
    assert not [path for path in stored if path.stat().st_mode & 0o077], "others may read what is stored"


def test_it_is_ready_within_two_seconds(serve: Serve) -> None:
    server = serve()
    begun = time.monotonic()
    server.start()
    # An idle machine takes less than one; here others may be at work.
    assert time.monotonic() - begun < 2


# -- ways in ----------------------------------------------------------------------------------------------------------------------


def test_people_come_in_over_ipv4_and_ipv6(server: Daemon) -> None:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            need(False, "this machine has no IPv6 loopback")
    four, six = server.nc("four", host="127.0.0.1"), server.nc("six", host="::1")
    six.say("over six")
    four.expect("six: over six\n")
    four.say("over four")
    six.expect("four: over four\n")


def test_debians_telnet_talks(server: Daemon, tmp_path: Path) -> None:
    need_programs("telnet", "tmux")
    bob = server.nc("bob")
    with terminal(tmp_path, ["telnet", "127.0.0.1", str(server.port)]) as screen:
        screen.expect("(?i)name")
        screen.type("tess")
        bob.expect(r"-- tess joined \(2 here\)")
        screen.expect(r"You are in lobby \(2 here: bob, tess\)")
        screen.type("hello from telnet")
        bob.expect(r"(?m)^tess: hello from telnet\n")
        bob.say("hello, telnet")
        screen.expect(r"(?m)^bob: hello, telnet$")
        screen.type("/quit")
        bob.expect(r"-- tess left \(1 here\)")
        screen.expect("Connection closed by foreign host")
        assert not re.search(r"(?m)^ +\S", screen.screen()), f"lines do not begin at the left:\n{screen.screen()}"


def test_telnets_interrupt_and_erasures_do_no_harm(server: Daemon) -> None:
    ann, tess = server.nc("ann"), server.nc()
    tess.send(b"\xff\xfb\x18\xff\xfd\x01te")
    tess.send(b"ss\r\n")
    tess.expect("Welcome, tess")
    tess.send(b"hex\x08llo\xff\xfa\x18\x00xterm\xff\xf0 the\x7f\x7f\x7fthere\r\0")
    ann.expect(r"(?m)^tess: hello there\n")


def test_a_silent_telnet_or_nc_is_greeted(server: Daemon) -> None:
    silent = server.nc()
    silent.expect("(?i)name", 3)
    silent.say("ann")
    silent.expect(r"Welcome, ann\.")


def test_a_pipe_into_netcat_that_ends_at_once_is_still_heard(server: Daemon) -> None:
    need_programs("nc")
    bob = server.nc("bob")
    done = run(["nc", "-N", "127.0.0.1", str(server.port)], given="bot\nhi\n")
    assert "Welcome, bot." in done.stdout
    bob.expect(r"-- bot joined \(2 here\)\n(.*\n)*bot: hi\n(.*\n)*-- bot left \(1 here\)")


def test_a_connection_that_is_reset_leaves_the_room(server: Daemon) -> None:
    bob, ann = server.nc("bob"), server.nc("ann")
    bob.expect("ann joined")
    ann.reset()
    bob.expect(r"-- ann left \(1 here\)")
    server.nc("ann").say("back")
    bob.expect("ann: back\n")


# -- names ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ann", "ann is taken"),
        ("ANN", "ANN is taken"),
        ("аnn", "looks like ann"),
        ("admin", "admin is reserved"),
        ("adm1n", "adm1n is reserved"),
        ("", "at least one letter or digit"),
        ("   ", "at least one letter or digit"),
        ("x" * 33, "at most 32 characters"),
        ("x" * 5000, "at most 32 characters"),
        ("an\u200bn", "cannot contain invisible characters"),
        ("two words", "cannot contain spaces"),
        ("a:b", "cannot contain “:”"),
        ("😀", "cannot contain emoji"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_with_the_reason_and_another_try(server: Daemon, name: str, reason: str) -> None:
    server.nc("ann")
    late = server.nc()
    late.say(name)
    late.expect(rf"(?m)^! .*{re.escape(reason)}")
    late.say("bob")
    late.expect(r"Welcome, bob\.")


def test_nobody_can_pose_as_another_by_a_later_change_of_name(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    for name, reason in (("Ann", "is taken"), ("αnn", "looks like ann"), ("server", "is reserved")):
        bob.say(f"/nick {name}")
        bob.expect(rf"(?m)^! .*{reason}")
    bob.say("/nick Bob")
    ann.expect("-- bob is now called Bob")


# -- lines ------------------------------------------------------------------------------------------------------------------------


def test_a_near_miss_gets_a_suggestion(server: Daemon) -> None:
    ann = server.nc("ann")
    ann.say("/hlep")
    ann.expect(r"(?m)^! .*Did you mean /help\?")


def test_utf8_split_anywhere_arrives_whole(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    text = "žluťoučký 👩‍💻 kůň"
    for byte in text.encode() + b"\n":
        bob.send(bytes([byte]))
    ann.expect(rf"(?m)^bob: {text}\n")


def test_a_line_that_is_no_utf8_is_refused_and_the_next_is_heard(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    bob.send(b"caf\xe9\n")
    bob.expect("(?m)^! .*UTF-8")
    bob.say("café")
    ann.expect(r"-- bob joined.*\nbob: café\n")


@pytest.mark.parametrize("length", [4097, 16385, 300_000])
def test_a_line_that_is_too_long_is_refused_as_a_whole_and_the_next_is_heard(server: Daemon, length: int) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    bob.say("x" * length)
    bob.expect(r"(?m)^! .*(too long|at most|longer than)")
    bob.say("short")
    ann.expect(r"-- bob joined.*\nbob: short\n")


def test_empty_lines_and_nuls_say_nothing_of_their_own(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    bob.send(b"\n\r\n\0\0\n  \n\0ok\0\n")
    ann.expect(r"-- bob joined.*\nbob: ok\n")


def test_control_characters_never_reach_another_persons_terminal(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    bob.send(b"a\rmallory: forged\n")
    bob.expect("! A text holds a carriage return")
    bob.send("a\x1b[2Jb\x9b31mc\u202ed\x07e f\u2028g\n".encode())
    said = ann.expect(r"(?m)^bob: (.*)\n")[1]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]", said), repr(said)
    assert not re.search(rb"(?m)^mallory", ann.heard)


def test_every_command_answers(server: Daemon) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    ann.expect("bob joined")
    for typed, answer, heard in (
        ("/help", r"/topic.*\n(.*\n)*/who.*\n(.*\n)*", None),
        ("/help nick", "/nick", None),
        ("/who", r"lobby \(2 here\): ann, bob", None),
        ("/me waves", None, r"(?m)^\* ann waves\n"),
        ("/topic tea", None, "-- ann changed the topic to: tea"),
        ("/topic", "tea", None),
        ("/away lunch", None, "-- ann is away: lunch"),
        ("/back", None, "-- ann is back"),
        ("/msg bob psst", r"\(private to bob\) psst", r"\(private\) ann: psst"),
        ("/rooms", "lobby", None),
        ("/join dev", "You are in dev", None),
        ("only dev hears", None, None),
        ("/leave", "You left dev", None),
        ("/ignore bob", "bob", None),
        ("/nick anna", None, "-- ann is now called anna"),
        ("/history", r"\* ann waves", None),
        ("/quit so long", None, r"-- anna left \(1 here\): so long"),
    ):
        ann.say(typed)
        if answer is not None:
            ann.expect(answer)
        if heard is not None:
            bob.expect(heard)
    ann.await_end()
    assert b"only dev hears" not in bob.heard


# -- starts that end at once --------------------------------------------------------------------------------------------------------


def refused(server: Daemon, *, lines: int = 1) -> str:
    """Run a server that cannot start; give the only words it has for that."""
    server.folder.mkdir(parents=True, exist_ok=True)
    done = run(server.command, folder=server.folder, patience=15)
    said = done.stderr.strip().splitlines()
    assert done.returncode == 1, f"exit {done.returncode}: {said}"
    assert len(said) == lines, done.stderr + done.stdout
    assert "Traceback" not in done.stdout
    return "\n".join(said)


def test_a_busy_port_ends_the_start_with_one_line(serve: Serve) -> None:
    server = serve()
    with socket.create_server(("", server.port)):
        assert str(server.port) in refused(server)


def test_a_second_server_on_the_same_state_is_refused_with_one_line(server: Daemon, serve: Serve) -> None:
    second = serve()
    second.state = server.state
    assert str(server.state) in refused(second)
    server.nc("ann")


def test_a_state_folder_that_cannot_be_used_ends_the_start_with_one_line(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    server.state = tmp_path / "file"
    server.state.write_text("no folder")
    assert str(server.state) in refused(server)


def test_a_database_that_is_none_ends_the_start_with_one_line(serve: Serve) -> None:
    server = serve().start()
    server.stop()
    database = next(server.state.glob("*.db"))
    database.write_bytes(b"this is no database, " * 1000)
    for left in server.state.glob("*.db-*"):
        left.unlink()
    assert database.name in refused(server)
    assert database.read_bytes().startswith(b"this is no database"), "what may have been of use was destroyed"


def test_a_broken_config_ends_the_start_with_a_line_for_each_fault(serve: Serve) -> None:
    server = serve()
    server.folder.mkdir()
    config = server.folder / "mine.yaml"
    config.write_text("name: house\nlimits:\n  nmae: 3\n  text: lots\n")
    server.options = ("--config", str(config))
    said = refused(server, lines=2)
    assert f"{config}:3:3: limits.nmae" in said
    assert f"{config}:4:" in said
    assert "limits.text" in said


def test_a_broken_setting_on_the_command_line_ends_the_start_with_one_line(serve: Serve) -> None:
    assert "limits.stall" in refused(serve("--set", "limits.stall=soon"))


def test_two_services_in_one_working_folder_do_not_clash(server: Daemon, serve: Serve) -> None:
    second = serve()
    second.folder.mkdir()
    second.folder, second.output = server.folder, second.folder / "output"
    one, two = server.nc("ann"), second.start().nc("ann")
    two.say("hi")
    one.say("/who")
    one.expect(r"lobby \(1 here\): ann\n")
    assert b"hi" not in one.heard.split()


# -- the daemon ---------------------------------------------------------------------------------------------------------------------


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has waited for is a zombie and has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_it_goes_into_the_background_and_is_stopped_by_its_pid_file(serve: Serve) -> None:
    server = serve()
    server.folder.mkdir()
    command = [part for part in server.command if part != "-n"]
    done = run(command, folder=server.folder, patience=15)
    assert done.returncode == 0, done.stderr + done.stdout
    pid_file = until(lambda: next(server.folder.rglob("*.pid"), None), "a pid file")
    pid = int(until(pid_file.read_text, "the number in the pid file"))
    try:
        until(lambda: answers(server.host, server.port), "the server in the background to answer")
        server.nc("ann").say("hi")
        busy = run(command, folder=server.folder, patience=15)
        assert busy.returncode == 1, "a second one started beside the first"
    finally:
        os.kill(pid, signal.SIGTERM)
    until(lambda: gone(pid), "the server in the background to end")
    assert not pid_file.exists()
    for log in server.folder.rglob("*.log"):
        assert "Traceback" not in log.read_text()


def test_a_second_interrupt_while_stopping_does_not_hang(server: Daemon) -> None:
    server.nc("ann")
    assert server.process is not None
    server.process.send_signal(signal.SIGINT)
    server.process.send_signal(signal.SIGINT)
    server.process.wait(PATIENCE)
    server.process = None


# -- the stdio client -----------------------------------------------------------------------------------------------------------------


def test_a_stdio_client_in_a_terminal_and_two_netcats_talk(server: Daemon, tmp_path: Path) -> None:
    ann, bob = server.nc("ann"), server.nc("bob")
    with terminal(tmp_path, [*program("chatroom"), "join", f"tess@127.0.0.1:{server.port}"]) as screen:
        bob.expect(r"-- tess joined \(3 here\)")
        ann.say("hello, tess")
        screen.expect("ann.*hello, tess")
        screen.type("hello, both")
        ann.expect(r"(?m)^tess: hello, both\n")
        bob.expect(r"(?m)^tess: hello, both\n")
        screen.press("h", "a", "l", "f")
        bob.say("while you type")
        screen.expect("bob.*while you type")
        screen.type(" a sentence")
        ann.expect(r"(?m)^tess: half a sentence\n")
        screen.resize(60, 20)
        bob.say("漢字 in a narrow window")
        screen.expect("bob.*漢字 in a narrow window")
        screen.type("/quit")
        bob.expect(r"-- tess left \(2 here\)")
        assert screen.exit_code() == 0


def test_a_line_piped_into_the_client_is_said_and_acknowledged(server: Daemon) -> None:
    ann = server.nc("ann")
    done = run([*program("chatroom"), "join", f"bot@127.0.0.1:{server.port}"], given="hi\nsecond\n")
    assert done.returncode == 0, done.stderr + done.stdout
    ann.expect(r"(?m)^bot: hi\nbot: second\n")
    ann.say("/history")
    ann.expect(r"\] bot: hi\n")


def test_the_client_with_nothing_to_say_prints_what_is_said(server: Daemon, tmp_path: Path) -> None:
    ann = server.nc("ann")
    output = tmp_path / "heard"
    with output.open("wb") as out:
        listener = subprocess.Popen(
            [*program("chatroom"), "join", f"ear@127.0.0.1:{server.port}"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
    try:
        ann.expect("-- ear joined")
        ann.say("for the ear")
        until(lambda: re.search(r"(?m)ann: for the ear$", output.read_text()), f"the listener to print: {output}")
        listener.send_signal(signal.SIGINT)
        listener.wait(PATIENCE)
        ann.expect("-- ear left")
    finally:
        listener.kill()
        listener.wait()
    assert "Traceback" not in output.read_text()


def test_the_client_says_so_when_no_server_answers(serve: Serve) -> None:
    port = serve().port
    done = run([*program("chatroom"), "join", f"ann@127.0.0.1:{port}"], given="hi\n")
    assert done.returncode == 1, done
    assert str(port) in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_the_client_is_told_when_its_name_is_taken(server: Daemon) -> None:
    server.nc("ann")
    done = run([*program("chatroom"), "join", f"ann@127.0.0.1:{server.port}"], given="hi\n")
    assert done.returncode == 3, done
    assert "is taken" in done.stderr + done.stdout
