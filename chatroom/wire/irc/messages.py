"""Words: to rooms, to people, to the house itself; and what clients tell each other between the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from chatroom.core import errors as e
from chatroom.core.events import Role, Told
from chatroom.core.keeping import sees
from chatroom.core.replies import Answer, Denied, Done, Reply
from chatroom.core.signals import Signalled
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.cuts import CUTS
from chatroom.wire.irc.explained import HOW
from chatroom.wire.irc.happened import happened, signalled, tags_of, words
from chatroom.wire.irc.message import Message, is_key
from chatroom.wire.irc.modes import SOME
from chatroom.wire.irc.out import line, pieces, room_for
from chatroom.wire.irc.server import TARGETS
from chatroom.wire.irc.talk import RowAsked, Talk, is_service, room_of
from chatroom.wire.slashes import unslashed

_ACTION = re.compile("\x01ACTION(?: ([^\x01]*))?\x01?").fullmatch
MANNERS = {"PRIVMSG": "say", "NOTICE": "notice"}


def message(talk: Talk, asked: Asked) -> None:
    """Say words to targets."""
    targets = [target for target in asked.param(0).split(",") if target]
    quiet = asked.command == "NOTICE"
    if not targets:
        if not quiet:
            asked.later(n.ERR_NORECIPIENT, f"Nobody is named to say that to ({asked.command}).")
        return
    if not asked.param(1):
        if not quiet:
            asked.later(n.ERR_NOTEXTTOSEND, "There is nothing to say in an empty message.")
        return
    if len(targets) > TARGETS[asked.command]:
        if not quiet:
            asked.later(n.ERR_TOOMANYTARGETS, asked.params[0], f"That is more than {TARGETS[asked.command]} at once.")
        return
    for target in dict.fromkeys(targets):
        say(talk, asked, target, asked.params[1])


def say(talk: Talk, asked: Asked, target: str, text: str, more: Mapping[str, str] | None = None) -> None:
    """Say words to one target, with `more` tags beside the client's."""
    manner = MANNERS.get(asked.command, "say")
    action = _ACTION(text)
    if action is not None and manner == "say":
        manner, text = "act", action[1] or ""
    tags = {**(client_tags(asked) or {}), **(more or {})} or None
    room, some = room_of(target), some_of(target)
    if some is not None:
        role, where = some
        fields = {"text": text, "room": where[1:], "role": role, "manner": manner}
        asked.ask("confide", partial(_confided, talk, asked, where), tags=tags, **fields)
    elif room is not None:
        then = partial(_said, talk, asked, target)
        if manner == "act":
            asked.ask("me", then, text=text, room=room, tags=tags)
        else:
            asked.ask("say", then, text=text, room=room, manner=manner, tags=tags)
    elif is_service(target):
        _commanded(talk, asked, text)
    else:
        asked.ask("tell", partial(_told, talk, asked, target), to=target, text=text, manner=manner, tags=tags)
        if manner != "notice":
            asked.ask("people", partial(_away, asked), name=target)


def some_of(target: str) -> tuple[Role, str] | None:
    """Tell for whom something is, if not for all in a room, and in which; of several marks, that which lets more people hear it."""
    room = target.lstrip("".join(SOME.values()))
    marks = target.removesuffix(room)
    role = next((role for role, mark in reversed(SOME.items()) if mark in marks), None)
    return (role, room) if role is not None and room.startswith("#") else None


def _said(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Done(entries=(entry, *_)):
            echo(talk, asked, target, entry.log, reply)
        case Denied(why=why):
            refused(asked, target, why)


def asked_in_row(talk: Talk, target: str, count: int) -> RowAsked:
    """Give what so many words said to a room in a row are referred to by."""
    return RowAsked(partial(_said_row, talk, target, count, talk.nick))


def _said_row(talk: Talk, target: str, count: int, nick: str, reply: Reply) -> Asked:
    """Give the row with its answer: the echo of each of the words, or why none was taken."""
    asked = Asked(talk, Message("PRIVMSG", (target,)), nick)
    match reply:
        case Done(entries=entries):
            for entry in entries:
                asked.put(*words(entry, talk.scene.channel(entry.log), talk.scene, talk.caps))
        case Denied(why=why):
            for _ in range(count):
                refused(asked, target, why)
    return asked


def _confided(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Done(entries=(entry, *_)) if "echo-message" in talk.caps:
            asked.put(*happened(entry, entry.log, talk.scene, talk.caps))
        case Denied(why=why):
            refused(asked, target, why)


def echo(talk: Talk, asked: Asked, target: str, room: str, reply: Done) -> None:
    """Give a client its own words back, if it asked for that: they are on disk."""
    if "echo-message" in talk.caps:
        asked.put(*words(reply.entries[0], talk.scene.channel(room), talk.scene, talk.caps))


def refused(asked: Asked, target: str, why: e.Refused) -> None:
    """Say why words were not said; to notices nothing is ever answered."""
    if asked.command == "NOTICE":
        return
    match why:
        case e.NotInRoom() | e.RoomNameRefused() | e.NoSuchRoom() if (room := room_of(target)) is not None:
            there = asked.talk.scene.hub.rooms.get(asked.talk.scene.room(room))
            known = there is not None and sees(asked.talk.session.someone, there)
            asked.deny(n.ERR_CANNOTSENDTOCHAN if known else n.ERR_NOSUCHCHANNEL, why, target)
        case e.EmptyText() | e.TextTooLong() | e.NoSuchPerson():
            asked.refused(why, target)
        case e.NotAllowed() if target.startswith("#"):
            asked.deny(n.ERR_CANNOTSENDTOCHAN, why, target)
        case _:
            asked.refused(why, target)


def _told(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Done(entries=(entry, *_)) if isinstance(entry.event, Told):
            lines = partial(words, entry, entry.event.to.name, talk.scene, talk.caps)
            if "echo-message" in talk.caps:
                asked.put(*lines())
            # What one says to oneself comes in any case, and is no answer.
            if entry.event.to.is_same(entry.event.by):
                asked.besides(*lines())
        case Denied(why=why):
            refused(asked, target, why)


def _away(asked: Asked, reply: Reply) -> None:
    match reply:
        case Answer(fields={"people": [{"name": name, "away": message}]}):
            asked.say(n.RPL_AWAY, str(name), str(message))


def _commanded(talk: Talk, asked: Asked, text: str) -> None:
    """Do what somebody says to the house itself: a verb of its own, with or without a slash."""
    verb, _, tail = text.strip().removeprefix("/").partition(" ")
    asked.ask(verb.lower(), partial(_answered, talk, asked), tail=tail.strip())


def _answered(talk: Talk, asked: Asked, reply: Reply) -> None:
    """Answer in the house's own name, in the query where it was asked."""
    match reply:
        case Denied(why=why):
            shown: tuple[str, ...] = (unslashed(str(why)),)
        case Answer(verb="help", lines=(*about, _), fields={"commands": _}):
            shown = (*map(unslashed, about), HOW)
        case Answer(verb="help" | "ban" | "mute", lines=about):
            shown = tuple(map(unslashed, about))
        case Answer(lines=shown):
            pass
        case Done():
            shown = ("Done.",)
        case _:
            shown = ()
            asked.plainly(reply)
    for one in shown:
        for piece in pieces(one, room_for(talk.scene.service, "NOTICE", talk.nick)):
            asked.put(line(talk.scene.service, "NOTICE", talk.nick, piece))


# -- tags, and what was said taken back


def client_tags(asked: Asked) -> dict[str, str] | None:
    """Give the tags a client means for other clients."""
    if "message-tags" not in asked.talk.caps:
        return None
    return {key: value for key, value in asked.message.tags.items() if key.startswith("+") and is_key(key) and key != CUTS} or None


def tagmsg(talk: Talk, asked: Asked) -> None:
    """Send tags without words."""
    tags = client_tags(asked)
    found = list(dict.fromkeys(target for target in asked.params[0].split(",") if target))
    if len(found) > TARGETS["TAGMSG"]:
        asked.later(n.ERR_TOOMANYTARGETS, asked.params[0], f"That is more than {TARGETS['TAGMSG']} at once.")
        return
    for target in found if "message-tags" in talk.caps else ():
        room, some = room_of(target), some_of(target)
        if some is not None:
            asked.ask("signal", partial(_confided, talk, asked, some[1]), tags=tags, room=some[1][1:], role=some[0])
        elif room is not None:
            asked.ask("signal", partial(_signalled, talk, asked, target), tags=tags, room=room)
        else:
            asked.ask("signal", partial(_signalled, talk, asked, target), tags=tags, to=target)


def _signalled(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Done(entries=(entry, *_)) if isinstance(entry.event, Signalled):
            if "echo-message" in talk.caps:
                name = talk.scene.channel(entry.log) if entry.event.to is None else entry.event.to.name
                asked.put(*signalled(entry, entry.event, name, talk.scene, talk.caps))
            if entry.event.to is not None and entry.event.to.is_same(entry.event.by):
                asked.besides(*signalled(entry, entry.event, entry.event.to.name, talk.scene, talk.caps))
        case Denied(why=why):
            refused(asked, target, why)


def redact(talk: Talk, asked: Asked) -> None:
    """Take back what was said."""
    target, msgid = asked.params[:2]
    room = room_of(target)
    if room is not None and talk.scene.room(room) not in talk.session.stays:
        asked.turn(lambda: asked.fail("INVALID_TARGET", "You are not there.", target))
        return
    where = {"to": target} if room is None else {"room": room}
    asked.ask("remove", partial(_redacted, talk, asked, target, msgid), entry=msgid, reason=asked.param(2) or None, **where)


def _redacted(talk: Talk, asked: Asked, target: str, msgid: str, reply: Reply) -> None:
    match reply:
        case Done(entries=(entry, *_)):
            reason = (asked.param(2),) if asked.param(2) else ()
            asked.from_self("REDACT", target, msgid, *reason, tags=tags_of(entry, talk.scene, talk.caps))
        case Denied(why=e.NoSuchPerson() as why):
            asked.fail("INVALID_TARGET", str(why), target)
        case Denied(why=e.NoSuchMessage() | e.NothingToRemove()):
            asked.fail(
                "UNKNOWN_MSGID", "Nothing that was said here lately has this id; signals without words are not kept.", target, msgid
            )
        case Denied(why=why):
            asked.fail("REDACT_FORBIDDEN", str(why), target, msgid)
