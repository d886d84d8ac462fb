"""/card [NAME]: what somebody says about themselves, or a room about itself, by key; for programs.

Everybody writes their own; that of a room those who keep order there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chatroom.core.call import Call, Draft, sayable
from chatroom.core.cards import Card, Change, changed
from chatroom.core.effects import Effect
from chatroom.core.errors import CardOfAnother, NoSuchRoom
from chatroom.core.events import HOUSE
from chatroom.core.keeping import kept_room, rooms_of, sees
from chatroom.core.rights import Alteration
from chatroom.core.room import Room
from chatroom.core.seams import Committed
from chatroom.core.session import Person
from chatroom.core.settings import CARD
from chatroom.core.signals import CardChanged, RoomCardChanged
from chatroom.core.speech import check_everywhere
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show a card, those of all in a room, or change one."""
    writes = "set" in call.args or call.args.get("clear", False)
    if "room" in call.args:
        _write_room(call) if writes else _show_room(call, _seen(call))
        return
    person = call.somebody(call.args["name"]) if "name" in call.args else call.person
    if not writes:
        call.answer(name=person.name, card=call.hub.cards.of(person.inbox))
    elif person is not call.person:
        raise CardOfAnother
    else:
        _write_own(call, person)


def _seen(call: Call) -> Room:
    room = call.hub.existing(call.args["room"])
    if not sees(call.person, room):
        raise NoSuchRoom(room=room.name)
    return room


def _show_room(call: Call, room: Room) -> None:
    """Show the room's card, and to those who are there also those of the people."""
    there = room.occupants if call.person in room.occupants and call.args.get("people", False) else ()
    found = [(person.name, call.hub.cards.of(person.inbox)) for person in there]
    people = [{"name": name, "card": card} for name, card in found if card]
    call.answer(room=room.name, card=room.rights.card, people=people)


def _write_own(call: Call, person: Person) -> None:
    check_everywhere(call)
    before = call.hub.cards.of(person.inbox)
    given = _given(call, before)
    after = changed(before, given)
    rooms, author = rooms_of([person], None), person.author
    drafts = [(HOUSE, CardChanged(author, rooms, key, text)) for key, text in given.items()]
    _submit(call, drafts, call.hub.cards.change(person.inbox, after), given, name=person.name, card=after)


def _write_room(call: Call) -> None:
    room = kept_room(call)
    given = _given(call, room.rights.card)
    after = changed(room.rights.card, given)
    drafts = [(room.name, RoomCardChanged(call.person.author, key, text)) for key, text in given.items()]
    _submit(call, drafts, room.rights.change(CARD, after or None), given, room=room.name, card=after)


def _given(call: Call, before: Card) -> dict[str, str | None]:
    if call.args.get("clear", False):
        return dict.fromkeys(before)
    given: Mapping[str, Any] = call.args["set"]
    if not all(text is None or isinstance(text, str) for text in given.values()):
        raise call.verb.wrong("The field set takes texts by key, or null to take one off.")
    return {key: text if text is None else sayable(text) for key, text in given.items()}


def _submit(call: Call, drafts: Sequence[Draft], change: Change | Alteration, given: Mapping[str, str | None], **fields: Any) -> None:
    def then(_: Committed) -> Sequence[Effect]:
        change.keep()
        return [call.answering(changed=given, **fields)]

    call.submit(*drafts, puts=change.puts, then=then, undo=change.undo)


verb = Verb(
    "card",
    perform,
    params=(
        Param("name", optional=True),
        Param("set", Takes.MAP, optional=True, typed=False),
        Param("clear", Takes.FLAG, optional=True, typed=False),
        Param("people", Takes.FLAG, optional=True, typed=False),
    ),
    roomy=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
