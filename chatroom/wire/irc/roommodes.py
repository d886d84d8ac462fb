"""MODE: the modes of rooms, shown and changed, as the house's own verbs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chatroom.core import errors as e
from chatroom.core.keeping import sees, standing
from chatroom.core.likeness import fold
from chatroom.core.rank import Rank
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.room import Room
from chatroom.core.session import Person
from chatroom.core.settings import INVITED, KEYED, OUTSIDE
from chatroom.core.standing import Standing
from chatroom.wire.irc import modes, own
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.order import refused
from chatroom.wire.irc.talk import Talk, room_of

TAKES = {"o": "both", "v": "both", "b": "both", "e": "both", "I": "both", "k": "both", "l": "on"}
"""Which modes take a parameter: when they are set and unset, or only then."""
MOST = 4
"""Modes with a parameter in one command."""


def mode(talk: Talk, asked: Asked) -> None:
    """Show or change the modes of a room, or one's own."""
    target = asked.params[0]
    room = room_of(target)
    if room is None:
        own.mode(talk, asked, target)
    elif len(asked.params) == 1:
        asked.ask("settings", partial(_shown, asked, target), room=room)
    elif (there := talk.scene.hub.rooms.get(talk.scene.room(room))) is None or not sees(talk.session.someone, there):
        asked.later(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")
    else:
        after = _After(talk, there)
        for on, letter, param in changes(asked.params[1:]):
            if after.changes(on, letter, asks=letter in LISTS and param is None):
                _change(talk, asked, room, on, letter, param, after)


def changes(params: tuple[str, ...]) -> Iterator[tuple[bool, str, str | None]]:
    """Read mode letters and what belongs to each; further ones than one command may have are left out."""
    on, rest, taken = True, list(params[1:]), 0
    for letter in params[0]:
        if letter in "+-":
            on = letter == "+"
            continue
        takes = TAKES.get(letter)
        param = None
        if takes == "both" or (takes == "on" and on):
            param = rest.pop(0) if rest else None
            taken += param is not None
        if taken > MOST:
            return
        yield on, letter, param


def _shown(asked: Asked, target: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"room": room, "access": access, "limit": limit, "lock": lock, "secret": secret, "quiet": quiet}):
            key = reply.fields.get("key", "")
            flags = {
                "i": INVITED in access.split(),
                "k": KEYED in access.split(),
                "l": limit,
                "m": quiet,
                "n": not reply.fields["outside"],
                "s": secret,
                "t": lock,
            }
            letters = "".join(letter for letter, on in flags.items() if on)
            params = [*([key or "*"] if flags["k"] else []), *([str(limit)] if limit else [])]
            asked.say(n.RPL_CHANNELMODEIS, asked.talk.scene.channel(str(room)), f"+{letters}", *params)
            if reply.fields["opened_at"]:
                asked.say(n.RPL_CREATIONTIME, asked.talk.scene.channel(str(room)), str(int(reply.fields["opened_at"])))
        case Denied():
            asked.say(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")


class _After:
    """Know what becomes of a room with each change of one command.

    Nobody hears of what changes nothing, nothing is lifted twice, and who keeps no order there is told so once.
    """

    __slots__ = ("_addresses", "_keeper", "_lifted", "_lists", "_on", "_told")

    def __init__(self, talk: Talk, room: Room) -> None:
        rights, person = room.rights, talk.session.someone
        self._keeper = standing(person, room) >= Standing.OPERATOR
        self._on = {letter: rights.on(setting) for letter, setting in modes.SETTINGS.items()}
        self._on |= {"i": rights.invited, "k": bool(rights.key), "l": bool(rights.limit), "n": not rights.on(OUTSIDE)}
        self._lists = {"b": rights.bans, "e": rights.spared, "I": rights.welcome}
        self._addresses = person.rank >= Rank.MODERATOR
        self._lifted: set[tuple[str, str]] = set()
        self._told = False

    def changes(self, on: bool, letter: str, *, asks: bool) -> bool:
        """Tell whether this changes anything, asks for a list, or is the first that is for somebody else to do, who is to be told."""
        if asks or letter not in TAKES.keys() | self._on.keys():
            return True
        if not self._keeper:
            told, self._told = self._told, True
            return not told
        if letter not in self._on:
            return True
        before, self._on[letter] = self._on[letter], on
        return before != on or (on and letter in "kl")

    def lifts(self, letter: str, mask: str) -> str:
        """Name the newest that is still listed as that very mask, whatever else the mask could mean; give the mask where nothing is."""
        for one in reversed(self._lists[letter].listed()):
            shown = modes.mask_of(one.shown(addresses=self._addresses)[0])
            if fold(shown) == fold(mask) and (letter, one.id) not in self._lifted:
                self._lifted.add((letter, one.id))
                return f"#{one.id}"
        return mask


def _change(talk: Talk, asked: Asked, room: str, on: bool, letter: str, param: str | None, after: _After) -> None:
    then = partial(_changed, asked, talk.scene.channel(room), letter, param or "")
    if letter in modes.SETTINGS:
        asked.ask(modes.SETTINGS[letter], then, room=room, state="on" if on else "off")
    elif letter in "ov":
        _role(talk, asked, room, on, letter, param)
    elif letter in LISTS and param is None:
        asked.ask("bans", partial(_listed, asked, talk.scene.channel(room), letter), room=room)
    elif letter in LISTS:
        _ban(talk, asked, room, on, letter, param or "", after)
    elif letter == "n":
        asked.ask("outside", then, room=room, state="off" if on else "on")
    elif letter in "ik":
        _access(asked, room, on, letter, param)
    elif letter == "l":
        _limit(asked, room, on, param)
    else:
        asked.later(n.ERR_UNKNOWNMODE, letter, "is no mode here")


def _changed(asked: Asked, target: str, letter: str, param: str, reply: Reply) -> None:
    """Say why something was not changed; what was is shown as to everybody there."""
    match reply:
        case Answer(verb="ban", lines=(_, note)):
            asked.tell(note)
        case Denied(why=e.WrongUsage() | e.NotBanned() | e.BannedByAnother() | e.NotExempt()):
            pass  # it is as asked for already
        case Denied(why=e.TooManyBans() | e.TooManyMasks() | e.TooManyRoles() as why):
            asked.deny(n.ERR_BANLISTFULL, why, target, letter)
        case Denied(why=e.NotUnderstood() as why):
            asked.deny(n.ERR_INVALIDMODEPARAM, why, target, letter, param or "*")
        case Denied(why=why):
            refused(asked, target, param, why)


def _role(talk: Talk, asked: Asked, room: str, on: bool, letter: str, name: str | None) -> None:
    if name is None:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "Somebody is to be named.")
        return
    person, there = talk.scene.hub.roster.find(name), talk.scene.hub.rooms[talk.scene.room(room)]
    if person is not None and person not in there.occupants:
        asked.later(n.ERR_USERNOTINCHANNEL, name, talk.scene.channel(room), "They are not there.")
    elif person is not None and letter == "o" and not on and _is_above_modes(talk, standing(person, there), person):
        what = standing(person, there).titled(there.name)
        asked.later(n.ERR_CHANOPRIVSNEEDED, talk.scene.channel(room), f"{person.name} is {what}, which no mode takes away.")
    else:
        verb = {"o": ("deop", "op"), "v": ("devoice", "voice")}[letter][on]
        asked.ask(verb, partial(_changed, asked, talk.scene.channel(room), letter, name), room=room, name=name)


def _is_above_modes(talk: Talk, what: Standing, person: Person) -> bool:
    """Tell whether somebody keeps order by more than a mode; an owner may resign."""
    return what > (Standing.OWNER if person is talk.session.person else Standing.OPERATOR)


def _access(asked: Asked, room: str, on: bool, letter: str, key: str | None) -> None:
    then = partial(_changed, asked, asked.talk.scene.channel(room), letter, key or "")
    if letter == "i" or not on:
        asked.ask("access", then, room=room, access=modes.ACCESS[letter], also=on, lift=not on)
    elif not key or " " in key or "," in key or key.startswith(":") or len(key.encode()) > asked.talk.scene.hub.limits.key:
        asked.later(n.ERR_INVALIDMODEPARAM, asked.talk.scene.channel(room), "k", key or "*", "A key is one word, and not a long one.")
    else:
        asked.ask("access", then, room=room, access=f"{KEYED} {key}", also=True)


def _limit(asked: Asked, room: str, on: bool, param: str | None) -> None:
    number = param or ""
    if not on:
        number = "0"
    elif not (number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number)):
        asked.later(n.ERR_INVALIDMODEPARAM, asked.talk.scene.channel(room), "l", number or "*", "A limit is a number of people.")
        return
    asked.ask("limit", partial(_changed, asked, asked.talk.scene.channel(room), "l", number), room=room, count=int(number))


# -- bans


LISTS = {
    "b": ("bans", n.RPL_BANLIST, n.RPL_ENDOFBANLIST),
    "e": ("spared", n.RPL_EXCEPTLIST, n.RPL_ENDOFEXCEPTLIST),
    "I": ("welcome", n.RPL_INVEXLIST, n.RPL_ENDOFINVEXLIST),
}
"""The modes that are lists of masks: what the house calls them, and the numerics that tell one of them and the end."""


def _ban(talk: Talk, asked: Asked, room: str, on: bool, letter: str, mask: str, after: _After) -> None:
    then, who = partial(_changed, asked, talk.scene.channel(room), letter, mask), modes.whole(mask)
    who = who if on else after.lifts(letter, who)
    if letter in modes.KINDS:
        asked.ask("exempt", then, room=room, kind=modes.KINDS[letter], who=who, lift=not on)
    elif on:
        asked.ask("ban", then, room=room, who=who, mask=True)
    else:
        asked.ask("unban", then, room=room, who=who)


def _listed(asked: Asked, target: str, letter: str, reply: Reply) -> None:
    what, listed, end = LISTS[letter]
    if isinstance(reply, Denied):
        refused(asked, target, "", reply.why)
        return
    if isinstance(reply, Answer):
        for ban in reply.fields[what]:
            asked.say(listed, target, modes.mask_of(str(ban["targets"][0])), str(ban["by"]), str(int(ban["at"])))
    asked.say(end, target, "That is all.")
