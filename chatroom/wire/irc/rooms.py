"""Rooms: coming and going, topics, who is there, and the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from chatroom.core.call import cut, single
from chatroom.core.errors import BannedFromRoom, Refused
from chatroom.core.keeping import sees
from chatroom.core.likeness import fold
from chatroom.core.replies import Answer, Denied, Entered, Exited, Reply
from chatroom.wire.irc import markers, metadata, modes
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.masks import is_mask, matches
from chatroom.wire.irc.message import LINE
from chatroom.wire.irc.names import word
from chatroom.wire.irc.out import Out, line, room_for
from chatroom.wire.irc.scene import SERVICE
from chatroom.wire.irc.server import TARGETS, longest_topic
from chatroom.wire.irc.talk import Talk, room_of

Facts = Mapping[str, Any]


def targets(asked: Asked, place: int = 0) -> list[str]:
    """List the targets in a parameter, each once; of more than the command takes it is said that they are too many."""
    found = list(dict.fromkeys(target for target in asked.param(place).split(",") if target))
    if len(found) <= TARGETS[asked.command]:
        return found
    asked.later(n.ERR_TOOMANYTARGETS, asked.param(place), f"That is more than {TARGETS[asked.command]} at once.")
    return []


def join(talk: Talk, asked: Asked) -> None:
    """Go into rooms."""
    if asked.params[0] == "0":
        for room in list(talk.session.stays):
            asked.ask("leave", partial(left, talk, asked, talk.scene.channel(room), ""), room=room)
        return
    keys = dict(zip(asked.params[0].split(","), asked.param(1).split(","), strict=False))
    for target in targets(asked):
        _join(talk, asked, target, keys.get(target, ""))
    if not asked.params[0].strip(","):
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "A room is missing.")


def _join(talk: Talk, asked: Asked, target: str, key: str) -> None:
    room = room_of(target)
    if room is None:
        asked.later(n.ERR_NOSUCHCHANNEL, target, "A room's name begins with a #.")
    elif talk.scene.room(room) not in talk.session.stays:
        known = talk.scene.room(room) in talk.scene.hub.rooms  # to open a room takes no key
        asked.ask("join", partial(_joined, talk, asked, target), room=room, key=key if key and known else None)


def _joined(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Entered(view=view):
            person = talk.session.someone
            account = talk.scene.account(person.author.member) or "*"
            more = (account, person.real or person.name) if "extended-join" in talk.caps else ()
            asked.from_self("JOIN", talk.scene.channel(view.room), *more)
            if "draft/read-marker" in talk.caps:
                asked.put(markers.of_room(talk, view.room))
            if view.topic:
                _topic_lines(asked, view.room, view.topic, view.topic_by, view.topic_at)
            if "no-implicit-names" not in talk.caps and "draft/no-implicit-names" not in talk.caps:
                _names_lines(talk, asked, view.room)
            asked.put(*metadata.on_joining(talk, view.room))
            replay(talk, asked, reply)
        case Denied(why=why):
            asked.refused(why, target)


def replay(talk: Talk, asked: Asked, entered: Entered) -> None:
    """Show what was said before to a client that cannot ask for it, each word once."""
    room = entered.view.room
    known = talk.seen.pop(room, 0)
    if "draft/chathistory" in talk.caps or talk.session.bot:
        return
    missed = [entry for entry in entered.recent if entry.seq > known]
    for one in talk.past(missed, talk.scene.channel(room)):
        asked.put(one)
    if entered.missed:
        text = f"You missed {entered.missed} more before that. /msg {SERVICE} history shows them."
        asked.put(line(talk.scene.server, "NOTICE", talk.scene.channel(room), text))


def part(talk: Talk, asked: Asked) -> None:
    """Leave rooms."""
    for target in targets(asked):
        room = room_of(target)
        if room is None:
            asked.later(n.ERR_NOSUCHCHANNEL, target, "A room's name begins with a #.")
        else:
            reason = asked.param(1)
            asked.ask("leave", partial(left, talk, asked, target, reason), room=room, reason=reason or None)


def left(talk: Talk, asked: Asked, target: str, reason: str, reply: Reply) -> None:
    """Show the client that it left a room, or why it did not."""
    match reply:
        case Exited(room=room):
            talk.note_seen(room)
            shown = cut(single(reason), talk.scene.hub.limits.reason)
            asked.from_self("PART", talk.scene.channel(room), *((shown,) if shown else ()))
        case Denied(why=why):
            not_there(asked, target, why)


def not_there(asked: Asked, target: str, why: Refused) -> None:
    """Say that a room is not one's own, or is none at all."""
    room = room_of(target) or ""
    there = asked.talk.scene.hub.rooms.get(asked.talk.scene.room(room))
    if there is not None and sees(asked.talk.session.someone, there):
        asked.refused(why, target)
    else:
        asked.say(n.ERR_NOSUCHCHANNEL, target, f"There is no room called {target}.")


# -- topics


def topic(talk: Talk, asked: Asked) -> None:
    """Show or set a room's topic."""
    target = asked.params[0]
    room = room_of(target)
    if room is None:
        asked.later(n.ERR_NOSUCHCHANNEL, target, "A room's name begins with a #.")
    elif len(asked.params) > 1 and len(asked.params[1].encode()) > _topic_room(talk, target):
        asked.later(n.ERR_INPUTTOOLONG, f"A topic of this room has {_topic_room(talk, target)} bytes at most. Nothing was set.")
    elif len(asked.params) > 1:
        asked.ask("topic", partial(_topic_set, talk, asked, target), topic=asked.params[1] or "-", room=room)
    else:
        asked.ask("topic", partial(_topic_shown, asked, target), room=room)


def _topic_room(talk: Talk, target: str) -> int:
    """Tell how long a topic may be: as long as is announced, if everybody here can be told of it in one line."""
    return min(longest_topic(talk), room_for(talk.scene.source(talk.session.someone.author), "TOPIC", target))


def _topic_set(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Denied(why=BannedFromRoom() as why):
            asked.deny(n.ERR_CANNOTSENDTOCHAN, why, target)
        case Denied(why=why):
            not_there(asked, target, why)


def _topic_shown(asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"room": room, "topic": ""}):
            asked.say(n.RPL_NOTOPIC, asked.talk.scene.channel(str(room)), "There is no topic.")
        case Answer(fields={"room": room, "topic": text, "by": by, "at": at}):
            _topic_lines(asked, str(room), str(text), str(by), float(at))
        case Denied(why=why):
            not_there(asked, target, why)


def _topic_lines(asked: Asked, room: str, text: str, by: str, at: float) -> None:
    asked.say(n.RPL_TOPIC, asked.talk.scene.channel(room), text)
    if by:
        asked.say(n.RPL_TOPICWHOTIME, asked.talk.scene.channel(room), by, str(int(at)))


# -- who is there


def names(talk: Talk, asked: Asked) -> None:
    """List who is in rooms."""
    if not asked.param(0).strip(","):
        asked.later(n.RPL_ENDOFNAMES, "*", "That is all.")
    for target in targets(asked):
        asked.ask("people", partial(_names, talk, asked, target), room=room_of(target) or "", brief=True)


def _names(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"room": room}):
            _names_lines(talk, asked, str(room))
        case _:
            asked.say(n.RPL_ENDOFNAMES, target, "That is all.")


def _names_lines(talk: Talk, asked: Asked, name: str) -> None:
    """List who is in a room, which may be no more by now."""
    room, where = talk.scene.hub.rooms.get(name), talk.scene.channel(name)
    shape = ("multi-prefix" in talk.caps, "userhost-in-names" in talk.caps)
    if room is not None and talk.session.someone not in room.occupants and any(person.hidden for person in room.occupants):
        shown = [word(person, room, shape) for person in room.occupants if not person.hidden]
        if shown:
            asked.listing(n.RPL_NAMREPLY, "=", where, words=shown)
    elif room is not None:
        kind, nick = "@" if room.rights.on("secret") else "=", asked.nick or "*"
        begin = f":{talk.scene.server} {n.RPL_NAMREPLY} {nick} {kind} {where} :"
        for row in talk.scene.lists.rows(room, shape, LINE - 2 - len(begin.encode())):
            asked.put(Out(begin + row))
    asked.say(n.RPL_ENDOFNAMES, where, "That is all.")


def prefix(talk: Talk, facts: Facts, *, every: bool = False) -> str:
    """Give the marks of what somebody may do in a room: the highest, or every one where the client knows of that."""
    marks = modes.MARKS[facts["standing"]] + ("+" if facts.get("voice") else "") if "standing" in facts else ""
    return marks if every or "multi-prefix" in talk.caps else marks[:1]


# -- the list of rooms


def list_(talk: Talk, asked: Asked) -> None:
    """List the rooms where somebody is, all or those that conditions leave; one that is named, also when nobody is there."""
    asked.ask("rooms", partial(_listed, talk, asked))


def _listed(talk: Talk, asked: Asked, reply: Reply) -> None:
    asked.say(n.RPL_LISTSTART, "Channel", "Users  Topic")
    if isinstance(reply, Answer):
        conditions = [one for param in asked.params[:2] for one in param.split(",") if one]
        named = {fold(one) for one in conditions if one.startswith("#") and not is_mask(one)}
        others = [one for one in conditions if fold(one) not in named]
        for facts in reply.fields["rooms"]:
            name = talk.scene.channel(facts["room"])
            wanted = fold(name) in named if named else facts["present"]
            if wanted and all(_meets(talk, facts, one) for one in others):
                asked.say(n.RPL_LIST, name, str(facts["present"]), facts["topic"])
    asked.say(n.RPL_LISTEND, "That is all.")


_SINCE = {"C<": "opened_at", "C>": "opened_at", "T<": "topic_at", "T>": "topic_at"}
"""The conditions that are about how many minutes ago something was, and what."""


def _meets(talk: Talk, facts: Facts, condition: str) -> bool:
    """Tell whether a room meets an ELIST condition; one that makes no sense every room meets."""
    letter, number = condition[:2], condition[2:]
    if condition.startswith("!"):
        return not matches(condition[1:], talk.scene.channel(facts["room"]))
    if condition[0] in "<>" and condition[1:].isascii() and condition[1:].isdigit():
        most = int(condition[1:10])
        return bool(facts["present"] < most if condition[0] == "<" else facts["present"] > most)
    if letter in _SINCE and number.isascii() and number.isdigit():
        at = facts[_SINCE[letter]]
        minutes = (talk.now() - at) / 60
        return bool(at) and bool(minutes < int(number[:9]) if letter[1] == "<" else minutes > int(number[:9]))
    return matches(condition, talk.scene.channel(facts["room"]))
