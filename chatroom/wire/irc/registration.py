"""Coming in: capabilities, nick and user, passwords, and saying hello to the house when all is there."""

from __future__ import annotations

from functools import partial

from chatroom.core import errors as e
from chatroom.core.names import clean_name
from chatroom.core.replies import Answer, Denied, Reply, Welcome
from chatroom.wire.irc import metadata, sasl
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import LABEL, Asked
from chatroom.wire.irc.out import line as _line
from chatroom.wire.irc.server import burst
from chatroom.wire.irc.talk import Talk


def hello(talk: Talk, asked: Asked) -> None:
    """Say hello to the house if the client has said all that is needed for it."""
    if talk.registered or talk.negotiating or talk.greeting or not talk.wanted or not talk.user:
        return
    talk.greeting = True
    sasl.abandon(talk, asked)
    name, password = talk.wanted, None
    if talk.password and not talk.account:
        who, colon, rest = talk.password.partition(":")
        name, password = (who, rest) if colon else (name, talk.password if _opens(talk, name) else None)
    fields = {"name": name, "password": password, "user": talk.user, "real": talk.real, "away": talk.away or None}
    asked.ask("hello", partial(_greeted, talk, asked), marks="draft/read-marker" in talk.caps, rooms=[], **fields)
    metadata.bring(talk, asked)


def _opens(talk: Talk, name: str) -> bool:
    """Tell whether a password that names nobody is needed under a name: many clients send one to every server."""
    keeper = talk.scene.hub.keeper
    return keeper.access == "members" or keeper.members.find(name) is not None


def _greeted(talk: Talk, asked: Asked, reply: Reply) -> None:
    talk.greeting = False
    if isinstance(reply, Welcome):
        talk.password = ""
        burst(asked, reply)
    elif isinstance(reply, Denied):
        _not_greeted(talk, asked, reply.why)


def _not_greeted(talk: Talk, asked: Asked, why: e.Refused) -> None:
    wanted = talk.wanted
    talk.failures += not isinstance(why, e.NameRefused)
    if isinstance(why, e.WrongPassword | e.PasswordInClear | e.TooManyAttempts | e.LoginsBusy | e.PasswordToChoose):
        talk.password = ""
        asked.say(n.ERR_PASSWDMISMATCH, sasl.told(why))
        talk.wanted = ""
    elif isinstance(why, e.PasswordNeeded) and talk.scene.hub.keeper.access == "members":
        talk.wanted = ""
        asked.say(n.ERR_PASSWDMISMATCH, "Only members may enter. Log in with SASL, or give mail:password as the server's password.")
    elif isinstance(why, e.NameRefused | e.PasswordNeeded):
        talk.wanted = ""
        sentence = str(why)
        if isinstance(why, e.PasswordNeeded):
            sentence = f"{wanted} needs a password to come in. Log in with SASL, or use another nick."
        asked.refused(why, wanted) if not isinstance(why, e.PasswordNeeded) else asked.say(n.ERR_NICKNAMEINUSE, wanted, sentence)
    else:
        asked.deny(n.ERR_YOUREBANNEDCREEP, why)
        talk.wanted = ""


def nick(talk: Talk, asked: Asked) -> None:
    """Take or change the nick."""
    wanted = asked.param(0)
    if not wanted:
        asked.later(n.ERR_NONICKNAMEGIVEN, "A nick is missing.")
    elif not talk.registered:
        _want(talk, asked, wanted)
    elif wanted != talk.nick:
        asked.ask("nick", partial(_renamed, talk, asked, wanted, talk.nick), name=wanted)


def _want(talk: Talk, asked: Asked, wanted: str) -> None:
    """Note the nick a client wants, unless it is clear already that nobody, or only somebody else, can have it."""
    hub = talk.scene.hub
    holder = hub.roster.find(wanted)
    try:
        clean_name(wanted, hub.limits.name, starred=talk.session.relayed)
        if holder is not None and holder.author.member is None:
            raise e.NameTaken(name=wanted)
    except e.NameRefused as why:
        refusal = why
        asked.turn(lambda: asked.refused(refusal, wanted))
    else:
        talk.wanted = wanted
        hello(talk, asked)


def _renamed(talk: Talk, asked: Asked, wanted: str, before: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"you": now}) if talk.session.person is not None:
            source = talk.scene.source(talk.session.person.author).partition("!")[2]
            asked.put(_line(f"{before}!{source}", "NICK", str(now), tags=talk.own_tags()))
        case Denied(why=why):
            asked.refused(why, "" if "room" in why.fields else wanted)


def user(talk: Talk, asked: Asked) -> None:
    """Take what the client says about who sits at it."""
    if talk.registered:
        asked.later(n.ERR_ALREADYREGISTERED, "You are in already.")
        return
    talk.user, talk.real = asked.params[0], asked.params[3]
    hello(talk, asked)


def password(talk: Talk, asked: Asked) -> None:
    """Take a password, `account:password` or that of the nick's member."""
    if talk.registered:
        asked.later(n.ERR_ALREADYREGISTERED, "You are in already.")
        return
    # Some clients give one with blanks in it without a colon.
    talk.password = " ".join(asked.params)


# -- leaving


def leave(talk: Talk, asked: Asked) -> None:
    """Leave the house; what answers that is the connection's last line."""
    talk.farewell_tags, asked.label = ({LABEL: asked.label} if asked.label else {}), ""
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
