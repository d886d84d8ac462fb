"""Coming in: capabilities, nick and user, passwords, and saying hello to the house when all is there."""

from __future__ import annotations

import base64
import binascii
from functools import partial

from chatroom.core import errors as e
from chatroom.core.replies import Answer, Denied, Reply, Welcome
from chatroom.wire.irc import caps
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.message import LINE
from chatroom.wire.irc.out import Out, room_for
from chatroom.wire.irc.out import line as _line
from chatroom.wire.irc.server import burst
from chatroom.wire.irc.talk import Asked, Talk

CHUNK = 400
"""Bytes of one AUTHENTICATE line (IRCv3, sasl-3.1)."""
LONGEST_SASL = 4096
"""Bytes of what a client says about itself in all of them."""


def hello(talk: Talk, asked: Asked) -> None:
    """Say hello to the house if the client has said all that is needed for it."""
    if talk.registered or talk.negotiating or talk.greeting or not talk.wanted or not talk.user:
        return
    talk.greeting = True
    name, password = talk.wanted, None
    if talk.password and not talk.account:
        account, colon, rest = talk.password.partition(":")
        name, password = (account, rest) if colon else (name, talk.password)
    asked.ask("hello", partial(_greeted, talk, asked), name=name, password=password, user=talk.user, real=talk.real, rooms=[])


def _greeted(talk: Talk, asked: Asked, reply: Reply) -> None:
    talk.greeting = False
    if isinstance(reply, Welcome):
        talk.password = ""
        burst(asked, reply)
    elif isinstance(reply, Denied):
        _not_greeted(talk, asked, reply.why)


def _not_greeted(talk: Talk, asked: Asked, why: e.Refused) -> None:
    talk.failures += 1
    wanted = talk.wanted
    if isinstance(why, e.WrongPassword | e.PasswordInClear | e.TooManyAttempts | e.LoginsBusy | e.PasswordToChoose):
        talk.password = ""
        asked.say(n.ERR_PASSWDMISMATCH, _told(why))
        talk.wanted = ""
    elif isinstance(why, e.PasswordNeeded) and talk.scene.hub.keeper.access == "members":
        talk.wanted = ""
        asked.say(n.ERR_PASSWDMISMATCH, "Only members may enter. Log in with SASL, or give mail:password as the server's password.")
    elif isinstance(why, e.NameRefused | e.PasswordNeeded):
        talk.wanted = ""
        sentence = str(why)
        if isinstance(why, e.PasswordNeeded):
            sentence = f"{wanted} comes in with a password. Log in with SASL, or use another nick."
        asked.refused(why, wanted) if not isinstance(why, e.PasswordNeeded) else asked.say(n.ERR_NICKNAMEINUSE, wanted, sentence)
    else:
        asked.say(n.ERR_YOUREBANNEDCREEP, str(why))
        talk.wanted = ""


def nick(talk: Talk, asked: Asked) -> None:
    """Take or change the nick."""
    wanted = asked.param(0)
    if not wanted:
        asked.later(n.ERR_NONICKNAMEGIVEN, "A nick is missing.")
    elif not talk.registered:
        talk.wanted = wanted
        hello(talk, asked)
    elif wanted != talk.nick:
        asked.ask("nick", partial(_renamed, talk, asked, wanted, talk.nick), name=wanted)


def _renamed(talk: Talk, asked: Asked, wanted: str, before: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"you": now}) if talk.session.person is not None:
            source = talk.scene.source(talk.session.person.author).partition("!")[2]
            asked.put(_line(f"{before}!{source}", "NICK", str(now)))
        case Denied(why=why):
            asked.refused(why, wanted)


def user(talk: Talk, asked: Asked) -> None:
    """Take what the client says about who sits at it."""
    if talk.registered:
        asked.later(n.ERR_ALREADYREGISTERED, "You are in already.")
        return
    talk.user, talk.real = asked.params[0] or "~", asked.params[3]
    hello(talk, asked)


def password(talk: Talk, asked: Asked) -> None:
    """Take a password, `account:password` or that of the nick's member."""
    if talk.registered:
        asked.later(n.ERR_ALREADYREGISTERED, "You are in already.")
        return
    # Some clients give one with blanks in it without a colon.
    talk.password = " ".join(asked.params)


# -- capabilities


def cap(talk: Talk, asked: Asked) -> None:
    """Negotiate capabilities."""
    subcommand = asked.params[0].upper()
    found = _CAP.get(subcommand)
    if found is None:
        asked.later(n.ERR_INVALIDCAPCMD, subcommand or "*", "There is no such CAP command.")
    else:
        found(talk, asked)


def _cap_ls(talk: Talk, asked: Asked) -> None:
    if not talk.registered:
        talk.negotiating = True
    version = asked.param(1)
    if version.isascii() and version.isdigit() and len(version) < 9:
        talk.version = max(talk.version, int(version))
    if talk.version >= 302:
        talk.caps |= {"cap-notify"}
    asked.turn(partial(_listed, talk, asked, "LS", caps.offered(talk.version)))


def _cap_list(talk: Talk, asked: Asked) -> None:
    asked.turn(lambda: _listed(talk, asked, "LIST", sorted(talk.caps)))


def _listed(talk: Talk, asked: Asked, subcommand: str, words: list[str]) -> None:
    """List words, in several lines where they need them and the client knows of that."""
    limit = room_for(talk.scene.server, "CAP", talk.nick or "*", subcommand, "*")
    rows: list[list[str]] = [[]]
    for word in words:
        if rows[-1] and len(" ".join([*rows[-1], word])) > limit:
            rows.append([])
        rows[-1].append(word)
    for row in rows[:-1]:
        asked.from_server("CAP", talk.nick or "*", subcommand, *(("*",) if talk.version >= 302 else ()), " ".join(row))
    asked.put(_trailing(talk, subcommand, " ".join(rows[-1])))


def _trailing(talk: Talk, subcommand: str, text: str) -> Out:
    return Out(f":{talk.scene.server} CAP {talk.nick or '*'} {subcommand} :{text}")


def _cap_req(talk: Talk, asked: Asked) -> None:
    if not talk.registered:
        talk.negotiating = True
    wanted = asked.param(1)
    fixed = frozenset({"cap-notify"}) if talk.version >= 302 else frozenset[str]()
    have = caps.requested(wanted.split(), talk.caps, fixed=fixed)
    if have is not None and len(wanted.encode()) <= LINE - 100:
        talk.caps = have
        asked.turn(lambda: asked.put(_trailing(talk, "ACK", wanted)))
        talk.changed()
    else:
        asked.turn(lambda: asked.put(_trailing(talk, "NAK", wanted[: LINE // 4])))


def _cap_end(talk: Talk, asked: Asked) -> None:
    talk.negotiating = False
    hello(talk, asked)


_CAP = {"LS": _cap_ls, "LIST": _cap_list, "REQ": _cap_req, "END": _cap_end}


# -- SASL


def authenticate(talk: Talk, asked: Asked) -> None:
    """Log in by SASL, a line at a time."""
    given = asked.params[0]
    if "sasl" not in talk.caps:
        asked.later(n.ERR_SASLFAIL, "Ask for the capability sasl first.")
    elif talk.registered or talk.account:
        asked.later(n.ERR_SASLALREADY, "You have logged in already.")
    elif given == "*":
        talk.sasl = None
        asked.later(n.ERR_SASLABORTED, "Logging in was given up.")
    elif talk.sasl is None:
        _mechanism(talk, asked, given.upper())
    elif len(given) > CHUNK or len(talk.sasl) + len(given) > LONGEST_SASL:
        talk.sasl = None
        asked.later(n.ERR_SASLTOOLONG, "That is longer than a line of AUTHENTICATE may be.")
    else:
        talk.sasl += "" if given == "+" else given
        if len(given) < CHUNK:
            said, talk.sasl = talk.sasl, None
            _plain(talk, asked, said)


def _mechanism(talk: Talk, asked: Asked, name: str) -> None:
    if name not in caps.VALUES["sasl"].split(","):
        asked.later(n.RPL_SASLMECHS, caps.VALUES["sasl"], "These ways of logging in there are.")
        asked.later(n.ERR_SASLFAIL, "There is no such way of logging in.")
        return
    talk.sasl = ""
    asked.turn(lambda: asked.put(Out("AUTHENTICATE +")))


def _plain(talk: Talk, asked: Asked, said: str) -> None:
    """Read what PLAIN says (RFC 4616): who to be, who logs in, and the password, between NULs."""
    try:
        authorised, who, secret = base64.b64decode(said, validate=True).decode().split("\0")
    except (binascii.Error, ValueError):
        talk.failures += 1
        asked.later(n.ERR_SASLFAIL, "That cannot be read.")
        return
    if authorised and authorised.casefold() != who.casefold():
        talk.failures += 1
        asked.later(n.ERR_SASLFAIL, "You can log in as yourself alone.")
        return
    asked.ask("identify", partial(_identified, talk, asked), name=who, password=secret)


def _identified(talk: Talk, asked: Asked, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": name}):
            talk.account = str(name)
            nick = talk.nick or talk.wanted or "*"
            asked.say(n.RPL_LOGGEDIN, f"{nick}!{talk.user or '*'}@{talk.scene.server}", talk.account, f"You are logged in as {name}.")
            asked.say(n.RPL_SASLSUCCESS, "You have logged in.")
        case Denied(why=why):
            talk.failures += 1
            asked.say(n.ERR_SASLFAIL, _told(why))


def _told(why: e.Refused) -> str:
    """Say why a password lets nobody in; what IRC cannot ask for is asked elsewhere."""
    if isinstance(why, e.PasswordToChoose):
        return "The invitation is good, and lets you choose a password: once by nc, ssh, chatroom join or a browser. Then come here."
    return str(why)


# -- leaving


def leave(talk: Talk, asked: Asked) -> None:
    """Leave the house."""
    asked.ask("quit", lambda _: None, reason=asked.param(0))


def ping(talk: Talk, asked: Asked) -> None:
    """Answer a ping."""
    token = asked.param(0)
    if token:
        asked.turn(lambda: asked.from_server("PONG", talk.scene.server, token))
    else:
        asked.later(n.ERR_NOORIGIN, "A token is missing.")


def pong(talk: Talk, asked: Asked) -> None:
    """Take an answer to our own ping, which has done its work by coming at all."""
