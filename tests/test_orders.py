"""Whatever people order in rooms, and whatever becomes of it on the disk: what was accepted holds, and holds after a restart.

Members and a guest keep order, speak, come and go while the disk stalls and declines. Nobody is heard who was outside or muted when
they spoke, every request is answered once, who is in a room is who has it open, and a house that is started again goes by the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chatroom.core.bans import Bans
from chatroom.core.call import party_of
from chatroom.core.events import GUESTS, Said
from chatroom.core.hub import Hub
from chatroom.core.rank import Rank
from chatroom.core.seams import Slice
from chatroom.testing import Person, SlowWorld, member, password_of

PEOPLE = ("ann", "bob", "cat", "gus")
"""A moderator, two members and a guest."""
ROOMS = ("lobby", "tea", "den")

person = st.sampled_from(PEOPLE)
room = st.sampled_from(ROOMS)
state = st.sampled_from(["on", "off"])
order = st.one_of(
    st.fixed_dictionaries({"do": st.sampled_from(["op", "deop", "voice", "devoice", "invite"]), "room": room, "name": person}),
    st.fixed_dictionaries({"do": st.sampled_from(["kick", "ban", "unban", "mute", "unmute"]), "room": room, "who": person}),
    st.fixed_dictionaries({"do": st.sampled_from(["mute", "unmute"]), "who": person}),
    st.fixed_dictionaries({"do": st.sampled_from(["lock", "secret", "quiet"]), "room": room, "state": state}),
    st.fixed_dictionaries({"do": st.just("access"), "room": room, "access": st.sampled_from(["open", "invited", "key x"])}),
    st.fixed_dictionaries({"do": st.just("limit"), "room": room, "count": st.integers(0, 3)}),
    st.fixed_dictionaries({"do": st.just("topic"), "room": room, "topic": st.sampled_from(["-", "tea", "cake"])}),
    st.fixed_dictionaries({"do": st.just("close"), "room": room}),
    st.fixed_dictionaries({"do": st.sampled_from(["join", "leave"]), "room": room}),
)


class Orders(RuleBasedStateMachine):
    """Let people keep order in a house whose disk does as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SlowWorld(members=[member("ann", Rank.MODERATOR), member("bob"), member("cat")])
        self.people: dict[str, Person] = {}
        self.asked = 0
        self.open: dict[str, set[int]] = {}
        self.answers: Counter[tuple[str, int]] = Counter()
        self.unheard: set[str] = set()

    @rule(name=person, fields=order)
    def orders(self, name: str, fields: dict[str, Any]) -> None:
        self._ask(name, **fields)

    @rule(name=person, where=room)
    def says(self, name: str, where: str) -> None:
        here = self._come(name)
        text = f"words {self.asked}"
        if not self._may_speak(name, where):
            self.unheard.add(text)
        self._ask(name, do="say", room=where, text=text)
        assert here is self.people[name]

    @property
    def waiting(self) -> int:
        """Count what waits for the disk."""
        return len(self.world.disk._waiting)

    @rule(n=st.integers(1, 5))
    def some_is_stored(self, n: int) -> None:
        self.world.settle(min(n, self.waiting))

    @rule()
    def something_is_declined(self) -> None:
        self.world.decline(min(1, self.waiting))

    @rule()
    def the_house_is_started_again(self) -> None:
        self._rest()
        before = accepted(self.world.hub)
        self.world = self.world.killed()
        assert accepted(self.world.hub) == before
        self.people.clear()

    @invariant()
    def who_is_in_a_room_is_who_has_it_open(self) -> None:
        hub = self.world.hub
        for one in hub.rooms.values():
            there = {person for person in hub.people.values() if any(one.name in session.stays for session in person.sessions)}
            assert set(one.occupants) == there
            assert one.present == len(there)

    @invariant()
    def what_is_kept_of_people_is_what_a_look_at_all_of_them_gives(self) -> None:
        hub = self.world.hub
        counted = hub.presence.counts()
        assert counted["orderly"] == sum(person.rank >= Rank.MODERATOR for person in hub.people.values())
        assert counted["nameless"] == sum(session.person is None for session in hub.sessions)
        for one in hub.rooms.values():
            assert one.names() == tuple(person.name for person in one.occupants)

    def teardown(self) -> None:
        self._rest()
        found: list[str] = []
        for name in ROOMS:
            self.world.disk.read(Slice(name, 10_000), lambda entries: found.extend(texts(entries)))
        self.world.disk.answer()
        assert not self.unheard & set(found)

    def _ask(self, by: str, do: str, **fields: Any) -> None:
        here = self._come(by)
        self.asked += 1
        self.open[by].add(self.asked)
        here.asks(do, self.asked, **fields)
        self._listen()

    def _come(self, name: str) -> Person:
        here = self.people.get(name)
        if here is None or here.wire.lost:
            wire = self.world.wire(f"198.51.100.{PEOPLE.index(name) + 1}")
            here = self.people[name] = self.world.connect(self.world.native, wire)
            here.asks("hello", 0, name=name, rooms=list(ROOMS), **({} if name == "gus" else {"password": password_of(name)}))
            self.open[name] = set()
        return here

    def _listen(self) -> None:
        for name, here in self.people.items():
            for one in here.objects():
                if one.get("re"):
                    self.answers[name, one["re"]] += 1
                    self.open[name].discard(one["re"])
        assert set(self.answers.values()) <= {1}

    def _rest(self) -> None:
        """Let everything be stored, and see that nobody who is still there waits for an answer."""
        for _ in range(10):
            self.world.settle()
        self._listen()
        assert [(name, self.open[name]) for name, here in self.people.items() if not here.wire.lost and self.open[name]] == []

    def _may_speak(self, name: str, where: str) -> bool:
        hub = self.world.hub
        person = hub.roster.find(name)
        room = hub.rooms.get(where)
        if person is None or room is None or person not in room.occupants:
            return False
        now = self.world.wall()
        shut = hub.keeper.mutes.matching(party(person), now) or room.rights.mutes.matching(party(person), now)
        return shut is None or name == "ann" or room.rights.standing(person.inbox, person.rank) > 0


def party(person: Any) -> Any:
    """Give somebody as a mute could hit them."""
    return party_of(person.sessions[0])


def texts(entries: Any) -> list[str]:
    """Give the words of entries."""
    return [entry.event.text for entry in entries if isinstance(entry.event, Said)]


def accepted(hub: Hub) -> dict[str, Any]:
    """Give what outlives a restart: of the house, and of each room of which more is known than that it was opened."""
    rooms = {room.name: kept(room) for room in hub.rooms.values() if room.log.head - room.floor > 1}
    return {"": (sentences(hub.keeper.bans), sentences(hub.keeper.mutes)), **rooms}


def kept(room: Any) -> Any:
    """Give what is kept of a room: nothing of what guests have there."""
    rights = room.rights
    cells = {key: cell.value for key, cell in rights._cells.items() if cell.value is not None and GUESTS not in f"{key} {cell.value}"}
    return room.topic.text, cells, sentences(rights.bans), sentences(rights.mutes)


def sentences(bans: Bans) -> list[tuple[str, str, str]]:
    """Give bans or mutes, each by its number and whom it hits."""
    return [(one.id, one.kind, one.target) for one in bans.listed()]


OrdersTest = Orders.TestCase
OrdersTest.settings = settings(stateful_step_count=25)
