"""Coming in: capabilities, nick and user, passwords, and saying hello to the house when all is there."""

from __future__ import annotations

from functools import partial

from chatroom.core import errors as e
from chatroom.core.names import clean_name
from chatroom.core.replies import Answer, Denied, Reply, Welcome
from chatroom.wire.irc import account, caps, metadata, multiline, sasl
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.happened import METADATA, MULTILINE
from chatroom.wire.irc.message import LINE
from chatroom.wire.irc.out import Out, room_for
from chatroom.wire.irc.out import line as _line
from chatroom.wire.irc.server import burst
from chatroom.wire.irc.talk import Asked, Talk


def hello(talk: Talk, asked: Asked) -> None:
    """Say hello to the house if the client has said all that is needed for it."""
    if talk.registered or talk.negotiating or talk.greeting or not talk.wanted or not talk.user:
        return
    talk.greeting = True
    sasl.abandon(talk, asked)
    name, password = talk.wanted, None
    if talk.password and not talk.account:
        who, colon, rest = talk.password.partition(":")
        name, password = (who, rest) if colon else (name, talk.password)
    fields = {"name": name, "password": password, "user": talk.user, "real": talk.real, "away": talk.away or None}
    asked.ask("hello", partial(_greeted, talk, asked), marks="draft/read-marker" in talk.caps, rooms=[], **fields)


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
        asked.say(n.ERR_PASSWDMISMATCH, sasl.told(why))
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
        talk.failures += 1
        refusal = why
        asked.turn(lambda: asked.refused(refusal, wanted))
    else:
        talk.wanted = wanted
        hello(talk, asked)


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
    asked.turn(partial(_listed, talk, asked, "LS", caps.listed(talk.version, _offer(talk))))


def _offer(talk: Talk) -> dict[str, str]:
    """Give what this connection is offered."""
    return caps.on_offer(
        {
            "sasl": ",".join(sasl.mechanisms(talk)),
            account.CAPABILITY: account.offer(talk),
            MULTILINE: multiline.value(talk),
            METADATA: metadata.value(),
            "sts": _sts(talk),
        }
    )


def _sts(talk: Talk) -> str | None:
    """Say where and for how long to come encrypted only, if the host wants that and clients will believe the certificate."""
    seconds, port = talk.scene.hub.rules.strict_transport, talk.scene.vouched_port()
    if seconds is None or port is None or talk.session.door != "irc":
        return None
    if talk.session.encrypted:
        return f"duration={int(seconds)}"
    return f"port={port}" if seconds and not talk.session.private else None


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
    have = caps.requested(wanted.split(), talk.caps, _offer(talk), fixed=fixed)
    if have is not None and len(wanted.encode()) <= LINE - 100:
        new, talk.caps = METADATA in have - talk.caps, have
        if not {METADATA, "batch"} <= have:
            talk.wanted_keys = frozenset()
        asked.turn(lambda: asked.put(_trailing(talk, "ACK", wanted), *(metadata.own(talk) if new else ())))
        talk.changed()
    else:
        asked.turn(lambda: asked.put(_trailing(talk, "NAK", wanted[: LINE // 4])))


def _cap_end(talk: Talk, asked: Asked) -> None:
    talk.negotiating = False
    hello(talk, asked)


_CAP = {"LS": _cap_ls, "LIST": _cap_list, "REQ": _cap_req, "END": _cap_end}


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
