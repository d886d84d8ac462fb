"""How what was committed is shown: each entry goes into the logs it concerns, and to whoever reads them.

Rules
-----
- An entry of the house that concerns several rooms stands in each of their logs, and whoever is in several is shown it once. To
  each reader it names only the rooms that one is in (`within`): others may be closed to strangers.
- Private words go to the devices of the two people, and to nobody else; that some passed may be witnessed.
- What a removal names is emptied before the removal is shown, in the order of its log; that goes for inboxes, too.
- What was stored before, as its outcome was unknown then, is shown only if nobody has been shown it yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from chatroom.core.effects import Deliver, Effect, Glimpse, Send, Show, ShowHouse, Witness
from chatroom.core.events import (
    HOUSE,
    Entry,
    HouseEvent,
    Invited,
    Removed,
    Renamed,
    RoomClosed,
    RoomOpened,
    RoomSet,
    Said,
    Told,
    TopicChanged,
    WentAway,
    Whispered,
    within,
)
from chatroom.core.inboxes import Inboxes
from chatroom.core.lookout import Lookout
from chatroom.core.observing import Observing
from chatroom.core.replies import Notice
from chatroom.core.room import Room, Topic
from chatroom.core.session import CARDS, CONFIDENCES, INVITATIONS, NAME, PEOPLE, Person, Session
from chatroom.core.signals import CardChanged, Confided, Described, Recognised, Signalled
from chatroom.core.standing import Standing
from chatroom.core.words import Placed

HELD = 200
"""Private words that are held back for one session; more overtake what waited."""


class Showing:
    """Turn entries into what is to be shown; see the module for the rules."""

    def __init__(
        self, rooms: Mapping[str, Room], people: Mapping[str, Person], observing: Observing, inboxes: Inboxes, lookout: Lookout
    ) -> None:
        self._rooms = rooms
        self._people = people
        self._observing = observing
        self._inboxes = inboxes
        self._lookout = lookout
        self._order = 0

    def show_all(self, entries: Sequence[Entry], session: Session) -> list[Effect]:
        """Show what a submission became; words that stand in several rooms at once are one thing."""
        if len(entries) == 1:
            return list(self._show(entries[0], session))
        same = self._same(entries)
        shown = [self._show_same(entries[:same], session)] if same else []
        return [*shown, *(effect for entry in entries[same:] for effect in self._show(entry, session))]

    @staticmethod
    def _same(entries: Sequence[Entry]) -> int:
        """Count the entries at the beginning that are the same words in several rooms; words in one room are none."""
        if not entries or not isinstance(entries[0].event, Said):
            return 0
        count = sum(1 for _ in takewhile(lambda entry: entry.id == entries[0].id, entries))
        return count if count > 1 else 0

    def show_row(self, row: Placed, session: Session) -> Sequence[Show]:
        """Show words said to one room in a row."""
        room = self._rooms.get(row.log)
        first = self._order + 1
        self._order += len(row.texts)
        return () if room is None else (Show(room, room.log.extend(row, first, session)),)

    def _show_same(self, entries: Sequence[Entry], session: Session) -> ShowHouse:
        self._order += 1
        found = [(room, entry) for entry in entries if (room := self._rooms.get(entry.log)) is not None]
        return ShowHouse(tuple((room, room.log.append(entry, self._order, session)) for room, entry in found))

    def unseen(self, entry: Entry) -> bool:
        """Tell whether nobody was shown an entry that was stored before."""
        if entry.log.startswith("@"):
            return entry.kept and entry.seq > self._inboxes.head(entry.log)
        room = self._rooms.get(entry.log)
        return room is not None and entry.kept and entry.seq > room.log.head

    def _show(self, entry: Entry, session: Session) -> Sequence[Effect]:
        self._order += 1
        event = entry.event
        if isinstance(event, Said):  # first, as it is what happens most
            room = self._rooms.get(entry.log)
            return () if room is None else (Show(room, room.log.append(entry, self._order, session)),)
        if isinstance(event, HouseEvent):
            return self._show_house(entry, event, session)
        if isinstance(event, Told | Invited):
            return self._deliver(entry, event, session)
        if isinstance(event, Signalled) and event.to is not None:
            person = self._people.get(entry.log)
            return () if person is None else self._deliver_to(entry, person, session)
        if isinstance(event, Confided):
            return list(self._confidences(entry, event, session))
        if isinstance(event, Removed) and entry.log not in self._rooms:
            entry, person = self._inboxes.take(entry), self._people.get(entry.log)
            return () if person is None else self._deliver_to(entry, person, session)
        if entry.log == HOUSE:
            return [Witness(entry)]
        room = self._rooms.get(entry.log)
        if room is None:
            return ()
        if isinstance(event, Removed):
            room.log.empty(frozenset(event.ids))
        if isinstance(event, RoomOpened):
            room.floor = entry.seq - 1
        elif isinstance(event, TopicChanged):
            room.topic = Topic(event.topic, event.by.name, entry.at)
        stretch = room.log.append(entry, self._order, session)
        observed: Sequence[Effect] = ()
        if isinstance(event, RoomOpened | RoomSet | RoomClosed):
            observed = self._observing.changed(room, opened=isinstance(event, RoomOpened))
        return [*observed, Show(room, stretch)]

    def _show_house(self, entry: Entry, event: HouseEvent, session: Session) -> Sequence[Effect]:
        rooms = [self._rooms[name] for name in event.rooms if name in self._rooms]
        each = [(room, Entry(room.name, room.log.head, entry.at, entry.id, event)) for room in rooms]
        shown = tuple([(room, room.log.append(entry, self._order, session)) for room, entry in each])
        return [ShowHouse(shown), *self._sightings(entry, event, session)]

    def _sightings(self, entry: Entry, event: HouseEvent, source: Session) -> Iterator[Effect]:
        """Show what becomes of somebody to those who look out for them from elsewhere, and a new name to their own devices there."""
        if isinstance(event, Renamed) and source.person is not None:
            others = [one for one in source.person.sessions if one is not source and NAME in one.wants]
            yield from (Glimpse(one, within(entry, ())) for one in others if one.stays.keys().isdisjoint(event.rooms))
        if not isinstance(event, WentAway | Described | Recognised | CardChanged):
            return
        wanting = CARDS if isinstance(event, CardChanged) else PEOPLE
        for session in self._lookout.watching(event.by.name):
            elsewhere = session.stays.keys().isdisjoint(event.rooms) and session.person is not source.person
            if wanting in session.wants and elsewhere and not session.ignoring.hides(event.by):
                yield Glimpse(session, within(entry, ()))

    def _deliver(self, entry: Entry, event: Told | Invited, session: Session) -> Sequence[Effect]:
        effects: list[Effect] = []
        entry = self._inboxes.take(entry)
        if isinstance(event, Told) and session.person is not None and entry.log == session.person.inbox:
            effects.append(Witness(Entry(HOUSE, 0, entry.at, entry.id, Whispered(event.by, event.to))))
        person = self._people.get(entry.log)
        if person is None:
            return effects
        if isinstance(event, Invited):
            effects += self._invitations(entry, event, session)
        own = person is session.person
        for reader in person.sessions:
            if (reader is not session or reader.echo) and not reader.ignoring.hides(event.by):
                effects += _after_what_waited(Deliver(reader, entry, own))
        return effects

    def _invitations(self, entry: Entry, event: Invited, source: Session) -> Iterator[Effect]:
        """Show that somebody was asked into a room to those there who could have asked, too."""
        room = self._rooms.get(event.room)
        if room is None:
            return
        least = Standing.OPERATOR if room.rights.invited else Standing.NOBODY
        for person, sessions in room.occupants.items():
            if room.rights.standing(person.inbox, person.rank) >= least:
                wanting = [reader for reader in sessions if INVITATIONS in reader.wants and reader is not source]
                yield from (Glimpse(reader, entry) for reader in wanting if not reader.ignoring.hides(event.by))

    def _confidences(self, entry: Entry, event: Confided, source: Session) -> Iterator[Effect]:
        """Show words, or tags without any, to those in a room whom they are for."""
        room, operators = self._rooms.get(event.room), event.role == "operator"
        if room is None:
            return
        whom = "who keep order" if operators else "who have a voice"
        told = Notice(None, "confided", f"{event.by.name} says to those {whom} in {room.name}: {event.text}")
        for person, sessions in room.occupants.items():
            if room.rights.standing(person.inbox, person.rank) < (Standing.OPERATOR if operators else Standing.VOICED):
                continue
            for reader in [one for one in sessions if one is not source and not one.ignoring.hides(event.by)]:
                if CONFIDENCES in reader.wants:
                    yield Glimpse(reader, entry)
                elif event.text:
                    yield Send(reader, told)

    def _deliver_to(self, entry: Entry, person: Person, session: Session) -> Sequence[Effect]:
        own = person is session.person
        readers = [reader for reader in person.sessions if reader is not session or reader.echo]
        shown = [reader for reader in readers if own or not reader.ignoring.hides(entry.event.by)]
        return [one for reader in shown for one in _after_what_waited(Deliver(reader, entry, own))]


def _after_what_waited(effect: Deliver) -> Sequence[Deliver]:
    """Give what is to be delivered now; while what waited for a session is still being read, that is held back."""
    held = effect.session.held
    if held is None or len(held) >= HELD:
        return (effect,)
    held.append(effect)
    return ()
