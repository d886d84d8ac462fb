"""/hello NAME: say who you are; for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from chatroom.core.attempts import Attempt
from chatroom.core.becoming import ask_whose
from chatroom.core.call import Call, cut, single
from chatroom.core.effects import Close, Effect, Send
from chatroom.core.errors import (
    ConsoleIsForModerators,
    HouseFull,
    Malformed,
    NamedAlready,
    PasswordNeeded,
    PasswordToChoose,
    Refused,
    WrongPassword,
)
from chatroom.core.events import INBOX
from chatroom.core.fact import fact
from chatroom.core.members import Member
from chatroom.core.names import STAR, clean_name
from chatroom.core.positions import Position, positions_of
from chatroom.core.profile import REAL
from chatroom.core.rank import Rank
from chatroom.core.replies import Denied, Notice, Welcome
from chatroom.core.session import Person, Session
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described

REPLACED = "Your session goes on in another connection."
SHORTEST_KEY = 16
"""Characters; a shorter key could be guessed."""


USER = 16
"""Characters of what somebody's account on their own system is called."""
_UNFIT = re.compile(r"[^A-Za-z0-9._~-]")


def perform(call: Call) -> None:
    """Give the session its name and rooms, or back those it had; who has a password shows it first."""
    session, hub, args = call.session, call.hub, call.args
    if session.person is not None:
        raise NamedAlready(name=session.person.name)
    wish = Wish(_key(call), positions_of(call, call.hub.limits.rooms_each), _rooms(call), _keys(call))
    session.bot, session.echo = args.get("bot", False), args.get("echo", False)
    session.marks = args.get("marks", False)
    session.client = args.get("client", "")[:64]
    who, password = args["name"].strip(), args.get("password")
    star = STAR if session.relayed and who.startswith(STAR) else ""
    who = who.removeprefix(star)
    member = _identified(call)
    if member is not None and password is None:
        name = star + clean_name(who, hub.limits.name)
        hub.keeper.check(Party(session.address, name, member.id), call.now)
        _let_in(call, wish, name, member)
        return
    if session.console and password is None:
        hub.keeper.check_secrecy(session.private)
        raise PasswordNeeded(name=who)
    if _wants_password(call, star, who, password):
        ask_whose(call, who, "recognise", password, then=partial(_recognised, call, wish, star))
    else:
        name = star + clean_name(who, hub.limits.name)
        hub.keeper.check(Party(session.address, name), call.now)
        _come_in(call, wish, name, None)


def _identified(call: Call) -> Member | None:
    """Give the member who has shown who they are, as they are now, if they are still one."""
    shown = call.session.credentials.identified
    return None if shown is None else call.hub.keeper.members.get(shown.id)


def _wants_password(call: Call, star: str, who: str, password: str | None) -> bool:
    try:
        return call.hub.keeper.wants_password(who, password, private=call.session.private)
    except PasswordNeeded:
        # By this name the door asks again, with the password.
        raise PasswordNeeded(name=star + who) from None


class Recognition(Protocol):
    """Be what the office "recognise" gives for a right password."""

    @property
    def member(self) -> Member:
        """Give whose it is."""

    @property
    def invited(self) -> bool:
        """Tell whether it is the code of an invitation, and a password is still to be chosen."""


@fact
class Wish:
    """Be what a session asked for beside its name."""

    key: str | None
    positions: dict[str, Position]
    rooms: list[str]
    keys: dict[str, str]


def _recognised(call: Call, wish: Wish, star: str, attempt: Attempt, found: Recognition | None) -> Sequence[Effect]:
    keeper, session = call.hub.keeper, call.session
    if session.person is not None:
        raise NamedAlready(name=session.person.name)
    if found is None:
        raise WrongPassword
    keeper.attempts.succeeded(attempt, call.now)
    member = found.member
    keeper.check(Party(session.address, member.name, member.id), call.now)
    if found.invited:
        session.credentials.invited = member
        raise PasswordToChoose(name=member.name)
    _let_in(call, wish, star + member.name, member)
    return ()


def _let_in(call: Call, wish: Wish, name: str, member: Member) -> None:
    if call.session.console:
        _come_to_console(call, member)
    else:
        _come_in(call, wish, name, member)


def _come_to_console(call: Call, member: Member) -> None:
    if member.rank < Rank.MODERATOR:
        raise ConsoleIsForModerators
    person = Person(member.name, call.hub.new_id(), call.now, member.rank, member.id)
    person.listed = False
    call.hub.presence.admit(call.session, person)
    _welcome(call, call.session, resumed=False, inbox=None)


def _come_in(call: Call, wish: Wish, name: str, member: Member | None) -> None:
    session, hub = call.session, call.hub
    old = hub.presence.resumable(wish.key) if wish.key else None
    if old is not None and old.person is not None and old.person.author.member == (member.id if member else None):
        hub.presence.succeed(old, session)
    else:
        old = None
        _arrive(call, session, name, member, wish.key)
    known = wish.positions.pop(INBOX, None)
    inbox = hub.memory.inbox(session, known)
    _welcome(call, session, resumed=old is not None, inbox=inbox)
    rooms = list(dict.fromkeys([*wish.positions, *wish.rooms]))[: hub.limits.rooms_each]
    for room in rooms:
        stay = session.stays.get(room)
        if stay is not None:
            hub.occupancy.resume(call, stay, wish.positions.get(room))
        else:
            _join(Call(hub, session, call.verb, {}, None, call.now), room, wish)
    for room in [room for room in session.stays if room not in rooms]:
        hub.occupancy.resume(call, session.stays[room], None)
    hub.memory.show_inbox(Call(hub, session, call.verb, {}, None, call.now), inbox[1], whole=inbox == known)
    if old is not None:
        call.reply(Send(old, Notice(None, "replaced", REPLACED)), Close(old, REPLACED))


def _join(call: Call, room: str, wish: Wish) -> None:
    key = wish.keys.get(room, "") if room in call.hub.rooms else ""
    try:
        call.hub.occupancy.join(call, room, wish.positions.get(room), key)
    except Refused as why:
        call.reply(Send(call.session, Denied(None, "join", why)))


def _arrive(call: Call, session: Session, name: str, member: Member | None, key: str | None) -> None:
    hub = call.hub
    hub.guard.enter(session, call.now)
    if member is not None:
        hub.guard.recognise(session, member.id)
    person = hub.people.get("@" + member.id) if member is not None else None
    if person is None:
        if len(hub.people) >= hub.limits.people:
            raise HouseFull(limit=hub.limits.people)
        person = _described(_person(call, name, member), call)
        hub.roster.claim(name, person, person.author.member)
    hub.presence.admit(session, person)
    if key:
        hub.presence.remember(session, key)


def _person(call: Call, name: str, member: Member | None) -> Person:
    if member is not None:
        return Person(name, member.id, call.now, member.rank, member.id)
    call.hub.keeper.check_stranger()
    return Person(name, call.hub.new_id(), call.now)


def _described(person: Person, call: Call) -> Person:
    """Note what somebody says about themselves, as far as it can be shown."""
    person.user = _UNFIT.sub("", call.args.get("user", ""))[:USER]
    person.real = cut(single(call.args.get("real", "")), REAL)
    person.away = person.known_away = cut(single(call.args.get("away", "")), call.hub.limits.away) or None
    return person


def _welcome(call: Call, session: Session, *, resumed: bool, inbox: Position | None) -> None:
    rules, person = call.hub.rules, session.someone
    limits = rules.limits.advertised()
    call.reply(Send(session, Welcome(call.ref, person.name, str(person.rank), rules.name, limits, rules.welcome, resumed, inbox)))


def _rooms(call: Call) -> list[str]:
    wanted = call.args.get("rooms", [] if call.args.get("resume", {}).keys() - {INBOX} else [call.hub.rules.lobby])
    return [call.hub.room_name(room) for room in wanted[: call.hub.limits.rooms_each]]


def _keys(call: Call) -> dict[str, str]:
    """Read the keys of rooms one wants to enter."""
    given = call.args.get("keys", {})
    if not all(isinstance(key, str) for key in given.values()):
        raise Malformed(problem="The field keys takes {room: key}.")
    if len(given) > call.hub.limits.rooms_each:
        raise Malformed(problem="The field keys names too many rooms.")
    return {call.hub.room_name(room): key.strip() for room, key in given.items()}


def _key(call: Call) -> str | None:
    key: str | None = call.args.get("key")
    longest = call.hub.limits.key
    if key is not None and not SHORTEST_KEY <= len(key) <= longest:
        raise Malformed(problem=f"The field key takes {SHORTEST_KEY} to {longest} characters.")
    return key


verb = Verb(
    "hello",
    perform,
    params=(
        Param("name", Takes.REST),
        Param("password", Takes.REST, optional=True, typed=False),
        Param("key", optional=True, typed=False),
        Param("client", optional=True, typed=False),
        Param("bot", Takes.FLAG, optional=True, typed=False),
        Param("echo", Takes.FLAG, optional=True, typed=False),
        Param("marks", Takes.FLAG, optional=True, typed=False),
        Param("user", optional=True, typed=False),
        Param("real", Takes.REST, optional=True, typed=False),
        Param("away", Takes.REST, optional=True, typed=False),
        Param("rooms", Takes.LIST, optional=True, typed=False),
        Param("keys", Takes.MAP, optional=True, typed=False),
        Param("resume", Takes.MAP, optional=True, typed=False),
    ),
    nameless=True,
    hidden=True,
    **described(__doc__),
)
