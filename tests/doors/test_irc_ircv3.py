"""What clients of different capabilities are told, line by line, as IRCv3's specifications have it.

A row is a conversation in a room #c: steps, parted by |, and after => what each who is named there is told by the last one, a line
after each `name:`, nothing where none follows; * is anything, {9} nine letters. `mia` is a member; CAPS
says what each of them knows.
"""

from __future__ import annotations

import re

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member, password_of
from tests.doors.test_irc_numerics import fits

CAPS = {
    "alice": "batch labeled-response message-tags echo-message",
    "bob": "message-tags",
    "carol": "",
    "tim": "server-time batch labeled-response",
    "mia": "account-tag message-tags",
}

ROWS = r"""
tim: PING x => tim: @time=2023-11-14T22:13:20.000Z PONG *
tim: JOIN #d => tim: @time=*Z tim!* JOIN #d | tim: @time=*Z 353 * | tim: @time=*Z 366 *
tim: NICK tom => tim: @time=*Z tim!* NICK tom | carol: tim!* NICK tom
tim: CAP LIST => tim: CAP tim LIST :*
tim: CAP LS 302 => tim: CAP tim LS :*sasl=*
carol: PRIVMSG #c :a\x00b => carol: NOTICE carol :A text holds NUL* | bob:
carol: CAP REQ standard-replies | carol: PRIVMSG #c :a\x00b => carol: FAIL PRIVMSG BAD_CHARACTER :A text holds NUL* | bob:
tim: CAP LS 302 | tim: CAP LS => tim: CAP tim LS :* sasl *
tim: CAP LS 302 | tim: CAP LS | tim: CAP REQ -cap-notify => tim: CAP tim NAK :-cap-notify
tim: CAP LS 307 => tim: CAP tim LS :*sasl=*
tim: @label=1 WHOIS nobody => tim: @label=1 BATCH +b1 * | tim: @batch=b1;time=* 401 * | tim: @batch=b1;time=* 318 * | tim: BATCH -b1
tim: @label=1 PONG x => tim: @label=1 ACK
tim: @label=1 QUIT => tim: @label=1 ERROR *
tim: @label=1 QUIT :gone => tim: @label=1 ERROR *
tim: QUIT => tim: ERROR *
mia: JOIN #d => mia: @account=mia mia!* JOIN #d | mia: 353 * | mia: 366 *
mia: NICK mai => mia: @account=mia mia!* NICK mai
mia: MODE mia +B | mia: NICK mai => bob: @bot mia!* NICK mai | mia: @account=mia;bot mia!* NICK mai
mia: MODE mia +B | mia: PART #c => bob: @bot mia!* PART #c | mia: @account=mia;bot mia!* PART #c

bob: @+x=1;y=2 TAGMSG #c => alice: @msgid=*;+x=1 bob!* TAGMSG #c | mia: @msgid=*;+x=1 bob!* TAGMSG #c | bob: | carol: | tim:
bob: @y=2 TAGMSG #c => alice: @msgid=* bob!* TAGMSG #c | bob: | carol:
alice: @label=1 TAGMSG #c => alice: @msgid=*;label=1 alice!* TAGMSG #c | bob: @msgid=* alice!* TAGMSG #c
alice: @label=1 TAGMSG nobody-here => alice: @label=1 401 alice nobody-here :*
bob: @+x TAGMSG @#c => alice: @msgid=*;+x bob!* TAGMSG @#c | bob: | mia:
alice: @label=1;+x TAGMSG @#c => alice: @msgid=*;label=1;+x alice!* TAGMSG @#c | bob:
alice: MODE #c +v mia | bob: @+x TAGMSG +#c => alice: @msgid=*;+x bob!* TAGMSG +#c | mia: @msgid=*;+x bob!* TAGMSG +#c | bob:
alice: MODE #c +m | bob: @+x TAGMSG #c => alice: | bob: 404 bob #c :*
alice: MODE #c +m | bob: @+x TAGMSG @#c => alice: | bob: 404 bob #c :*
carol: @+x TAGMSG #c => alice: | carol:
alice: @label=1 CHATHISTORY => alice: @label=1 FAIL CHATHISTORY INVALID_PARAMS \* :*
alice: @label=1 CHATHISTORY NONSENSE #c \* 1 => alice: @label=1 FAIL CHATHISTORY INVALID_PARAMS NONSENSE :*
alice: @label=1 PRIVMSG #c :\xff => alice: @label=1 FAIL PRIVMSG INVALID_UTF8 :*
alice: @label=\xff PRIVMSG #c :\xff => alice: FAIL PRIVMSG INVALID_UTF8 :*
alice: @label=1 PRIVMSG #c :{500} => alice: @label=1 417 alice :*
alice: @label=1;+x={4090} TAGMSG #c => alice: @label=1 417 alice :Those tags are longer than 4094 bytes.*
bob: @+x={4091} TAGMSG alice => alice: @msgid=*;+x=x* bob!* TAGMSG alice | bob:
alice: PART #c | alice: JOIN #c => bob: alice!* JOIN #c | bob: MODE #c +o alice
tim: PART #c | alice: PART #c | tim: JOIN #c | alice: JOIN #c => tim: @time=* alice!* JOIN #c | tim: @time=* MODE #c +o alice
alice: MODE #c +v alice | alice: PART #c | alice: JOIN #c => bob: alice!* JOIN #c | bob: MODE #c +ov alice alice
carol: PART #c | carol: JOIN #c => bob: carol!* JOIN #c
mia: PART #c :  see   you  => mia: @account=mia mia!* PART #c :see you | bob: mia!* PART #c :see you
bob: @+x;+y={4088} PRIVMSG alice :hi => alice: @msgid=*;+x;+y=x* bob!* PRIVMSG alice :hi | bob:
bob: @+x;+y={4089} PRIVMSG alice :hi => alice: | bob: 417 *
bob: @+x=a\:b\sc\\d;+e=;+n_o!=1;+=2 PRIVMSG #c :hi => alice: @msgid=*;+x=a\:b\sc\\d;+e;+n_o!=1 bob!* PRIVMSG #c :hi
bob: @+n_o!=1 PRIVMSG #c :hi => carol: bob!* PRIVMSG #c :hi
"""


class House(World):
    """Be a house with a room, and in it people whose clients know different things."""

    def __init__(self) -> None:
        super().__init__(members=[member("mia"), member("ada", Rank.ADMIN)])
        self.chatters = {name: self.comes(name) for name in CAPS}
        for name in CAPS:
            self.chatters[name].types("JOIN #c")
        self.forget()

    def comes(self, name: str) -> Person:
        """Let somebody come in with their capabilities."""
        one = self.connect(self.irc)
        login = [f"PASS :{name}:{password_of(name)}"] if name == "mia" else []
        one.types(f"CAP REQ :{CAPS[name]}", *login, f"NICK {name}", f"USER {name} 0 * :{name.title()}", "CAP END")
        return one

    def forget(self) -> None:
        """Have everybody read what they were told so far."""
        for chatter in self.chatters.values():
            chatter.lines()

    def does(self, step: str) -> dict[str, list[str]]:
        """Take a step; give what everybody is told by it."""
        name, _, typed = step.strip().partition(": ")
        self.forget()
        typed = re.sub(r"\{(\d+)\}", lambda found: "x" * int(found[1]), typed)
        self.chatters[name].sends(typed.replace("\\xff", "\udcff").replace("\\x00", "\0").encode(errors="surrogateescape") + b"\r\n")
        return {name: chatter.lines() for name, chatter in self.chatters.items()}


def plain(line: str) -> str:
    """Give a line without the colon before its source, and without the server as one."""
    return re.sub(r"^(@\S+ )?:(?:irc\.chatroom )?", lambda found: found[1] or "", line)


def rows() -> list[str]:
    """Give the rows that are not blank."""
    return [row for row in ROWS.splitlines() if row]


@pytest.mark.parametrize("row", rows())
def test_everybody_is_told_what_their_client_knows_of(row: str) -> None:
    steps, _, told = row.partition(" => ")
    house = House()
    for step in steps.split(" | "):
        heard = house.does(step)
    expected: dict[str, list[str]] = {}
    for one in told.split(" | "):
        name, _, line = one.strip().partition(":")
        expected.setdefault(name, []).extend([line.strip()] if line else [])
    for name, lines in expected.items():
        met = len(heard[name]) == len(lines) and all(map(fits, map(plain, heard[name]), lines))
        assert met, f"{row}\n{name} heard\n" + "\n".join(heard[name])
    assert house.house.figures.faults == 0


@pytest.mark.parametrize("target", ["#c", "bob"])
def test_a_signal_without_words_is_not_taken_back_and_that_is_said(target: str) -> None:
    house = House()
    (shown,) = house.does(f"alice: @+x=1 TAGMSG {target}")["alice"]
    found = re.search("msgid=([^ ;]+)", shown)
    assert found is not None
    heard = house.does(f"alice: @label=1 REDACT {target} {found[1]}")
    assert [plain(line) for line in heard.pop("alice")] == [
        f"@label=1 FAIL REDACT UNKNOWN_MSGID {target} {found[1]} "
        ":Nothing that was said here lately has this id; signals without words are not kept."
    ]
    assert not any(heard.values())


def test_an_answer_calls_a_client_what_it_was_called_when_it_asked() -> None:
    world = SlowWorld()
    ann = world.chatter("ann")
    world.settle()
    ann.lines()
    ann.types("JOIN #c", "PART #c", "WHOIS nobody", "NICK zoe", "JOIN #c")
    world.settle()
    world.settle()
    expected = ["ann!* JOIN #c", "353 ann *", "366 ann *", "ann!* PART #c", "401 ann *", "318 ann *", "ann!* NICK zoe"]
    heard = [plain(line) for line in ann.lines()]
    assert all(map(fits, heard, [*expected, "zoe!* JOIN #c", "353 zoe *", "366 zoe *"])), heard
    assert len(heard) == 10
