"""Keeping order: modes, kicks and invitations, as the house's own verbs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chatroom.core import errors as e
from chatroom.core.keeping import standing
from chatroom.core.profile import host
from chatroom.core.rank import Rank
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.rights import INVITATION, OUTSIDE, Standing
from chatroom.core.room import Room
from chatroom.wire.irc import modes, own
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.happened import channel
from chatroom.wire.irc.rooms import left, not_there
from chatroom.wire.irc.sasl import logged_in
from chatroom.wire.irc.server import TARGETS
from chatroom.wire.irc.talk import Asked, Talk, room_of

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
    elif talk.scene.room(room) not in talk.scene.hub.rooms:
        asked.later(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")
    else:
        after = _After(talk, talk.scene.hub.rooms[talk.scene.room(room)])
        for on, letter, param in changes(asked.params[1:]):
            if after.changes(on, letter):
                _change(talk, asked, room, on, letter, param)


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
                "i": access == "invited",
                "k": access == "key",
                "l": limit,
                "m": quiet,
                "n": not reply.fields["outside"],
                "s": secret,
                "t": lock,
            }
            letters = "".join(letter for letter, on in flags.items() if on)
            params = [*([key or "*"] if access == "key" else []), *([str(limit)] if limit else [])]
            asked.say(n.RPL_CHANNELMODEIS, channel(str(room)), f"+{letters}", *params)
            if reply.fields["opened_at"]:
                asked.say(n.RPL_CREATIONTIME, channel(str(room)), str(int(reply.fields["opened_at"])))
        case Denied():
            asked.say(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")


class _After:
    """Know which modes a room will have after each change of one command, so that nobody hears of those that change nothing."""

    __slots__ = ("_keeper", "_on")

    def __init__(self, talk: Talk, room: Room) -> None:
        rights = room.rights
        self._keeper = standing(talk.session.someone, room) >= Standing.OPERATOR
        self._on = {letter: rights.on(setting) for letter, setting in modes.SETTINGS.items()}
        self._on |= {letter: rights.access == access for letter, access in modes.ACCESS.items()}
        self._on |= {"l": bool(rights.limit), "n": not rights.on(OUTSIDE)}

    def changes(self, on: bool, letter: str) -> bool:
        """Tell whether this changes anything, or is for somebody else to do; who may not is to be told."""
        if not self._keeper or letter not in self._on:
            return True
        before, self._on[letter] = self._on[letter], on
        if on and letter in modes.ACCESS:
            self._on |= dict.fromkeys(modes.ACCESS.keys() - {letter}, False)
        return before != on or (on and letter in "kl")


def _change(talk: Talk, asked: Asked, room: str, on: bool, letter: str, param: str | None) -> None:
    then = partial(_changed, asked, channel(room), param or "")
    if letter in modes.SETTINGS:
        asked.ask(modes.SETTINGS[letter], then, room=room, state="on" if on else "off")
    elif letter in "ov":
        _role(talk, asked, room, on, letter, param)
    elif letter in LISTS and param is None:
        asked.ask("bans", partial(_listed, asked, channel(room), letter), room=room)
    elif letter in LISTS:
        _ban(talk, asked, room, on, letter, param or "")
    elif letter == "n":
        asked.ask("outside", then, room=room, state="off" if on else "on")
    elif letter in "ik":
        _access(asked, room, on, letter, param)
    elif letter == "l":
        _limit(asked, room, on, param)
    else:
        asked.later(n.ERR_UNKNOWNMODE, letter, "is no mode here")


def _changed(asked: Asked, target: str, param: str, reply: Reply) -> None:
    """Say why something was not changed; what was is shown as to everybody there."""
    match reply:
        case Denied(why=e.WrongUsage() | e.NotBanned() | e.NotExempt()):
            pass  # it is as asked for already
        case Denied(why=why):
            refused(asked, target, param, why)


def refused(asked: Asked, target: str, param: str, why: e.Refused) -> None:
    """Say why order was not kept."""
    match why:
        case e.NotKeeper() | e.NotOwner() | e.OutOfReach() | e.RankTooLow() | e.LobbyStays():
            asked.say(n.ERR_CHANOPRIVSNEEDED, target, str(why))
        case e.NoSuchPerson() | e.NoSuchMember():
            asked.say(n.ERR_NOSUCHNICK, param, str(why))
        case e.NotThereNow():
            asked.say(n.ERR_USERNOTINCHANNEL, param, target, str(why))
        case e.TooManyBans() | e.TooManyMasks() | e.TooManyRoles():
            asked.say(n.ERR_BANLISTFULL, target, param, str(why))
        case e.NoSuchRoom() | e.RoomNameRefused():
            asked.say(n.ERR_NOSUCHCHANNEL, target, str(why))
        case e.TargetTooWide() | e.TargetIsYou() | e.TargetIsThisMachine():
            sentence = "That would keep out you or nearly everybody; mode i lets in only those who are invited."
            asked.say(n.ERR_INVALIDMODEPARAM, target, "b", param, sentence)
        case e.NotUnderstood() | e.AddressesHidden():
            asked.say(n.ERR_INVALIDMODEPARAM, target, asked.param(1) or "*", param or "*", str(why))
        case _:
            asked.refused(why, target)


def _role(talk: Talk, asked: Asked, room: str, on: bool, letter: str, name: str | None) -> None:
    if name is None:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "Somebody is to be named.")
        return
    person, there = talk.scene.hub.roster.find(name), talk.scene.hub.rooms[talk.scene.room(room)]
    if person is not None and person not in there.occupants:
        asked.later(n.ERR_USERNOTINCHANNEL, name, channel(room), "They are not there.")
    elif person is not None and letter == "o" and not on and standing(person, there) > Standing.OPERATOR:
        what = standing(person, there).titled(there.name)
        asked.later(n.ERR_CHANOPRIVSNEEDED, channel(room), f"{person.name} is {what}, which no mode takes away.")
    else:
        verb = {"o": ("deop", "op"), "v": ("devoice", "voice")}[letter][on]
        asked.ask(verb, partial(_changed, asked, channel(room), name), room=room, name=name)


def _access(asked: Asked, room: str, on: bool, letter: str, key: str | None) -> None:
    then = partial(_changed, asked, channel(room), key or "")
    if letter == "i" or not on:
        asked.ask("access", then, room=room, access="invited" if on else "open")
    elif not key or " " in key or "," in key or key.startswith(":"):
        asked.later(n.ERR_INVALIDMODEPARAM, channel(room), "k", key or "*", "A key is one word.")
    else:
        asked.ask("access", then, room=room, access=f"key {key}")


def _limit(asked: Asked, room: str, on: bool, param: str | None) -> None:
    number = param or ""
    if not on:
        number = "0"
    elif not (number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number)):
        asked.later(n.ERR_INVALIDMODEPARAM, channel(room), "l", number or "*", "A limit is a number of people.")
        return
    asked.ask("limit", partial(_changed, asked, channel(room), number), room=room, count=int(number))


# -- bans


LISTS = {
    "b": ("bans", n.RPL_BANLIST, n.RPL_ENDOFBANLIST),
    "e": ("spared", n.RPL_EXCEPTLIST, n.RPL_ENDOFEXCEPTLIST),
    "I": ("welcome", n.RPL_INVEXLIST, n.RPL_ENDOFINVEXLIST),
}
"""The modes that are lists of masks: what the house calls them, and the numerics that tell one of them and the end."""


def _ban(talk: Talk, asked: Asked, room: str, on: bool, letter: str, mask: str) -> None:
    target = modes.target_of(_somebody(talk, mask))
    if target is None:
        asked.later(
            n.ERR_INVALIDMODEPARAM, channel(room), letter, mask, "A mask is of a name, a member's or guest's host, or an address."
        )
        return
    then = partial(_changed, asked, channel(room), mask)
    if letter in modes.KINDS:
        asked.ask("exempt", then, room=room, kind=modes.KINDS[letter], who=target, lift=not on)
    elif on:
        asked.ask("ban", then, room=room, who=target)
    else:
        asked.ask("unban", then, room=room, who=target)


def _somebody(talk: Talk, mask: str) -> str:
    """Give the name of whoever is here with the host a mask names, as that says who they are."""
    at = mask.rpartition("@")[2].lower()
    if at.endswith(".guest"):
        for person in talk.scene.hub.people.values():
            if host(person) == at:
                return person.name
    return mask


def _listed(asked: Asked, target: str, letter: str, reply: Reply) -> None:
    what, listed, end = LISTS[letter]
    if isinstance(reply, Answer):
        for ban in reply.fields[what]:
            for one in ban["targets"]:
                asked.say(listed, target, modes.mask_of(str(one)), str(ban["by"]), str(int(ban["at"])))
    asked.say(end, target, "That is all.")


# -- kicks and invitations


def kick(talk: Talk, asked: Asked) -> None:
    """Put people out of a room."""
    target = asked.params[0]
    room = room_of(target)
    if room is None or talk.scene.room(room) not in talk.scene.hub.rooms:
        asked.later(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")
        return
    for name in [name for name in asked.params[1].split(",") if name][: TARGETS["KICK"]]:
        if talk.scene.hub.roster.find(name) is talk.session.person:
            asked.ask("leave", partial(left, talk, asked, target, asked.param(2)), room=room, reason=asked.param(2) or None)
        else:
            asked.ask("kick", partial(_kicked, asked, target, name), room=room, who=name, reason=asked.param(2) or None)


def _kicked(asked: Asked, target: str, name: str, reply: Reply) -> None:
    if isinstance(reply, Denied):
        if isinstance(reply.why, e.NotInRoom):
            asked.refused(reply.why, target)
        elif isinstance(reply.why, e.NoSuchPerson):
            asked.say(n.ERR_USERNOTINCHANNEL, name, target, str(reply.why))
        else:
            refused(asked, target, name, reply.why)


def invite(talk: Talk, asked: Asked) -> None:
    """Ask somebody into a room; without more, tell where one is asked to come."""
    if not asked.params:
        _invitations(talk, asked)
        return
    if len(asked.params) < 2:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "Somebody and a room are to be named.")
        return
    name, target = asked.params[:2]
    room = room_of(target)
    if room is None:
        asked.later(n.ERR_NOSUCHCHANNEL, target, "A room's name begins with a #.")
        return
    person = talk.scene.hub.roster.find(name)
    there = talk.scene.hub.rooms.get(talk.scene.room(room))
    if person is not None and there is not None and person in there.occupants and talk.session.person in there.occupants:
        asked.later(n.ERR_USERONCHANNEL, name, target, "They are there already.")
    else:
        asked.ask("invite", partial(_invited, asked, name, target), room=room, name=name)


def _invitations(talk: Talk, asked: Asked) -> None:
    inbox = talk.session.someone.inbox
    rooms = [channel(room.name) for room in talk.scene.hub.rooms.values() if room.rights.holds(INVITATION, inbox)]

    def tell() -> None:
        for room in rooms:
            asked.say(n.RPL_INVITELIST, room)
        asked.say(n.RPL_ENDOFINVITELIST, "That is all.")

    asked.turn(tell)


def _invited(asked: Asked, name: str, target: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": who, "room": room}):
            asked.say(n.RPL_INVITING, str(who), channel(str(room)))
            away = asked.talk.scene.hub.roster.find(str(who))
            if away is not None and away.away:
                asked.say(n.RPL_AWAY, away.name, away.away)
        case Denied(why=e.NotInRoom() as why):
            not_there(asked, target, why)
        case Denied(why=why):
            refused(asked, target, name, why)


# -- keeping order in the house


def oper(talk: Talk, asked: Asked) -> None:
    """Let whoever knows the password of somebody who keeps order be that one."""
    before = talk.logged_in
    name, password = asked.params[0], " ".join(asked.params[1:])
    asked.ask("rise", partial(_risen, talk, asked, before), name=name, password=password)


def _risen(talk: Talk, asked: Asked, before: bool, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": name}):
            if not before:
                logged_in(talk, asked, str(name))
            asked.from_self("MODE", talk.nick, "+o")
            asked.say(n.RPL_YOUREOPER, f"You are {talk.session.someone.rank.titled} here.")
        case Denied(why=e.KeepsNoOrder() | e.HereAlready() | e.IsAMember() as why):
            asked.say(n.ERR_NOOPERHOST, str(why))
        case Denied(why=why):
            asked.say(n.ERR_PASSWDMISMATCH, str(why))


def kill(talk: Talk, asked: Asked) -> None:
    """Put somebody out of the house."""
    if talk.session.someone.rank < Rank.MODERATOR:
        asked.later(n.ERR_NOPRIVILEGES, "That is for those who keep order in the house.")
    else:
        name = asked.params[0]
        asked.ask("kick", partial(_killed, asked, name), who=name, reason=asked.param(1) or None)


def _killed(asked: Asked, name: str, reply: Reply) -> None:
    match reply:
        case Denied(why=e.NoSuchPerson() as why):
            asked.say(n.ERR_NOSUCHNICK, name, str(why))
        case Denied(why=why):
            asked.refused(why, name)


def wallops(talk: Talk, asked: Asked) -> None:
    """Tell something to all who have mode w."""
    if not asked.params[0]:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "There is nothing to tell.")
    else:
        asked.ask("alert", partial(_alerted, asked), text=asked.params[0])


def _alerted(asked: Asked, reply: Reply) -> None:
    match reply:
        case Denied(why=why):
            asked.refused(why)


def rehash(talk: Talk, asked: Asked) -> None:
    """Read the settings again."""

    def then(reply: Reply) -> None:
        if isinstance(reply, Answer):
            asked.say(n.RPL_REHASHING, "config.yaml", "The settings were read again.")
        asked.plainly(reply)

    asked.ask("reload", then)
