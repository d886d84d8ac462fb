"""Ways into a house for a member with a password, each with the program or protocol it takes: tried once, and then used or refused."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Protocol

from playwright.sync_api import Browser, expect
from playwright.sync_api import Error as BrowserError
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from tests.e2e.browsing import Visitor
from tests.e2e.harness import Daemon, Tmux, need_programs, program

WRONG = "That name and password do not belong together"
PUT_OUT = r"You are no longer a member of this house\."
SLOW = 25.0
"""Seconds that a program may take to start on a busy machine."""


class Visit(Protocol):
    """Be one try of somebody to come in."""

    def enter(self, who: str, password: str) -> bool:
        """Give name and password; tell whether that let them in."""

    def redeem(self, who: str, code: str, fresh: str) -> None:
        """Come in by the code of an invitation, and turn it into a password of one's own."""

    def say(self, text: str) -> None:
        """Say something in the lobby."""

    def is_put_out(self) -> None:
        """Wait until the house has ended the visit and said why."""

    def close(self) -> None:
        """Go."""


class Guest(Visit, Protocol):
    """Be one try of somebody who is no member yet."""

    def enter_as_guest(self, who: str) -> None:
        """Come in with a name alone."""

    def reads(self, pattern: str) -> str:
        """Wait for words, and give what the pattern marks in them."""


Way = Callable[[Daemon], Visit]
GuestWay = Callable[[Daemon], Guest]


class ByNetcat:
    """Type at netcat."""

    def __init__(self, server: Daemon) -> None:
        self.link = server.nc()

    def enter(self, who: str, password: str) -> bool:
        """Answer both questions."""
        self.link.say(who)
        self.link.expect("Password for .*:")
        self.link.say(password)
        return self.link.expect(rf"(Welcome, \*?ann\.)|{WRONG}")[1] is not None

    def enter_as_guest(self, who: str) -> None:
        """Say a name."""
        self.link.say(who)
        self.link.expect("You are in lobby")

    def reads(self, pattern: str) -> str:
        """Wait for words; give the part that is wanted."""
        return self.link.expect(f"(?s){pattern}")[1]

    def redeem(self, who: str, code: str, fresh: str) -> None:
        """Come in by the code of an invitation, and choose a password."""
        for asked, given in ((" name", who), (f"Password for {who}:", code), ("Choose a password:", fresh), ("And once more:", fresh)):
            self.link.expect(asked)
            self.link.say(given)
        self.link.expect(r"(?m)^Welcome, ann\.$")

    def say(self, text: str) -> None:
        """Type a line."""
        self.link.say(text)

    def is_put_out(self) -> None:
        """Read to the end."""
        assert re.search(PUT_OUT, self.link.await_end()), self.link.heard

    def close(self) -> None:
        """Hang up."""
        self.link.close()


class Spoken(ByNetcat):
    """Speak the native protocol."""

    def enter(self, who: str, password: str) -> bool:
        """Say hello."""
        self.put(do="hello", id="1", name=who, password=password)
        return '"ok":true' in self.link.expect(r'"re":"1".*\n')[0]

    def enter_as_guest(self, who: str) -> None:
        """Say hello."""
        self.put(do="hello", id="1", name=who)
        self.link.expect('"is":"entered"')

    def redeem(self, who: str, code: str, fresh: str) -> None:
        """Show the code, choose, and say hello with what was chosen."""
        self.put(do="hello", id="0", name=who, password=code)
        self.link.expect('"error":"password-to-choose"')
        self.put(do="choose", id="1", password=fresh)
        self.link.expect('"re":"1","ok":true')
        assert self.enter(who, fresh)

    def put(self, **fields: str) -> None:
        """Send an object."""
        self.link.say(json.dumps(fields))

    def say(self, text: str) -> None:
        """Send it as it was typed."""
        self.put(do="line", text=text)


class ByPass(ByNetcat):
    """Speak IRC, and log in by the server's password."""

    def enter(self, who: str, password: str) -> bool:
        """Register."""
        self.link.send(f"PASS :{who}:{password}\r\nNICK ann\r\nUSER ann 0 * :Ann\r\n".encode())
        return self.let_in()

    def let_in(self) -> bool:
        """Wait for the welcome or its refusal."""
        inside = self.link.expect(r" (001|433|464) ")[1] == "001"
        if inside:
            self.link.send(b"JOIN #lobby\r\n")
            self.link.expect(" 366 ")
        return inside

    def say(self, text: str) -> None:
        """Say it to the channel."""
        self.link.send(f"PRIVMSG #lobby :{text}\r\n".encode())


class BySasl(ByPass):
    """Speak IRC, and log in by SASL."""

    def enter(self, who: str, password: str) -> bool:
        """Negotiate, authenticate, register."""
        self.link.send(b"CAP LS 302\r\nNICK ann\r\nUSER ann 0 * :Ann\r\nCAP REQ sasl\r\nAUTHENTICATE PLAIN\r\n")
        self.link.expect(r"AUTHENTICATE \+")
        self.link.send(b"AUTHENTICATE %b\r\n" % base64.b64encode(f"\0{who}\0{password}".encode()))
        self.link.expect(" (903|904) ")
        # Whoever was refused and goes on all the same is a stranger.
        self.link.send(b"CAP END\r\n")
        return self.let_in()


class BySocket(Spoken):
    """Speak the native protocol over WebSocket."""

    def __init__(self, server: Daemon) -> None:
        super().__init__(server)
        host, key = f"127.0.0.1:{server.port}", base64.b64encode(secrets.token_bytes(16)).decode()
        named = f"Host: {host}\r\nOrigin: http://{host}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        self.link.send(f"GET /ws HTTP/1.1\r\n{named}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode())
        self.link.expect("\r\n\r\n")
        self.frames = Connection(ConnectionType.CLIENT)

    def put(self, **fields: str) -> None:
        """Send an object in a frame."""
        self.link.send(self.frames.send(TextMessage(json.dumps(fields))))

    def enter(self, who: str, password: str) -> bool:
        """Say hello."""
        self.put(do="hello", id="1", name=who, password=password)
        # An answer is one frame, and its text stands in it as it is.
        return self.link.expect(r'"re":"1","ok":(true|false)')[1] == "true"


class InTerminal(ABC):
    """Use a program in a terminal, which must not show the password."""

    needs: ClassVar[tuple[str, ...]]
    asks_name = ""
    inside = r"lobby> ?$"

    def __init__(self, server: Daemon) -> None:
        need_programs("tmux", *self.needs)
        self.server = server
        self.screen: Tmux | None = None

    @abstractmethod
    def command(self, who: str) -> list[str]:
        """Give the command line."""

    @property
    def shown(self) -> Tmux:
        """Give the terminal."""
        assert self.screen is not None
        return self.screen

    def enter(self, who: str, password: str) -> bool:
        """Answer what is asked."""
        self.screen = Tmux(self.server.folder, self.command(who))
        if self.asks_name:
            self.shown.expect(self.asks_name, SLOW)
            self.shown.type(who)
        self.shown.expect("Password for .*:|Password:", SLOW)
        self.shown.type(password)
        inside = self.shown.expect(rf"({self.inside})|{WRONG}", SLOW)[1] is not None
        assert password not in self.shown.screen(history=True)
        return inside

    def redeem(self, who: str, code: str, fresh: str) -> None:
        """Come in by the code of an invitation, and choose a password."""
        self.screen = Tmux(self.server.folder, self.command(who))
        if self.asks_name:
            self.shown.expect(self.asks_name, SLOW)
            self.shown.type(who)
        for asked, given in ((f"Password for {who}:", code), ("Choose a password:", fresh), ("And once more:", fresh)):
            self.shown.expect(asked, SLOW)
            self.shown.type(given)
        self.shown.expect(rf"(?m)^{self.inside}", SLOW)
        assert not {code, fresh} & set(self.shown.screen(history=True).split())

    def say(self, text: str) -> None:
        """Type it."""
        self.shown.type(text)

    def is_put_out(self) -> None:
        """Wait for the sentence and the end of the program."""
        self.shown.expect(PUT_OUT, history=True)
        self.shown.exit_code()

    def close(self) -> None:
        """End the program."""
        if self.screen is not None:
            self.screen.close()


class ByTelnet(InTerminal):
    """Use Debian's telnet."""

    needs = ("telnet",)
    asks_name = "What is your name"
    inside = "Welcome, ann"

    def command(self, who: str) -> list[str]:
        """Give the command line."""
        return ["telnet", self.server.host, str(self.server.port)]


class ByClient(InTerminal):
    """Use the project's own client."""

    needs = ()
    inside = r"lobby>"

    def command(self, who: str) -> list[str]:
        """Give the command line."""
        return [*program("chatroom"), "join", f"{who}@{self.server.host}:{self.server.port}"]

    def is_put_out(self) -> None:
        """Wait for the sentence; the client does not come back by itself, and says by its end that the house does not want it."""
        self.shown.expect(PUT_OUT, history=True)
        assert self.shown.exit_code() == 3


class BySsh(InTerminal):
    """Use OpenSSH's client."""

    needs = ("ssh",)
    inside = r"lobby>"

    def command(self, who: str) -> list[str]:
        """Give the command line."""
        usual = (
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=INFO",
            "IdentityAgent=none",
            "PubkeyAuthentication=no",
        )
        options = [part for option in usual for part in ("-o", option)]
        return ["ssh", "-F", "none", "-p", str(self.server.port), *options, "-l", who, self.server.host]


class AtConsole(ByTelnet):
    """Use telnet at the console of those who keep order."""

    asks_name = "Name:"

    def __init__(self, server: Daemon) -> None:
        super().__init__(server)
        found = re.search(r"Admins: telnet 127\.0\.0\.1 (\d+)", server.log())
        assert found is not None, server
        self.port = found[1]

    def command(self, who: str) -> list[str]:
        """Give the command line."""
        return ["telnet", self.server.host, self.port]

    def say(self, text: str) -> None:
        """Announce it."""
        self.shown.type(f"announce {text}")


class ByPage:
    """Use the page in a browser."""

    def __init__(self, server: Daemon, browser: Browser) -> None:
        self.visitor = Visitor(browser, server)
        self.page = self.visitor.page

    def enter(self, who: str, password: str) -> bool:
        """Fill in the form."""
        self._show(who, password)
        outcome = self.page.locator("#title:text-is('lobby'), [role=alert]:has-text('belong together')")
        expect(outcome.first).to_be_visible()
        return self.page.locator("#title:text-is('lobby')").count() > 0

    def redeem(self, who: str, code: str, fresh: str) -> None:
        """Fill in the form, and what it asks then."""
        self._show(who, code)
        self.page.get_by_label("A new password of your own").fill(fresh)
        self.page.get_by_role("button", name="Join", exact=True).click()
        expect(self.page.locator("#title")).to_have_text("lobby")

    def enter_as_guest(self, who: str) -> None:
        """Fill in a name alone."""
        self.visitor.goes("/")
        self.page.get_by_label("Your name").fill(who)
        self.page.get_by_role("button", name="Join", exact=True).click()
        expect(self.page.locator("#title")).to_have_text("lobby")

    def _show(self, who: str, password: str) -> None:
        """Go to the page, and give a name and a password."""
        self.visitor.goes("/")
        self.page.get_by_label("Your name").fill(who)
        asked = self.page.locator("[name=password]")
        if not asked.is_visible():
            # Where everybody must have a password the button goes as soon as the page has been told so.
            with contextlib.suppress(BrowserError):
                self.page.get_by_role("button", name="I am a member and have a password").click(timeout=1000)
        asked.fill(password)
        self.page.get_by_role("button", name="Join", exact=True).click()

    def reads(self, pattern: str) -> str:
        """Wait for words; give the part that is wanted."""
        expect(self.page.locator("#rows")).to_contain_text(re.compile(pattern, re.DOTALL))
        found = re.search(pattern, self.page.locator("#rows").inner_text(), re.DOTALL)
        assert found is not None
        return found[1]

    def say(self, text: str) -> None:
        """Type it."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def is_put_out(self) -> None:
        """Wait for the sentence."""
        expect(self.page.get_by_text("You are no longer a member of this house.").first).to_be_visible()

    def close(self) -> None:
        """Close the window."""
        self.visitor.context.close()
