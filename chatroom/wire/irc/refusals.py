"""Which numeric says that something was refused; where there is none, a standard reply with the refusal's own code does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatroom.core import errors as e
from chatroom.core.errors import Refused
from chatroom.wire.irc import numerics as n

if TYPE_CHECKING:
    from chatroom.wire.irc.asked import Asked


@dataclass(frozen=True, slots=True)
class Told:
    """Be a numeric, and what stands before the sentence."""

    numeric: str
    params: tuple[str, ...] = ()


def _target(why: Refused, asked: Asked, target: str) -> tuple[str, ...]:
    return (target or asked.param(0, "*") or "*",)


def _room(why: Refused, asked: Asked, target: str) -> tuple[str, ...]:
    if not target and "room" in why.fields:
        return (asked.talk.scene.channel(str(why.fields["room"])),)
    return _target(why, asked, target)


def _command(why: Refused, asked: Asked, target: str) -> tuple[str, ...]:
    return (asked.command,)


def _nobody(why: Refused, asked: Asked, target: str) -> tuple[str, ...]:
    return ()


_Context = Callable[[Refused, "Asked", str], tuple[str, ...]]

_NUMERICS: dict[type[Refused], tuple[str, _Context]] = {
    e.NameTaken: (n.ERR_NICKNAMEINUSE, _target),
    e.NameTooSimilar: (n.ERR_NICKNAMEINUSE, _target),
    e.PasswordNeeded: (n.ERR_NICKNAMEINUSE, _target),
    e.RoomNameRefused: (n.ERR_NOSUCHCHANNEL, _target),
    e.NameRefused: (n.ERR_ERRONEUSNICKNAME, _target),
    e.UnknownCommand: (n.ERR_UNKNOWNCOMMAND, _command),
    e.UnknownCommandNearMiss: (n.ERR_UNKNOWNCOMMAND, _command),
    e.EmptyText: (n.ERR_NOTEXTTOSEND, _nobody),
    e.NoSuchRoom: (n.ERR_NOSUCHCHANNEL, _room),
    e.NoSuchPerson: (n.ERR_NOSUCHNICK, _target),
    e.NotInRoom: (n.ERR_NOTONCHANNEL, _room),
    e.InNoRoom: (n.ERR_NOTONCHANNEL, _target),
    e.NotNamedYet: (n.ERR_NOTREGISTERED, _nobody),
    e.NamedAlready: (n.ERR_ALREADYREGISTERED, _nobody),
    e.WrongPassword: (n.ERR_PASSWDMISMATCH, _nobody),
    e.RoomInvitedOnly: (n.ERR_INVITEONLYCHAN, _room),
    e.RoomKeyed: (n.ERR_BADCHANNELKEY, _room),
    e.RoomFull: (n.ERR_CHANNELISFULL, _room),
    e.BannedFromRoom: (n.ERR_BANNEDFROMCHAN, _room),
    e.NotKeeper: (n.ERR_CHANOPRIVSNEEDED, _room),
    e.NotOwner: (n.ERR_CHANOPRIVSNEEDED, _room),
    e.TopicLocked: (n.ERR_CHANOPRIVSNEEDED, _room),
    e.RoomQuiet: (n.ERR_CANNOTSENDTOCHAN, _room),
    e.MutedInRoom: (n.ERR_CANNOTSENDTOCHAN, _room),
    e.TooSoon: (n.ERR_CANNOTSENDTOCHAN, _room),
    e.RankTooLow: (n.ERR_NOPRIVILEGES, _nobody),
    e.OutOfReach: (n.ERR_NOPRIVILEGES, _nobody),
    e.TooManyRooms: (n.ERR_TOOMANYCHANNELS, _target),
    e.HouseHasTooManyRooms: (n.ERR_TOOMANYCHANNELS, _target),
    e.TextTooLong: (n.ERR_INPUTTOOLONG, _nobody),
    e.LineTooLong: (n.ERR_INPUTTOOLONG, _nobody),
}


def told(why: Refused, asked: Asked, target: str = "") -> Told | str:
    """Give the numeric for a refusal, or the code of the standard reply that says it."""
    for cls in type(why).__mro__:
        found = _NUMERICS.get(cls)
        if found is not None:
            return Told(found[0], found[1](why, asked, target))
    return why.code.upper().replace("-", "_")
