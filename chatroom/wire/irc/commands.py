"""The commands IRC clients use, each a row: what it does, how many parameters it needs, and when it may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatroom.wire.irc import (
    account,
    history,
    markers,
    messages,
    metadata,
    monitor,
    multiline,
    negotiation,
    order,
    people,
    registration,
    roommodes,
    rooms,
    sasl,
    server,
)
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.message import Message
from chatroom.wire.irc.talk import Talk


@dataclass(frozen=True, slots=True)
class Row:
    """Be one command."""

    perform: Callable[[Talk, Asked], None]
    least: int = 0
    """Parameters it cannot do without, which may be empty."""
    nameless: bool = False
    """Whether it may be used before registration is complete."""


COMMANDS: dict[str, Row] = {
    "ADMIN": Row(server.admin),
    "AUTHENTICATE": Row(sasl.authenticate, 1, nameless=True),
    "AWAY": Row(people.away, nameless=True),
    "BATCH": Row(multiline.batch, 1),
    "CAP": Row(negotiation.cap, 1, nameless=True),
    "CHATHISTORY": Row(history.chathistory),
    "CONNECT": Row(server.linked, 1),
    "HELP": Row(server.help_),
    "HELPOP": Row(server.help_),
    "INFO": Row(server.info),
    "INVITE": Row(order.invite),
    "ISON": Row(people.ison, 1),
    "ISUPPORT": Row(server.support, nameless=True),
    "JOIN": Row(rooms.join, 1),
    "KILL": Row(order.kill, 2),
    "KICK": Row(order.kick, 2),
    "LINKS": Row(server.links),
    "LIST": Row(rooms.list_),
    "LUSERS": Row(server.lusers),
    "MARKREAD": Row(markers.markread),
    "METADATA": Row(metadata.metadata, 2, nameless=True),
    "MODE": Row(roommodes.mode, 1),
    "MONITOR": Row(monitor.monitor, 1),
    "MOTD": Row(server.motd),
    "NAMES": Row(rooms.names),
    "NICK": Row(registration.nick, nameless=True),
    "NOTICE": Row(messages.message),
    "OPER": Row(order.oper, 2),
    "PART": Row(rooms.part, 1),
    "PASS": Row(registration.password, 1, nameless=True),
    "PING": Row(registration.ping, 1, nameless=True),
    "PONG": Row(registration.pong, nameless=True),
    "PRIVMSG": Row(messages.message),
    "QUIT": Row(registration.leave, nameless=True),
    "REDACT": Row(messages.redact, 2),
    "REGISTER": Row(account.register, 3, nameless=True),
    "REHASH": Row(order.rehash),
    "SETNAME": Row(people.setname, 1),
    "SQUIT": Row(server.linked, 2),
    "STATS": Row(server.stats, 1),
    "SUMMON": Row(server.summon),
    "TAGMSG": Row(messages.tagmsg, 1),
    "TIME": Row(server.time),
    "TOPIC": Row(rooms.topic, 1),
    "USER": Row(registration.user, 4, nameless=True),
    "USERHOST": Row(people.userhost, 1),
    "USERS": Row(server.users),
    "VERIFY": Row(account.verify, 2, nameless=True),
    "VERSION": Row(server.version),
    "WALLOPS": Row(order.wallops, 1),
    "WHO": Row(people.who),
    "WHOIS": Row(people.whois),
    "WHOWAS": Row(people.whowas),
}


def take(talk: Talk, message: Message) -> Asked:
    """Make of a message what is to be asked and answered."""
    if not message.command.isupper():
        message = Message(message.command.upper(), message.params, tags=message.tags)
    asked = Asked(talk, message)
    row = COMMANDS.get(asked.command)
    if row is None:
        _other(talk, asked)
    elif not row.nameless and not talk.registered:
        _too_early(talk, asked)
    elif len(asked.params) < row.least or (asked.command == "USER" and not (asked.params[0] and asked.params[3])):
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "Something is missing.")
    elif not multiline.gather(talk, asked):
        row.perform(talk, asked)
    if not asked.steps and not multiline.is_open(talk, asked):
        asked.turn(lambda: None)  # it counts as a line all the same, and is acknowledged if it has a label
    return asked


def _too_early(talk: Talk, asked: Asked) -> None:
    asked.later(n.ERR_NOTREGISTERED, "Say who you are first.")


def _other(talk: Talk, asked: Asked) -> None:
    """Take what is no command of IRC for a verb of the house's own, if it has one of that name."""
    verb = talk.scene.hub.find_verb(asked.command.lower())
    if verb is None or verb.hidden or not talk.registered:
        asked.later(n.ERR_UNKNOWNCOMMAND, asked.command[:64], "There is no such command.")
        return
    params = list(asked.params)
    room = params.pop(0)[1:] if params and params[0].startswith("#") else None
    asked.ask(verb.name, tail=" ".join(params), room=room)
