"""METADATA: the cards of people and rooms, and which of their keys a client wants to hear of (IRCv3, draft/metadata-2).

What a client wants to hear of is its connection's alone. It is shown changes of those keys as they happen, of rooms it is in, of the
people there and of those it looks out for, and how things stand when it begins to want them and when it comes into a room. Before
it has a name it may say what it wants to hear of, and write the card with which it comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from chatroom.core import cards
from chatroom.core import errors as e
from chatroom.core.call import sayable
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.happened import METADATA, card_of
from chatroom.wire.irc.out import Out, line, repeated
from chatroom.wire.irc.talk import Talk, room_of

WANTED = 50
"""Keys one client may want to hear of."""
ROW = 6
"""Keys on one line, each of which may be long."""
MOST = 300
"""Lines of one synchronisation; whoever is owed more asks for each room by itself."""
EVERYBODY = "*"
"""How visible what stands on a card is: to all who see whose it is."""
ONESELF = "*"
"""The target that is whoever asks."""
READABLE = ("display-name", "pronouns", "status", "homepage")
"""What of a card people can make something of, which WHOIS shows."""

Fields = Mapping[str, Any]


def value() -> str:
    """Tell that it may be used before registration; of its bounds a client is told when it meets one, as one line is to hold all."""
    return "before-connect"


def metadata(talk: Talk, asked: Asked) -> None:
    """Do what one subcommand asks for."""
    subcommand = asked.params[1].upper()
    perform = SUBCOMMANDS.get(subcommand)
    if not talk.registered and METADATA not in talk.caps:
        asked.later(n.ERR_NOTREGISTERED, "Say who you are first.")
    elif not talk.registered and asked.params[0] != ONESELF:
        asked.turn(lambda: asked.fail("INVALID_TARGET", "Before you have a name there is your own card alone.", asked.params[0]))
    elif perform is None:
        asked.turn(lambda: asked.fail("SUBCOMMAND_INVALID", "There is no such subcommand.", asked.params[1]))
    elif subcommand in {"GET", "SET", "SUB", "UNSUB"} and len(asked.params) < 3:
        asked.later(n.ERR_NEEDMOREPARAMS, asked.command, "A key is missing.")
    else:
        perform(talk, asked)


# -- cards


def _get(talk: Talk, asked: Asked) -> None:
    _ask(talk, asked, partial(_got, talk, asked))


def _got(talk: Talk, asked: Asked, target: str, fields: Fields) -> None:
    lines = []
    for key in asked.params[2:]:
        if not cards.is_key(key):
            lines.append(_failed(talk, "KEY_INVALID", "That is not a key.", key))
        else:
            lines.append(_key_value(talk, target, key, fields["card"].get(key)))
    asked.put(*talk.held(lines, "metadata", target))


def _list(talk: Talk, asked: Asked) -> None:
    _ask(talk, asked, lambda target, fields: asked.put(*_listed(talk, target, fields["card"])))


def _listed(talk: Talk, target: str, card: cards.Card) -> list[Out]:
    return talk.held([_key_value(talk, target, key, text) for key, text in card.items()], "metadata", target)


def _set(talk: Talk, asked: Asked) -> None:
    text = asked.params[3] if len(asked.params) > 3 else None

    def show(target: str, fields: Fields) -> None:
        asked.put(*[_key_value(talk, target, key, text) for key, text in fields["changed"].items()])

    _ask(talk, asked, show, set={asked.params[2]: text})


def _clear(talk: Talk, asked: Asked) -> None:
    def show(target: str, fields: Fields) -> None:
        asked.put(*talk.held([_key_value(talk, target, key, None) for key in fields["changed"]], "metadata", target))

    _ask(talk, asked, show, clear=True)


def _ask(talk: Talk, asked: Asked, show: Callable[[str, Fields], None], **what: Any) -> None:
    """Ask about the target's card, or to change it; `show` is called with what the target is called in truth."""
    target = asked.params[0]
    if not talk.registered:
        _ask_nobody(talk, asked, show, **what)
        return
    room = room_of(target)
    where = {"room": room} if room is not None else {} if target == ONESELF else {"name": target}
    asked.ask("card", partial(_answered, asked, show, bool(what)), **where, **what)


def _ask_nobody(talk: Talk, asked: Asked, show: Callable[[str, Fields], None], **what: Any) -> None:
    """Do the same with the card of somebody who has no name yet."""
    try:
        given = dict.fromkeys(talk.card) if "clear" in what else what.get("set", {})
        talk.card = cards.changed(talk.card, {key: text if text is None else sayable(text) for key, text in given.items()})
    except e.Refused as refusal:
        why = refusal
        asked.turn(lambda: _refused(asked, why, bool(what)))
    else:
        fields = {"card": talk.card, "changed": given}
        asked.turn(lambda: show(ONESELF, fields))


def bring(talk: Talk, asked: Asked) -> None:
    """Bring along the card that was written before there was a name."""
    if talk.card:
        asked.ask("card", partial(_brought, talk), set=talk.card)


def _brought(talk: Talk, reply: Reply) -> None:
    if talk.registered:
        talk.card = {}


def _answered(asked: Asked, show: Callable[[str, Fields], None], writes: bool, reply: Reply) -> None:
    match reply:
        case Answer(fields={"room": room}):
            show(asked.talk.scene.channel(str(room)), reply.fields)
        case Answer(fields={"name": name}):
            show(str(name), reply.fields)
        case Denied(why=why):
            _refused(asked, why, writes)


def _refused(asked: Asked, why: e.Refused, writes: bool) -> None:
    target, key = asked.params[0], asked.param(2, "*")
    match why:
        case e.NoSuchPerson() | e.NoSuchRoom() | e.RoomNameRefused():
            asked.fail("INVALID_TARGET", str(why), target)
        case e.CardKeyInvalid():
            asked.fail("KEY_INVALID", str(why), key)
        case e.CardKeyUnset():
            asked.fail("KEY_NOT_SET", str(why), target, key)
        case e.CardTextTooLong() | e.BadCharacter():
            asked.fail("VALUE_INVALID", str(why))
        case e.CardFull():
            asked.fail("LIMIT_REACHED", str(why), target)
        case e.NotAllowed() | e.CardOfAnother() | e.NotInRoom() if writes:
            asked.fail("KEY_NO_PERMISSION", str(why), target, key if asked.params[1].upper() == "SET" else "*")
        case _:
            asked.refused(why, target)


def _key_value(talk: Talk, target: str, key: str, text: str | None) -> Out:
    nick, server = talk.nick or "*", talk.scene.server
    if text is None:
        return line(server, n.RPL_KEYNOTSET, nick, target, repeated(key), "Nothing stands there.")
    return line(server, n.RPL_KEYVALUE, nick, target, key, EVERYBODY, text)


def _failed(talk: Talk, code: str, why: str, key: str) -> Out:
    return line(talk.scene.server, "FAIL", "METADATA", code, repeated(key), why)


# -- what a client wants to hear of


def _sub(talk: Talk, asked: Asked) -> None:
    taken, lines = dict[str, None](), list[Out]()
    for key in asked.params[2:]:
        if not cards.is_key(key):
            lines.append(_failed(talk, "KEY_INVALID", "That is not a key.", key))
        elif len(talk.wanted_keys) >= WANTED:
            lines.append(_failed(talk, "TOO_MANY_SUBS", f"You hear of {WANTED} keys already.", key))
            break
        else:
            talk.wanted_keys |= {key}
            taken[key] = None
    talk.changed()
    asked.turn(lambda: asked.put(*_keys(talk, n.RPL_METADATASUBOK, taken), *lines, *_standing(talk, frozenset(taken))))


def _unsub(talk: Talk, asked: Asked) -> None:
    good = dict.fromkeys(key for key in asked.params[2:] if cards.is_key(key))
    lines = [_failed(talk, "KEY_INVALID", "That is not a key.", key) for key in asked.params[2:] if not cards.is_key(key)]
    talk.wanted_keys -= good.keys()
    talk.changed()
    asked.turn(lambda: asked.put(*_keys(talk, n.RPL_METADATAUNSUBOK, good), *lines))


def _subs(talk: Talk, asked: Asked) -> None:
    asked.turn(lambda: asked.put(*talk.held(_keys(talk, n.RPL_METADATASUBS, sorted(talk.wanted_keys)), "metadata-subs")))


def _keys(talk: Talk, numeric: str, keys: Iterable[str]) -> list[Out]:
    """List keys, as many on a line as it takes; each is a parameter."""
    listed = list(keys)
    rows = [listed[start : start + ROW] for start in range(0, len(listed), ROW)]
    return [line(talk.scene.server, numeric, talk.nick or "*", *row) for row in rows]


def _sync(talk: Talk, asked: Asked) -> None:
    target = asked.params[0]
    room = room_of(target)
    if room is None:
        _ask(talk, asked, lambda name, fields: asked.put(*talk.held(_wanted(talk, name, fields["card"]), "metadata", name)))
    else:
        asked.ask("card", partial(_answered, asked, partial(_synced, talk, asked), False), room=room, people=True)


def _synced(talk: Talk, asked: Asked, target: str, fields: Fields) -> None:
    asked.put(*talk.held(_of_room(talk, target, fields), "metadata", target))


def _of_room(talk: Talk, target: str, fields: Fields) -> list[Out]:
    people = [one for facts in fields["people"] for one in _wanted(talk, facts["name"], facts["card"])]
    return [*_wanted(talk, target, fields["card"]), *people]


def _wanted(talk: Talk, target: str, card: cards.Card, keys: frozenset[str] | None = None) -> list[Out]:
    wanted = talk.wanted_keys if keys is None else keys
    return [stands(talk.scene.server, target, key, text) for key, text in card.items() if key in wanted]


def stands(source: str, target: str, key: str, text: str | None) -> Out:
    """Tell what stands on a card under a key, or that nothing does any more."""
    return line(source, "METADATA", target, key, EVERYBODY, *(() if text is None else (text,)))


def _standing(talk: Talk, keys: frozenset[str]) -> list[Out]:
    """Tell how things stand in all rooms a client is in, or that it is to ask for each, as that would be too much."""
    hub, lines, people = talk.scene.hub, list[Out](), dict[str, cards.Card]()
    for name, stay in talk.session.current.stays.items():
        lines += _wanted(talk, talk.scene.channel(name), stay.room.rights.card, keys)
        people |= {person.name: card for person in stay.room.occupants if (card := hub.cards.of(person.inbox))}
        if len(lines) + len(people) > MOST:
            return [later(talk, "*")]
    return [*lines, *(one for name, card in people.items() for one in _wanted(talk, name, card, keys))]


def later(talk: Talk, target: str) -> Out:
    """Tell a client to ask for itself how things stand, as it is more than is told unasked."""
    return line(talk.scene.server, n.ERR_METADATASYNCLATER, talk.nick, target, "0", "Ask for it when you need it.")


def on_joining(talk: Talk, room: str) -> Sequence[Out]:
    """Tell who comes into a room how the cards there stand, as far as they want to hear of it."""
    found = talk.scene.hub.rooms.get(room)
    if found is None or METADATA not in talk.caps or not talk.wanted_keys:
        return ()
    if len(found.occupants) > MOST:
        return (later(talk, talk.scene.channel(room)),)
    cards_there = [(person.name, talk.scene.hub.cards.of(person.inbox)) for person in found.occupants]
    fields = {"card": found.rights.card, "people": [{"name": name, "card": card} for name, card in cards_there]}
    return talk.held(_of_room(talk, talk.scene.channel(room), fields), "metadata", talk.scene.channel(room))


def of_people(talk: Talk, names: Iterable[str]) -> list[Out]:
    """Tell how the cards of people stand that a client looks out for, as far as it wants to hear of it."""
    scene = talk.scene
    found = [person for name in names if (person := scene.hub.roster.find(name)) is not None]
    return [one for person in found for one in card_of(person, scene.server, scene, talk.heard)]


def own(talk: Talk) -> Sequence[Out]:
    """Tell a client what stands on its own card, as soon as it can know of that; nothing is a batch, too."""
    person = talk.session.person
    if person is None or METADATA not in talk.caps:
        return ()
    card = {**talk.scene.hub.cards.of(person.inbox), **talk.card}
    return talk.held([stands(talk.scene.server, person.name, key, text) for key, text in card.items()], "metadata", person.name)


def of_whom(talk: Talk, asked: Asked, name: str) -> None:
    """Tell, in answer to WHOIS, what of somebody's card people can make something of."""
    person = talk.scene.hub.roster.find(name)
    if person is not None and METADATA in talk.caps:
        card = talk.scene.hub.cards.of(person.inbox)
        for key in (one for one in READABLE if card.get(one)):
            asked.say(n.RPL_WHOISKEYVALUE, name, key, EVERYBODY, card[key])


SUBCOMMANDS: dict[str, Callable[[Talk, Asked], None]] = {
    "CLEAR": _clear,
    "GET": _get,
    "LIST": _list,
    "SET": _set,
    "SUB": _sub,
    "SUBS": _subs,
    "SYNC": _sync,
    "UNSUB": _unsub,
}
