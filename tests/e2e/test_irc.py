"""Debian's irssi and WeeChat, each in a terminal, and a browser that speaks IRC, in a room with somebody at netcat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.browsing import Visitor, chromium
from tests.e2e.harness import Daemon, Netcat, Tmux, need_programs, terminal, until

pytestmark = pytest.mark.e2e


def irssi(folder: Path, server: Daemon) -> list[str]:
    """Give the command of an irssi with a home of its own."""
    return ["irssi", f"--home={folder / 'irssi'}", "-c", server.host, "-p", str(server.port), "-n", "iris"]


def weechat(folder: Path, server: Daemon) -> list[str]:
    """Give the command of a WeeChat with a home of its own, connected and in the room."""
    join = f"/server add here {server.host}/{server.port} -notls -nicks=wee -autojoin=#lobby"
    return ["weechat", "-d", str(folder / "weechat"), "-r", join, "-r", "/connect here", "-r", "/set weechat.look.mouse off"]


def talk(shown: Tmux, bob: Netcat, nick: str) -> None:
    """Talk both ways, in the room and alone, and set and see the topic."""
    bob.expect(f"-- {nick} joined")
    shown.type("hello from my client")
    bob.expect(f"(?m)^{nick}: hello from my client$")
    bob.say("hello from netcat")
    shown.expect(r"bob.{1,12}hello from netcat")
    shown.type("/me waves")
    bob.expect(rf"(?m)^\* {nick} waves$")
    bob.say("/me waves back")
    shown.expect(r"bob waves back")
    bob.say("/topic tea at four")
    shown.expect("tea at four")
    bob.say(f"/msg {nick} psst")
    shown.type("/msg bob yes")
    bob.expect(rf"\(private\) {nick}: yes")


def test_irssi_talks_with_netcat(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "irssi")
    bob = server.nc("bob")
    with terminal(tmp_path, irssi(tmp_path, server), width=110) as shown:
        shown.expect("Irssi: ")
        shown.expect("Welcome to chatroom")
        shown.type("/join #lobby")
        talk(shown, bob, "iris")
        shown.type("/names")
        shown.expect(r"\[ ?bob *\]")
        shown.type("/quit bye")
        bob.expect("-- iris left .*bye")


def test_weechat_talks_with_netcat(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "weechat")
    bob = server.nc("bob")
    with terminal(tmp_path, weechat(tmp_path, server), width=110) as shown:
        bob.expect("-- wee joined")
        shown.type("/buffer #lobby")
        shown.expect("#lobby")
        bob.say("are you there?")
        shown.expect("are you there")
        shown.type("hello from my client")
        bob.expect("(?m)^wee: hello from my client$")
        shown.type("/topic tea at four")
        bob.expect("changed the topic to: tea at four")
        shown.expect("tea at four")
        shown.type("/quit bye")
        bob.expect("-- wee left .*bye")


def look_around(shown: Tmux, home: str, back: str) -> None:
    """Ask who is in a room, and who somebody is, which the client shows beside the room."""
    shown.type("/names")
    shown.expect(r"@bob")
    shown.type("/whois bob")
    shown.type(home)
    shown.expect(r"@#tea")
    shown.expect(r"through the line door")
    shown.type(back)
    shown.expect(r"@bob")


def kicked_and_back(shown: Tmux, bob: Netcat, nick: str) -> None:
    """Be put out of a room, come back, and see what was missed and what the topic is."""
    bob.say("before you went")
    shown.expect("before you went")
    bob.say(f"/kick #tea {nick} too loud")
    bob.expect(f"{nick} is out of tea")
    shown.expect(r"kicked.*too loud")
    bob.say("said while you were out")
    bob.say("/topic biscuits")
    shown.type("/join #tea")
    bob.expect(f"{nick} joined")
    shown.expect("said while you were out")
    shown.expect("biscuits")


def test_irssi_looks_around_is_kicked_and_comes_back_to_what_it_missed(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "irssi")
    bob = server.nc("bob")
    bob.say("/join tea")
    with terminal(tmp_path, irssi(tmp_path, server), width=110) as shown:
        shown.expect("Welcome to chatroom")
        shown.type("/join #tea")
        bob.expect("iris joined")
        look_around(shown, "/window goto 1", "/window goto 2")
        kicked_and_back(shown, bob, "iris")


def test_weechat_looks_around_is_kicked_and_comes_back_to_what_it_missed(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "weechat")
    bob = server.nc("bob")
    bob.say("/join tea")
    with terminal(tmp_path, weechat(tmp_path, server), width=110) as shown:
        bob.expect("wee joined")
        shown.type("/join #tea")
        bob.expect("wee joined")
        shown.expect("#tea")
        look_around(shown, "/buffer 1", "/buffer #tea")
        kicked_and_back(shown, bob, "wee")


def test_history_and_what_was_read_outlive_a_restart(server: Daemon) -> None:
    """Play an app on a phone, that asks for what it missed and says what was read."""
    until(lambda: "The first admin is called" in server.log(), "made an admin")
    password = (server.state / "admin-password").read_text().split()[-1]
    bob = server.native("bob")
    bob.ask("say", text="one")
    two = bob.ask("say", text="two")
    bob.ask("tell", to="admin", text="for you")

    def comes() -> Netcat:
        phone = server.nc()
        phone.say("CAP REQ :draft/chathistory draft/read-marker batch server-time message-tags")
        phone.say(f"PASS :admin:{password}\nNICK admin\nUSER a 0 * :A\nCAP END\nJOIN #lobby")
        phone.expect(" 366 admin #lobby")
        return phone

    phone = comes()
    phone.say(f"CHATHISTORY BEFORE #lobby msgid={two['id']} 5")
    phone.expect(r"BATCH \+\S+ chathistory #lobby\r\n\S+ :bob!\S+ PRIVMSG #lobby :?one\r\n\S+ BATCH -")
    phone.say("CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2099-01-01T00:00:00.000Z 5")
    phone.expect("CHATHISTORY TARGETS #lobby .*\r\n.*CHATHISTORY TARGETS bob ")
    phone.say(f"MARKREAD #lobby timestamp={two['at']}")
    phone.expect(f"MARKREAD #lobby timestamp={two['at']}\r\n")
    server.stop()
    server.start()
    phone = comes()
    assert f"MARKREAD #lobby timestamp={two['at']}\r\n".encode() in phone.heard
    phone.say(f"CHATHISTORY AROUND #lobby timestamp={two['at']} 5")
    phone.expect(r"PRIVMSG #lobby :?one\r\n.*PRIVMSG #lobby :?two\r\n.*BATCH -")
    phone.say("CHATHISTORY LATEST bob * 5")
    phone.expect(r"chathistory bob\r\n.*PRIVMSG admin :for you\r\n")


SPEAK = """
    kind => new Promise(ready => {
        window.heard = [];
        window.socket = new WebSocket(location.origin.replace("http", "ws"), [kind]);
        socket.binaryType = "arraybuffer";
        socket.onopen = () => ready(socket.protocol);
        socket.onmessage = ({data}) => heard.push(typeof data === "string" ? data : new TextDecoder().decode(data));
    })
"""
SAY = "lines => lines.forEach(line => socket.send(line))"


@pytest.mark.parametrize("kind", ["text.ircv3.net", "binary.ircv3.net"])
def test_a_browser_speaks_irc_over_websocket_with_netcat(server: Daemon, kind: str) -> None:
    bob = server.nc("bob")
    with chromium() as browser:
        page = Visitor(browser, server).goes("/openapi.json")
        assert page.evaluate(SPEAK, kind) == kind
        page.evaluate(SAY, ["NICK web", "USER web 0 * :Web", "JOIN #lobby"])
        bob.expect("-- web joined")
        page.evaluate(SAY, ["PRIVMSG #lobby :grüße from a page"])
        bob.expect("(?m)^web: grüße from a page$")
        bob.say("hello, page")
        until(lambda: page.evaluate("heard.some(line => /^:bob!.* PRIVMSG #lobby :hello, page$/.test(line))"), "heard on the page")
        page.evaluate(SAY, ["QUIT :done"])
        bob.expect("-- web left .*done")
