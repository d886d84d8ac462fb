"""Keeping order: kicks and invitations, and what those do who keep it in the house, as the house's own verbs."""

from __future__ import annotations

from functools import partial

from chatroom.core import errors as e
from chatroom.core.keeping import sees
from chatroom.core.likeness import fold
from chatroom.core.rank import Rank
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.settings import INVITATION
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.out import shortened
from chatroom.wire.irc.rooms import not_there, targets
from chatroom.wire.irc.sasl import logged_in
from chatroom.wire.irc.talk import Talk, room_of


def refused(asked: Asked, target: str, param: str, why: e.Refused) -> None:
    """Say why order was not kept."""
    match why:
        case e.NotKeeper() | e.NotOwner() | e.OutOfReach() | e.RankTooLow() | e.LobbyStays():
            asked.deny(n.ERR_CHANOPRIVSNEEDED, why, target)
        case e.NoSuchPerson() | e.NoSuchMember():
            asked.deny(n.ERR_NOSUCHNICK, why, param)
        case e.NotThereNow():
            asked.deny(n.ERR_USERNOTINCHANNEL, why, param, target)
        case e.NoSuchRoom() | e.RoomNameRefused():
            asked.deny(n.ERR_NOSUCHCHANNEL, why, target)
        case _:
            asked.refused(why, target)


# -- kicks and invitations


def kick(talk: Talk, asked: Asked) -> None:
    """Put people out of a room."""
    target = asked.params[0]
    room = room_of(target)
    there = None if room is None else talk.scene.hub.rooms.get(talk.scene.room(room))
    if there is None or not sees(talk.session.someone, there):
        asked.later(n.ERR_NOSUCHCHANNEL, target, "There is no such room.")
        return
    reason = shortened(asked.param(2), talk.scene.hub.limits.reason)
    for name in targets(asked, 1):
        asked.ask("kick", partial(_kicked, asked, target, name), room=room, who=name, reason=reason or None)


def _kicked(asked: Asked, target: str, name: str, reply: Reply) -> None:
    if isinstance(reply, Denied):
        if isinstance(reply.why, e.NotInRoom):
            asked.refused(reply.why, target)
        elif isinstance(reply.why, e.NoSuchPerson):
            asked.deny(n.ERR_USERNOTINCHANNEL, reply.why, name, target)
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
    rooms = [talk.scene.channel(room.name) for room in talk.scene.hub.rooms.values() if room.rights.holds(INVITATION, inbox)]

    def tell() -> None:
        for room in rooms:
            asked.say(n.RPL_INVITELIST, room)
        asked.say(n.RPL_ENDOFINVITELIST, "That is all.")

    asked.turn(tell)


def _invited(asked: Asked, name: str, target: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": who, "room": room}):
            asked.say(n.RPL_INVITING, str(who), asked.talk.scene.channel(str(room)))
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
            asked.from_self("MODE", asked.nick, "+o")
            asked.say(n.RPL_YOUREOPER, f"You are {talk.session.someone.rank.titled} here.")
        case Denied(why=e.IsAMember()):
            asked.say(n.ERR_NOOPERHOST, "You are logged in as another member. Connect anew to be that one.")
        case Denied(why=e.KeepsNoOrder() | e.HereAlready() as why):
            asked.deny(n.ERR_NOOPERHOST, why)
        case Denied(why=why):
            asked.deny(n.ERR_PASSWDMISMATCH, why)


def kill(talk: Talk, asked: Asked) -> None:
    """Put somebody out of the house."""
    if talk.session.someone.rank < Rank.MODERATOR:
        asked.later(n.ERR_NOPRIVILEGES, "That is for those who keep order in the house.")
    elif fold(asked.params[0]) == fold(talk.scene.server) and talk.scene.hub.roster.find(asked.params[0]) is None:
        asked.later(n.ERR_CANTKILLSERVER, "The house itself cannot be put out.")
    else:
        name = asked.params[0]
        reason = shortened(asked.param(1), talk.scene.hub.limits.reason)
        asked.ask("kick", partial(_killed, asked, name), who=name, reason=reason or None)


def _killed(asked: Asked, name: str, reply: Reply) -> None:
    match reply:
        case Denied(why=e.NoSuchPerson() as why):
            asked.deny(n.ERR_NOSUCHNICK, why, name)
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
