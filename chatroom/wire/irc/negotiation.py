"""Negotiating capabilities (IRCv3, capability-negotiation): what a connection is offered, asks for and has."""

from __future__ import annotations

from functools import partial

from chatroom.wire.irc import account, caps, metadata, multiline, sasl
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.happened import METADATA, MULTILINE
from chatroom.wire.irc.out import Out, pieces, room_for, shown
from chatroom.wire.irc.registration import hello
from chatroom.wire.irc.talk import Talk


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
    given = asked.param(1)
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else caps.OLDEST
    talk.version = max(talk.version, version)
    if talk.version >= 302:
        talk.caps |= {"cap-notify"}
    talk.offered = offer(talk)
    asked.turn(partial(_listed, talk, asked, "LS", caps.listed(version, talk.offered), version))


def offer(talk: Talk) -> dict[str, str]:
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


def offered_anew(talk: Talk) -> list[Out]:
    """Take away what is offered no more, and tell a client that wants to know what has come and gone since it was told."""
    before, now = talk.offered, offer(talk)
    talk.offered = now
    gone = {name for name in before if name not in now} - caps.UNASKED
    if gone & talk.caps:
        talk.caps -= gone
        talk.changed()
    if "cap-notify" not in talk.caps or not before:
        return []
    new = {name: value for name, value in now.items() if before.get(name) != value}
    words = {"DEL": sorted(gone), "NEW": caps.listed(talk.version, new)}
    return [_trailing(talk, subcommand, " ".join(some)) for subcommand, some in words.items() if some]


def _sts(talk: Talk) -> str | None:
    """Say where and for how long to come encrypted only, if the host wants that and clients will believe the certificate."""
    seconds, port = talk.scene.hub.rules.strict_transport, talk.scene.vouched_port()
    if seconds is None or port is None or talk.session.door != "irc":
        return None
    if talk.session.encrypted:
        return f"duration={int(seconds)}"
    return f"port={port}" if seconds and not talk.session.private else None


def _cap_list(talk: Talk, asked: Asked) -> None:
    asked.turn(lambda: _listed(talk, asked, "LIST", sorted(talk.caps), talk.version))


def _listed(talk: Talk, asked: Asked, subcommand: str, words: list[str], version: int) -> None:
    """List words, in several lines where they need them and the client knows of that."""
    limit = room_for(talk.scene.server, "CAP", talk.nick or "*", subcommand, "*")
    rows: list[list[str]] = [[]]
    for word in words:
        if rows[-1] and len(" ".join([*rows[-1], word])) > limit:
            rows.append([])
        rows[-1].append(word)
    for row in rows[:-1]:
        asked.from_server("CAP", talk.nick or "*", subcommand, *(("*",) if version >= 302 else ()), " ".join(row))
    asked.put(_trailing(talk, subcommand, " ".join(rows[-1])))


def _trailing(talk: Talk, subcommand: str, text: str) -> Out:
    return Out(f":{talk.scene.server} CAP {talk.nick or '*'} {subcommand} :{text}")


def _cap_req(talk: Talk, asked: Asked) -> None:
    if not talk.registered:
        talk.negotiating = True
    wanted = asked.param(1)
    fixed = frozenset({"cap-notify"}) if talk.version >= 302 else frozenset[str]()
    have = caps.requested(wanted.split(), talk.caps, offer(talk), fixed=fixed)
    if have is not None:
        new, talk.caps = METADATA in have - talk.caps, have
        if not {METADATA, "batch"} <= have:
            talk.wanted_keys = frozenset()
        asked.turn(lambda: asked.put(*_repeated(talk, "ACK", wanted), *(metadata.own(talk) if new else ())))
        talk.changed()
    else:
        asked.turn(lambda: asked.put(*_repeated(talk, "NAK", wanted)))


def _repeated(talk: Talk, subcommand: str, wanted: str) -> list[Out]:
    """Answer with what was asked for, all of it, in two lines if one does not hold it."""
    limit = room_for(talk.scene.server, "CAP", talk.nick or "*", subcommand)
    return [_trailing(talk, subcommand, piece.rstrip(" ")) for piece in pieces(shown(wanted), limit)]


def _cap_end(talk: Talk, asked: Asked) -> None:
    talk.negotiating = False
    hello(talk, asked)


_CAP = {"LS": _cap_ls, "LIST": _cap_list, "REQ": _cap_req, "END": _cap_end}
