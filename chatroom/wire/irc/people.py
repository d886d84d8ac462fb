"""People: WHO and WHOX, WHOIS, WHOWAS, ISON, USERHOST, AWAY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from chatroom.core.errors import Refused
from chatroom.core.keeping import sees
from chatroom.core.listing import facts_there, in_house, in_room
from chatroom.core.profile import facts as facts_of
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.core.room import Room
from chatroom.wire.irc import metadata
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.masks import is_mask, matches
from chatroom.wire.irc.out import shortened
from chatroom.wire.irc.rooms import Facts, prefix
from chatroom.wire.irc.server import is_server
from chatroom.wire.irc.talk import Talk, room_of

WHOX = "tcuihsnfdlaor"
"""The fields of WHOX, in the order in which they are answered."""
LONGEST_TOKEN = 3
AT_ONCE = 200
"""People WHO looks at in one turn of the reactor."""
MOST = 100
"""Names in one ISON."""
SOMEWHERE = "not at the keyboard"
"""What others are told of a client that came by itself, and says so by a star (draft/pre-away)."""


def who(talk: Talk, asked: Asked) -> None:
    """List people in a room, or all a mask covers, with the fields a client asks for."""
    mask = asked.param(0) or "*"
    name, hub = room_of(mask), talk.scene.hub
    if name is not None:
        room = _room(talk, name)
        where, count = ("*", 0) if room is None else (talk.scene.channel(room.name), room.present)
        _list(talk, asked, mask, where, _there(talk, room), count)
    elif is_mask(mask) or mask == "0":
        _list(talk, asked, mask, "*", _covered(talk, "*" if mask == "0" else mask), len(hub.people))
    else:
        asked.ask("people", partial(_who, talk, asked, mask), name=mask)


def _list(talk: Talk, asked: Asked, mask: str, where: str, people: Iterator[Facts | None], count: int) -> None:
    """List people a few at a time, each few in a turn of their own."""

    def some() -> None:
        _who_lines(talk, asked, where, islice(people, AT_ONCE))

    def rest() -> None:
        _who_lines(talk, asked, where, people)
        asked.say(n.RPL_ENDOFWHO, mask, "That is all.")

    asked.turns(*[some] * ((count - 1) // AT_ONCE), rest)


def _room(talk: Talk, name: str) -> Room | None:
    """Find a room of which whoever asks may know."""
    try:
        room = talk.scene.hub.existing(name)
    except Refused:
        return None
    return room if sees(talk.session.someone, room) else None


def _there(talk: Talk, room: Room | None) -> Iterator[Facts]:
    """Tell of those in a room, if there is one."""
    me = talk.session.someone
    if room is not None:
        yield from facts_there(iter(in_room(me, room)), me, room, talk.now())


def _covered(talk: Talk, mask: str) -> Iterator[Facts | None]:
    """Tell of those in the house whom a mask covers; None for each that it does not."""
    me = talk.session.someone
    for person in in_house(me, talk.scene.hub):
        facts = facts_of(person, talk.now(), me)
        yield facts if _is_covered(talk, mask, facts) else None


def _who(talk: Talk, asked: Asked, mask: str, reply: Reply) -> None:
    if isinstance(reply, Answer):
        _who_lines(talk, asked, "*", reply.fields["people"])
    asked.say(n.RPL_ENDOFWHO, mask, "That is all.")


def _who_lines(talk: Talk, asked: Asked, where: str, people: Iterable[Facts | None]) -> None:
    orderly = asked.param(1).partition("%")[0] == "o"
    for facts in people:
        if facts is not None and (_keeps_order(facts) or not orderly):
            _who_line(talk, asked, where, facts)


def _keeps_order(facts: Facts) -> bool:
    return facts["rank"] in {"moderator", "admin"}


def _is_covered(talk: Talk, mask: str, facts: Facts) -> bool:
    whole = f"{facts['name']}!{facts['user']}@{facts['host']}"
    return any(matches(mask, text) for text in (facts["name"], facts["user"], facts["host"], facts["real"], talk.scene.server, whole))


def _who_line(talk: Talk, asked: Asked, where: str, facts: Facts) -> None:
    _, percent, wanted = asked.param(1).partition("%")
    if not percent:
        flags = _flags(talk, facts, where != "*")
        server = talk.scene.server
        asked.say(n.RPL_WHOREPLY, where, facts["user"], facts["host"], server, facts["name"], flags, f"0 {facts['real']}")
        return
    letters, _, token = wanted.partition(",")
    fields = [_FIELDS[letter](talk, where, facts, token) for letter in WHOX if letter in letters]
    if fields:
        asked.say(n.RPL_WHOSPCRPL, *fields)


def _flags(talk: Talk, facts: Facts, in_room: bool) -> str:
    away = "G" if "away" in facts else "H"
    order = "*" if _keeps_order(facts) else ""
    bot = "B" if facts.get("bot") else ""
    return away + order + (prefix(talk, facts) if in_room else "") + bot


def _token(talk: Talk, where: str, facts: Facts, token: str) -> str:
    return token if token.isascii() and token.isdigit() and len(token) <= LONGEST_TOKEN else "0"


def _account(talk: Talk, where: str, facts: Facts, token: str) -> str:
    return talk.scene.account(facts.get("member")) or "0"


_FIELDS: dict[str, Callable[[Talk, str, Facts, str], str]] = {
    "t": _token,
    "c": lambda talk, where, facts, token: where,
    "u": lambda talk, where, facts, token: str(facts["user"]),
    "i": lambda talk, where, facts, token: str(facts.get("addresses", ["255.255.255.255"])[0]),
    "h": lambda talk, where, facts, token: str(facts["host"]),
    "s": lambda talk, where, facts, token: talk.scene.server,
    "n": lambda talk, where, facts, token: str(facts["name"]),
    "f": lambda talk, where, facts, token: _flags(talk, facts, where != "*"),
    "d": lambda talk, where, facts, token: "0",
    "l": lambda talk, where, facts, token: str(int(facts["idle"])),
    "a": _account,
    "o": lambda talk, where, facts, token: "n/a",
    "r": lambda talk, where, facts, token: str(facts["real"]),
}


def whois(talk: Talk, asked: Asked) -> None:
    """Tell about one person."""
    server, mask = asked.params[:2] if len(asked.params) > 1 else ("", asked.param(0))
    target = mask.split(",")[0]  # the first alone is told of, but the end names all that was asked for
    if not target:
        asked.later(n.ERR_NONICKNAMEGIVEN, "A nick is missing.")
    elif not is_server(talk, server):
        asked.later(n.ERR_NOSUCHSERVER, server, "There is one server here, this one.")
    else:
        asked.ask("people", partial(_whois, talk, asked, target, mask), name=target)


def _whois(talk: Talk, asked: Asked, target: str, mask: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"people": [facts]}):
            _described(talk, asked, facts)
        case Denied(why=why):
            asked.refused(why, target)
    asked.say(n.RPL_ENDOFWHOIS, mask, "That is all.")


def _described(talk: Talk, asked: Asked, facts: Facts) -> None:
    name = str(facts["name"])
    asked.say(n.RPL_WHOISUSER, name, facts["user"], facts["host"], "*", facts["real"])
    if facts["rooms"]:
        asked.listing(n.RPL_WHOISCHANNELS, name, words=[prefix(talk, one) + talk.scene.channel(one["room"]) for one in facts["rooms"]])
    doors = " and ".join(facts["doors"])
    asked.say(n.RPL_WHOISSERVER, name, talk.scene.server, f"through the {doors} door" + ("s" if len(facts["doors"]) > 1 else ""))
    if "away" in facts:
        asked.say(n.RPL_AWAY, name, facts["away"])
    if _keeps_order(facts):
        asked.say(n.RPL_WHOISOPERATOR, name, f"is a{'n' if facts['rank'] == 'admin' else ''} {facts['rank']} here")
    if "member" in facts:
        asked.say(n.RPL_WHOISACCOUNT, name, talk.scene.account(facts["member"]), "is logged in as")
    if facts.get("bot"):
        asked.say(n.RPL_WHOISBOT, name, "is a bot")
    if facts.get("encrypted"):
        asked.say(n.RPL_WHOISSECURE, name, "is using an encrypted connection")
    if facts.get("addresses"):
        asked.say(n.RPL_WHOISACTUALLY, name, facts["addresses"][0], "is connecting from there")
    metadata.of_whom(talk, asked, name)
    asked.say(n.RPL_WHOISIDLE, name, str(int(facts["idle"])), str(int(facts["since"])), "seconds idle, signon time")


def whowas(talk: Talk, asked: Asked) -> None:
    """Tell about somebody who was here."""
    target = asked.param(0)
    if not target:
        asked.later(n.ERR_NONICKNAMEGIVEN, "A nick is missing.")
    else:
        asked.ask("people", partial(_whowas, talk, asked, target), was=target)


def _whowas(talk: Talk, asked: Asked, target: str, reply: Reply) -> None:
    people = list(reply.fields["people"]) if isinstance(reply, Answer) else []
    number = asked.param(1)
    if number.isascii() and number.isdigit() and int(number[:6]) > 0:
        people = people[: int(number[:6])]
    if not people:
        asked.say(n.ERR_WASNOSUCHNICK, target, "There was nobody of that name.")
    for facts in people:
        asked.say(n.RPL_WHOWASUSER, facts["name"], facts["user"], facts["host"], "*", facts["real"])
        asked.say(n.RPL_WHOISSERVER, facts["name"], talk.scene.server, f"left at {int(facts['at'])}")
        if "member" in facts:
            asked.say(n.RPL_WHOISACCOUNT, facts["name"], talk.scene.account(facts["member"]), "was logged in as")
    asked.say(n.RPL_ENDOFWHOWAS, target, "That is all.")


def ison(talk: Talk, asked: Asked) -> None:
    """Tell which of these people are here."""
    wanted = [name for param in asked.params for name in param.split(" ") if name]
    _several(talk, asked, wanted[:MOST], n.RPL_ISON, lambda facts: str(facts["name"]))


def userhost(talk: Talk, asked: Asked) -> None:
    """Tell a little about people."""

    def shown(one: Facts) -> str:
        order, away = "*" if _keeps_order(one) else "", "-" if "away" in one else "+"
        return f"{one['name']}{order}={away}{one['user']}@{one['host']}"

    _several(talk, asked, list(asked.params[:5]), n.RPL_USERHOST, shown)


def _several(talk: Talk, asked: Asked, wanted: list[str], numeric: str, shown: Callable[[Facts], str]) -> None:
    def tell() -> None:
        found = [person for name in wanted if (person := talk.scene.hub.roster.find(name)) is not None]
        asked.listing(numeric, words=[shown(facts_of(person, talk.now(), talk.session.someone)) for person in found])

    asked.turn(tell)


def setname(talk: Talk, asked: Asked) -> None:
    """Say what one is really called; who has not asked for it is not told that it is so."""

    def then(reply: Reply) -> None:
        match reply:
            case Answer(fields={"real": real}) if "setname" in talk.caps:
                asked.from_self("SETNAME", str(real))
            case Denied(why=why):
                asked.fail("INVALID_REALNAME", str(why))

    if asked.params[0].strip():
        asked.ask("describe", then, real=asked.params[0])
    else:
        asked.turn(lambda: asked.fail("INVALID_REALNAME", "What one is really called needs at least one letter."))


def away(talk: Talk, asked: Asked) -> None:
    """Go away, or come back; with draft/pre-away also while one is coming in."""
    knows = "draft/pre-away" in talk.caps
    if not talk.registered and not knows:
        asked.later(n.ERR_NOTREGISTERED, "Say who you are first.")
        return
    message = SOMEWHERE if knows and asked.param(0) == "*" else shortened(asked.param(0), talk.scene.hub.limits.away)
    if not talk.registered:
        talk.away = message
        asked.later(n.RPL_NOWAWAY if message else n.RPL_UNAWAY, "You will be away." if message else "You will be there.")
    elif message:
        asked.ask("away", partial(_went, asked), message=message)
    else:
        asked.ask("back", partial(_went, asked))


def _went(asked: Asked, reply: Reply) -> None:
    match reply:
        case Answer(verb="away"):
            asked.say(n.RPL_NOWAWAY, "You are away now.")
        case Answer(verb="back"):
            asked.say(n.RPL_UNAWAY, "You are back.")
        case _:
            asked.plainly(reply)
