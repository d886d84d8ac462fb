"""MONITOR: being told when others come and go."""

from __future__ import annotations

from functools import partial

from chatroom.core.errors import NameRefused
from chatroom.core.lookout import MOST
from chatroom.core.names import clean_name
from chatroom.core.replies import Answer, Reply
from chatroom.wire.irc import metadata
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.talk import Talk


def monitor(talk: Talk, asked: Asked) -> None:
    """Change or show what is looked out for."""
    what = asked.params[0].upper()
    names = [name for name in asked.param(1).split(",") if name]
    if what in "+-" and not names:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "Somebody is to be named.")
        return
    match what:
        case "+":
            nicks = [name for name in names if _is_nick(talk, name)]
            asked.ask("lookout", partial(_seen, asked, nicks), add=nicks)
        case "-":
            asked.ask("lookout", lambda _: None, drop=names)
        case "C":
            asked.ask("lookout", lambda _: None, clear=True)
        case "S":
            asked.ask("lookout", partial(_seen, asked, names))
        case "L":
            asked.ask("lookout", partial(_listed, asked))
        case _:
            asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "MONITOR takes +, -, C, L or S.")


def _is_nick(talk: Talk, name: str) -> bool:
    """Tell whether somebody could be called that: what nobody can be called is no target (IRCv3, monitor)."""
    try:
        clean_name(name, talk.scene.hub.limits.name, starred=True)
    except NameRefused:
        return False
    return True


def _seen(asked: Asked, names: list[str], reply: Reply) -> None:
    match reply:
        case Answer(fields={"here": here, "gone": gone, "left": left}):
            if here:
                asked.listing(n.RPL_MONONLINE, words=[f"{one['name']}!{one['user']}@{one['host']}" for one in here], by=",")
                asked.put(*metadata.of_people(asked.talk, [one["name"] for one in here]))
            unseen = [*gone, *(name for name in names if name not in gone and name not in left and not _is_here(name, here))]
            if unseen:
                asked.listing(n.RPL_MONOFFLINE, words=unseen, by=",")
            if left:
                asked.say(n.ERR_MONLISTFULL, str(MOST), ",".join(left)[:300], "That is more than you can look out for.")
        case _:
            asked.plainly(reply)


def _is_here(name: str, here: list[dict[str, str]]) -> bool:
    return any(one["name"].lower() == name.lower() for one in here)


def _listed(asked: Asked, reply: Reply) -> None:
    if isinstance(reply, Answer) and reply.fields["names"]:
        asked.listing(n.RPL_MONLIST, words=[*reply.fields["names"]], by=",")
    asked.say(n.RPL_ENDOFMONLIST, "That is all.")
