"""Logging in by SASL (IRCv3, sasl-3.1 and 3.2): lines of AUTHENTICATE, put together and led through one of the mechanisms.

An exchange is a mechanism and what came of a message so far. What a mechanism makes of a message is its own; the house decides.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chatroom.core.errors import PasswordInClear, PasswordToChoose, Refused
from chatroom.core.events import Author
from chatroom.core.keys import CERTIFICATE
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.scram import MECHANISM as SCRAM
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.happened import rehosted
from chatroom.wire.irc.out import Out
from chatroom.wire.irc.talk import Talk

CHUNK = 400
"""Bytes of one AUTHENTICATE line."""
LONGEST = 4096
"""Bytes of what a client says about itself in all of them."""
PLAIN, EXTERNAL = "PLAIN", "EXTERNAL"


@dataclass(slots=True)
class Exchange:
    """Be a login under way."""

    mechanism: str
    next: Callable[[Talk, Asked, str], None]
    """What is to be done with the next message."""
    said: str = ""
    """What came of it so far."""


def mechanisms(talk: Talk) -> tuple[str, ...]:
    """List the ways by which this connection may log in: none that says a password where the host wants none said."""
    shown = talk.session.credentials.offered
    external = (EXTERNAL,) if shown is not None and shown.kind == CERTIFICATE else ()
    try:
        talk.scene.hub.keeper.check_secrecy(talk.session.private)
    except PasswordInClear:
        return (*external, SCRAM)
    return (*external, PLAIN, SCRAM)


def authenticate(talk: Talk, asked: Asked) -> None:
    """Log in, a line at a time."""
    given, exchange = asked.params[0], talk.sasl
    if "sasl" not in talk.caps:
        asked.later(n.ERR_SASLFAIL, "Ask for the capability sasl first.")
    elif talk.logged_in:
        asked.later(n.ERR_SASLALREADY, "You have logged in already.")
    elif given == "*":
        talk.sasl = None
        asked.later(n.ERR_SASLABORTED, "Logging in was given up.")
    elif exchange is None:
        _begin(talk, asked, given.upper())
    elif len(given) > CHUNK or len(exchange.said) + len(given) > LONGEST:
        talk.sasl = None
        asked.later(n.ERR_SASLTOOLONG, "That is longer than a line of AUTHENTICATE may be.")
    else:
        _take(talk, asked, exchange, given)


def abandon(talk: Talk, asked: Asked) -> None:
    """Give up a login that is under way when its client has come in without it."""
    if talk.sasl is not None:
        talk.sasl = None
        asked.later(n.ERR_SASLABORTED, "You came in before you had logged in.")


def _begin(talk: Talk, asked: Asked, name: str) -> None:
    offered = mechanisms(talk)
    if name in offered:
        talk.sasl = Exchange(name, _FIRST[name])
        asked.turn(lambda: asked.put(Out("AUTHENTICATE +")))
        return
    asked.later(n.RPL_SASLMECHS, ",".join(offered), "These ways of logging in there are.")
    asked.later(n.ERR_SASLFAIL, "There is no such way of logging in.")


def _take(talk: Talk, asked: Asked, exchange: Exchange, given: str) -> None:
    exchange.said += "" if given == "+" else given
    if len(given) == CHUNK:
        return
    said, exchange.said = exchange.said, ""
    try:
        message = base64.b64decode(said, validate=True).decode()
    except ValueError:
        _fail(talk, asked, "That cannot be read.")
        return
    exchange.next(talk, asked, message)


def _fail(talk: Talk, asked: Asked, sentence: str) -> None:
    talk.failures += 1
    talk.sasl = None
    asked.later(n.ERR_SASLFAIL, sentence)


# -- PLAIN (RFC 4616)


def _plain(talk: Talk, asked: Asked, message: str) -> None:
    """Read who to be, who logs in, and the password, between NULs."""
    talk.sasl = None
    authorised, *rest = message.split("\0")
    if len(rest) != 2:
        _fail(talk, asked, "That cannot be read.")
    elif authorised and authorised.casefold() != rest[0].casefold():
        _fail(talk, asked, "You can log in only as yourself.")
    else:
        asked.ask("identify", partial(_identified, talk, asked), name=rest[0], password=rest[1])


# -- EXTERNAL (RFC 4422, appendix A)


def _external(talk: Talk, asked: Asked, message: str) -> None:
    """Let the certificate speak, for who it belongs to or, of several, for who is named."""
    talk.sasl = None
    asked.ask("identify", partial(_identified, talk, asked), name=message or None)


# -- SCRAM (RFC 5802)


def _scram(talk: Talk, asked: Asked, message: str) -> None:
    if "@" in "".join(message.split(",")[2:3]):
        _fail(talk, asked, "By SCRAM you log in with your name, not your mail.")
        return
    asked.ask("prove", partial(_answered, talk, asked, _scram_final), first=message)


def _scram_final(talk: Talk, asked: Asked, message: str) -> None:
    asked.ask("prove", partial(_answered, talk, asked, _scram_end), final=message)


def _scram_end(talk: Talk, asked: Asked, message: str) -> None:
    """Let who found our signature right in: an empty message says so."""
    if message:
        _fail(talk, asked, "That cannot be read.")
        return
    talk.sasl = None
    asked.ask("prove", partial(_identified, talk, asked))


def _answered(talk: Talk, asked: Asked, then: Callable[[Talk, Asked, str], None], reply: Reply) -> None:
    """Say the next message of an exchange, in as many lines as it needs."""
    if isinstance(reply, Answer) and talk.sasl is not None:
        talk.sasl.next = then
        encoded = base64.b64encode(str(reply.fields["message"]).encode()).decode()
        for start in range(0, len(encoded) + 1, CHUNK):
            asked.put(Out(f"AUTHENTICATE {encoded[start : start + CHUNK] or '+'}"))
    elif isinstance(reply, Denied):
        _denied(talk, asked, reply)


# -- what came of it


def _identified(talk: Talk, asked: Asked, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": name}):
            talk.account = str(name)
            logged_in(talk, asked, talk.account)
            asked.say(n.RPL_SASLSUCCESS, "You have logged in.")
        case Denied():
            _denied(talk, asked, reply)


def logged_in(talk: Talk, asked: Asked, account: str) -> None:
    """Tell the client who it is, and, if it was here as a guest until now, what those around it are told of that."""
    person, nick = talk.session.person, talk.nick or talk.wanted or "*"
    mask = f"{nick}!{talk.user or '*'}@{talk.scene.server}"
    if person is not None:
        mask = talk.scene.source(person.author)
        if "chghost" in talk.caps:
            asked.put(rehosted(Author(person.name, None, person.author.stay), person.author, talk.scene))
        if "account-notify" in talk.caps:
            asked.from_self("ACCOUNT", account, tags={})
    asked.say(n.RPL_LOGGEDIN, mask, account, f"You are logged in as {account}.")


def _denied(talk: Talk, asked: Asked, reply: Denied) -> None:
    talk.failures += 1
    talk.sasl = None
    asked.say(n.ERR_SASLFAIL, told(reply.why))


def told(why: Refused) -> str:
    """Say why a password lets nobody in; what IRC cannot ask for is asked elsewhere."""
    if isinstance(why, PasswordToChoose):
        return "The invitation is good, and lets you choose a password: once by nc, ssh, chatroom join or a browser. Then come here."
    return str(why)


_FIRST: dict[str, Callable[[Talk, Asked, str], None]] = {PLAIN: _plain, EXTERNAL: _external, SCRAM: _scram}
