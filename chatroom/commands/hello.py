"""/hello NAME: say who you are; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Close, Send
from chatroom.core.errors import HouseFull, Malformed, NamedAlready, Refused
from chatroom.core.hub import Position
from chatroom.core.names import clean_name, fold
from chatroom.core.replies import Denied, Notice, Welcome
from chatroom.core.session import Person, Session
from chatroom.core.verb import Param, Takes, Verb, described

REPLACED = "Your session goes on in another connection."
SHORTEST_KEY = 16
"""Characters; a shorter key could be guessed."""


def perform(call: Call) -> None:
    """Give the session its name and rooms, or back those it had."""
    session, hub = call.session, call.hub
    if session.person is not None:
        raise NamedAlready(name=session.person.name)
    key, positions = _key(call), _positions(call)
    name = clean_name(call.args["name"], hub.limits.name)
    wanted = call.args.get("rooms", [] if positions else [hub.rules.lobby])
    rooms = [hub.room_name(room) for room in wanted[: hub.limits.rooms_each]]
    rooms = list(dict.fromkeys([*positions, *rooms]))[: hub.limits.rooms_each]
    session.bot, session.echo = call.args.get("bot", False), call.args.get("echo", False)
    session.client = call.args.get("client", "")[:64]
    old = hub.resumable(key) if key else None
    if old is not None and old.person is not None and fold(old.person.name) == fold(name):
        hub.succeed(old, session)
    else:
        old = None
        _arrive(call, session, name, key)
    _welcome(call, session, resumed=old is not None)
    for room in rooms:
        stay = session.stays.get(room)
        if stay is not None:
            hub.resume_room(call, stay, positions.get(room))
        else:
            _join(Call(hub, session, call.verb, {}, None, call.now), room, positions.get(room))
    for room in [room for room in session.stays if room not in rooms]:
        hub.resume_room(call, session.stays[room], None)
    if old is not None:
        call.reply(Send(old, Notice(None, "replaced", REPLACED)), Close(old, REPLACED))


def _join(call: Call, room: str, position: Position | None) -> None:
    try:
        call.hub.join(call, room, position)
    except Refused as why:
        call.reply(Send(call.session, Denied(None, "join", why)))


def _arrive(call: Call, session: Session, name: str, key: str | None) -> None:
    hub = call.hub
    if len(hub.people) >= hub.limits.people:
        raise HouseFull(limit=hub.limits.people)
    person = Person(name, hub.new_id(), call.now)
    hub.roster.check(name, person)
    hub.roster.claim(name, person)
    hub.admit(session, person)
    if key:
        hub.remember(session, key)


def _welcome(call: Call, session: Session, *, resumed: bool) -> None:
    rules, person = call.hub.rules, session.someone
    limits = rules.limits.advertised()
    call.reply(Send(session, Welcome(call.ref, person.name, str(person.rank), rules.name, limits, rules.welcome, resumed)))


def _key(call: Call) -> str | None:
    key: str | None = call.args.get("key")
    longest = call.hub.limits.key
    if key is not None and not SHORTEST_KEY <= len(key) <= longest:
        raise Malformed(problem=f"The field key takes {SHORTEST_KEY} to {longest} characters.")
    return key


def _positions(call: Call) -> dict[str, Position]:
    found: dict[str, Position] = {}
    for room, position in call.args.get("resume", {}).items():
        match position:
            case [str(epoch), int(seq)] if seq >= 0 and not isinstance(seq, bool):
                found[call.hub.room_name(room)] = (epoch, seq)
            case _:
                raise Malformed(problem="The field resume takes {room: [epoch, seq]}.")
        if len(found) > call.hub.limits.rooms_each:
            raise Malformed(problem="The field resume names too many rooms.")
    return found


verb = Verb(
    "hello",
    perform,
    params=(
        Param("name", Takes.REST),
        Param("key", optional=True, typed=False),
        Param("client", optional=True, typed=False),
        Param("bot", Takes.FLAG, optional=True, typed=False),
        Param("echo", Takes.FLAG, optional=True, typed=False),
        Param("rooms", Takes.LIST, optional=True, typed=False),
        Param("resume", Takes.MAP, optional=True, typed=False),
    ),
    nameless=True,
    hidden=True,
    **described(__doc__),
)
