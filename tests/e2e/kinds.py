"""Every kind of client with which people come to one room on one port, each a real program, in clear or encrypted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Protocol

from playwright.sync_api import Browser, expect

from tests.e2e.browsing import joined
from tests.e2e.harness import Daemon, Tmux, environment, need_programs, program, until
from tests.e2e.relaying import RelayDaemon
from tests.e2e.screen import Gui

START = 30.0
"""Seconds a program may take to start while all the others do."""


class Kind(Protocol):
    """Be somebody in the room, by one kind of client."""

    name: str

    def say(self, text: str) -> None:
        """Say something."""

    def heard(self) -> str:
        """Give all that they were shown so far."""

    def close(self) -> None:
        """Go."""


class Piped:
    """Be a program between pipes: it is given lines, and what it writes is kept in a file."""

    def __init__(self, server: Daemon, name: str, command: Sequence[str], *, first: str = "") -> None:
        self.name = name
        self.file = server.folder / f"{name}.heard"
        with self.file.open("wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, env=environment())
        if first:
            self.say(first)

    def say(self, text: str) -> None:
        """Give it a line."""
        assert self.process.stdin is not None
        os.write(self.process.stdin.fileno(), f"{text}\n".encode())

    def heard(self) -> str:
        """Read what it wrote."""
        return self.file.read_text(errors="replace")

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


class Terminal:
    """Be a program in a terminal; what it shows is there to be read again."""

    def __init__(self, server: Daemon, name: str, command: Sequence[str], *first: tuple[str, str]) -> None:
        self.name = name
        self.screen = Tmux(server.folder, command, width=110)
        for shown, typed in first:
            self.screen.expect(shown, START)
            self.screen.type(typed)

    def say(self, text: str) -> None:
        """Type a line."""
        self.screen.type(text)

    def heard(self) -> str:
        """Read all that has ever stood there."""
        return self.screen.screen(history=True)

    def close(self) -> None:
        """End it."""
        self.screen.close()


class Window:
    """Be somebody at a window on a screen."""

    def __init__(self, server: Daemon, name: str, encrypted: bool) -> None:
        self.name = name
        self.gui = Gui(server.folder, f"{name}@127.0.0.1:{server.port}", "--encrypt" if encrypted else "--clear")
        self.gui.find("lobby", START)

    def say(self, text: str) -> None:
        """Type it."""
        self.gui.type("lobby", text, "Return")

    def heard(self) -> str:
        """Select all, and read it."""
        return self.gui.read("lobby")

    def close(self) -> None:
        """Close the window."""
        self.gui.close()


class Page:
    """Be somebody at the page in a browser."""

    def __init__(self, server: Daemon, name: str, encrypted: bool, browser: Browser) -> None:
        self.name = name
        address = f"{'https' if encrypted else 'http'}://127.0.0.1:{server.port}"
        self.visitor = joined(browser, server, name, base_url=address, ignore_https_errors=encrypted)

    def say(self, text: str) -> None:
        """Type it."""
        self.visitor.page.locator("textarea").fill(text)
        self.visitor.page.keyboard.press("Enter")

    def heard(self) -> str:
        """Read what stands on the page."""
        expect(self.visitor.page.locator("#rows")).to_be_visible()
        return self.visitor.page.locator("#rows").inner_text()

    def close(self) -> None:
        """Close the page; nothing went wrong on it."""
        self.visitor.is_content()
        self.visitor.context.close()


class Curl:
    """Be a script with curl and a token: it follows the room, and posts."""

    def __init__(self, server: Daemon, name: str, encrypted: bool) -> None:
        need_programs("curl")
        self.name = name
        address = f"{'https' if encrypted else 'http'}://127.0.0.1:{server.port}/rooms/lobby"
        asked = ["curl", "-sS", "-k", "-N", "-H", f"Authorization: Bearer {token(server, name)}"]
        self.following = Piped(server, name, [*asked, "-H", "Accept: application/x-ndjson", f"{address}/events"])
        self.post = [*asked, "-m", "10", "-w", "%{http_code}", "-o", "/dev/null", address, "--data-binary"]

    def say(self, text: str) -> None:
        """Post it."""
        done = subprocess.run([*self.post, text], capture_output=True, text=True, timeout=START, check=False)
        assert done.stdout == "201", done

    def heard(self) -> str:
        """Read what happened in the room."""
        return self.following.heard()

    def close(self) -> None:
        """Follow it no more."""
        self.following.close()


def token(server: Daemon, name: str) -> str:
    """Let the host make a token."""
    done = subprocess.run(
        [*program("chatroom"), "console", "--state", str(server.state), "-c", f"bots add {name}"],
        capture_output=True,
        text=True,
        timeout=START,
        env=environment(),
        check=True,
    )
    return done.stdout.split()[-1]


def netcat(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use nc, or what openssl has for it."""
    place = f"{server.host}:{server.port}"
    plain, private = ["nc", server.host, str(server.port)], ["openssl", "s_client", "-quiet", "-connect", place]
    command = private if encrypted else plain
    need_programs(command[0])
    return Piped(server, name, command, first=name)


def telnet(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use telnet, which cannot encrypt."""
    need_programs("tmux", "telnet")
    return Terminal(server, name, ["telnet", server.host, str(server.port)], ("What is your name", name))


def stdio(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use the project's client as a line in a pipe."""
    way = "--encrypt" if encrypted else "--clear"
    return Piped(server, name, [*_at_home(server), *program("chatroom"), "join", way, "--plain", f"{name}@{server.host}:{server.port}"])


def prompt(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use the project's client at a terminal."""
    need_programs("tmux")
    way = "--encrypt" if encrypted else "--clear"
    command = [*_at_home(server), *program("chatroom"), "join", way, f"{name}@{server.host}:{server.port}"]
    return Terminal(server, name, command)


def openssh(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use OpenSSH, which cannot but encrypt."""
    need_programs("tmux", "ssh")
    usual = ("StrictHostKeyChecking=no", f"UserKnownHostsFile={server.folder / 'known_hosts'}", "IdentityAgent=none", "LogLevel=ERROR")
    options = [part for option in usual for part in ("-o", option)]
    return Terminal(server, name, ["ssh", "-F", "none", "-p", str(server.port), *options, f"{name}@{server.host}"])


def irssi(server: Daemon, name: str, encrypted: bool) -> Kind:
    """Use irssi."""
    need_programs("tmux", "irssi")
    way = "-tls -notls_verify" if encrypted else "-notls"
    return Terminal(
        server,
        name,
        ["irssi", f"--home={server.folder / 'irssi'}", "-!", "-n", name],
        ("Irssi: ", f'/connect {way} {server.host} {server.port} "" {name}'),
        ("Welcome to chatroom", "/join #lobby"),
    )


def relayed(relay: RelayDaemon) -> Callable[[Daemon, str, bool], Kind]:
    """Use nc, through a relay."""
    return lambda server, name, encrypted: netcat(relay, name, encrypted)


def _at_home(server: Daemon) -> list[str]:
    """Keep what a client keeps in a folder of the test's."""
    return ["env", f"XDG_CONFIG_HOME={server.folder}"]


def in_the_room(everybody: Sequence[Kind], server: Daemon) -> None:
    """Wait until all who are people have come in."""
    until(lambda: all(f"{one.name} (" in server.log() for one in everybody if not isinstance(one, Curl)), "everybody to come in", START)
