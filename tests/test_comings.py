"""However people come, go and turn out to be members: rooms hold those who are in them, and the disk says the same.

While the disk stalls, guests and members come on several devices, break off and come back, change their names, open rooms, set
something there, close them and log in, in a house with few rooms. Nobody is left in a room that is not there or under a name that is
not theirs, nothing fails, and whatever was declined or may be stored or not, what stands on the disk of rooms and people in the end
is what is held of them.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatroom.core.doorkeeper import PANIC
from chatroom.core.events import GUESTS
from chatroom.core.rank import Rank
from chatroom.core.room import BESIDE, Room
from chatroom.core.settings import by_room
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, member, password_of

MEMBERS = {"meg": Rank.MEMBER, "mod": Rank.ADMIN}
PEOPLE = ("ann", "bob", *MEMBERS)
LISTS = ("ban/", "mute/", "spare/", "welcome/")

room = st.sampled_from(["lobby", "tea", "den", "ivy"])
name = st.sampled_from([*PEOPLE, "zoe"])
state = st.sampled_from(["on", "off"])
request = st.one_of(
    st.fixed_dictionaries({"do": st.sampled_from(["join", "leave", "close"]), "room": room}),
    st.fixed_dictionaries({"do": st.just("say"), "room": room, "text": st.just("words")}),
    st.fixed_dictionaries({"do": st.just("identify"), "name": st.just("meg"), "password": st.just(password_of("meg"))}),
    st.fixed_dictionaries({"do": st.just("nick"), "name": name}),
    st.fixed_dictionaries({"do": st.sampled_from(["op", "deop", "voice", "invite"]), "room": room, "name": name}),
    st.fixed_dictionaries({"do": st.sampled_from(["kick", "ban", "mute", "unmute"]), "room": room, "who": name}),
    st.fixed_dictionaries({"do": st.sampled_from(["kick", "mute", "unmute"]), "who": name}),
    st.fixed_dictionaries({"do": st.sampled_from(["lock", "secret", "quiet"]), "room": room, "state": state}),
    st.fixed_dictionaries({"do": st.sampled_from(["ban", "unban"]), "who": st.sampled_from(["zoe", "eve"])}),
    st.fixed_dictionaries({"do": st.just("panic"), "state": state}),
    st.fixed_dictionaries({"do": st.just("slow"), "room": room, "span": st.sampled_from(["5s", "off"])}),
    st.fixed_dictionaries({"do": st.just("access"), "room": room, "access": st.sampled_from(["open", "invited"])}),
    st.fixed_dictionaries({"do": st.just("card"), "room": room, "set": st.just({"colour": "red"})}),
    st.fixed_dictionaries({"do": st.just("card"), "set": st.just({"colour": "red"})}),
    st.fixed_dictionaries({"do": st.sampled_from(["quit", "away", "missed", "who"])}),
)


class Comings(RuleBasedStateMachine):
    """Let people come and go in a house whose disk does as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SlowWorld(members=[member(one, rank) for one, rank in MEMBERS.items()], rooms=4, linger=20.0)
        self.devices: list[Person] = []

    @initialize()
    def it_opens_with_some_people_there(self) -> None:
        for name in ("ann", "meg", "mod"):
            self.somebody_comes(name, 0, ["tea"])

    @rule(name=st.sampled_from(PEOPLE), device=st.integers(0, 1), rooms=st.lists(room, max_size=2))
    def somebody_comes(self, name: str, device: int, rooms: list[str]) -> None:
        here = self.world.connect(self.world.native)
        password = {"password": password_of(name)} if name in MEMBERS else {}
        here.asks("hello", 0, name=name, key=f"the device {device} of {name}", rooms=rooms, **password)
        assert "malformed" not in [one.get("error") for one in here.objects()]
        self.devices.append(here)

    @rule(asked=st.lists(st.tuples(st.integers(0, 9), request), min_size=1, max_size=5))
    def some_ask(self, asked: list[tuple[int, dict[str, Any]]]) -> None:
        for which, fields in asked:
            self.devices = [one for one in self.devices if not one.wire.lost]
            if self.devices:
                self.devices[which % len(self.devices)].asks(**fields)

    @rule(which=st.integers(0, 9))
    def a_connection_breaks(self, which: int) -> None:
        if self.devices:
            self.devices.pop(which % len(self.devices)).leaves()

    @rule(count=st.integers(1, 5))
    def some_is_stored(self, count: int) -> None:
        self.world.settle(min(count, len(self.world.disk.waiting)))

    @rule(count=st.integers(1, 3))
    def some_is_declined(self, count: int) -> None:
        count = min(count, len(self.world.disk.waiting))
        self.world.decline(count)

    @rule(count=st.integers(1, 3), stored=st.booleans())
    def of_some_it_is_not_known(self, count: int, stored: bool) -> None:
        self.world.disk.unknown(min(count, len(self.world.disk.waiting)), stored=stored)
        self.world.rest()

    @rule(seconds=st.sampled_from([1.0, 5.0, 30.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.rest(seconds)

    @rule()
    def all_is_stored(self) -> None:
        while self.world.disk.waiting or self.world.hub.errands.doubts:
            self.world.settle()
            self.world.rest(TICK if self.world.hub.errands.doubts else 0.0)
        self.what_is_held_stands_on_the_disk()

    @rule()
    def the_house_is_started_again(self) -> None:
        self.all_is_stored()
        self.devices.clear()
        self.world = self.world.killed()
        self.all_is_stored()

    @invariant()
    def nothing_fails(self) -> None:
        assert self.world.house.figures.faults == 0

    @invariant()
    def who_is_in_a_room_has_it_open_and_who_has_it_open_is_in_it(self) -> None:
        hub = self.world.hub
        for session in hub.sessions:
            for where, stay in session.stays.items():
                assert session in stay.room.occupants[session.someone], where
            assert session.focus is None or session.focus.name in session.stays
        for one in hub.rooms.values():
            for person, sessions in one.occupants.items():
                assert hub.people[person.inbox] is person
                assert all(session.stays[one.name].room is one for session in sessions)

    @invariant()
    def whoever_is_here_has_their_name(self) -> None:
        hub = self.world.hub
        assert all(hub.roster.find(person.name) is person for person in hub.people.values())
        assert len(hub.roster) <= sum(1 + (person.former is not None) for person in hub.people.values())

    def what_is_held_stands_on_the_disk(self) -> None:
        state = self.world.disk.open(self.world.house.deeds.settled, tail=0).state
        assert self.world.hub.errands.doubts.stored == {key: text for key, text in state.items() if not key.startswith("seen/")}
        keeper = self.world.hub.keeper
        for kept in (keeper.bans, keeper.mutes):
            assert {kept.prefix + one.id for one in kept.listed()} == {key for key in state if key.startswith(kept.prefix)}
        assert keeper.panic == (PANIC in state)
        stored = by_room(state)
        for one in self.world.hub.rooms.values():
            assert held(one) == {key: value for key, value in stored.get(one.name, {}).items() if not key.startswith(LISTS)}
            assert sum(map(len, one.rights.lists)) == sum(key.startswith(LISTS) for key in stored.get(one.name, {}))
        beside = {key.removeprefix(kind) for key in state for kind in BESIDE if key.startswith(kind)}
        assert beside <= self.world.hub.rooms.keys() | self.world.hub.vacancy._sleeping.keys()
        for where in stored.keys() - self.world.hub.rooms.keys():
            assert stored[where].keys() <= {"owner"}, "something is kept of a room that is no more"

    def teardown(self) -> None:
        self.the_house_is_started_again()
        self.who_is_in_a_room_has_it_open_and_who_has_it_open_is_in_it()


def held(room: Room) -> dict[str, str]:
    """Give what is held of a room and is to outlast a restart, as it is to stand on the disk."""
    values = {key: cell.value for key, cell in room.rights._cells.items() if GUESTS not in f"{key} {cell.value}"}
    return {key: json.dumps(value) for key, value in values.items() if value is not None}


TestComings = Comings.TestCase
TestComings.settings = settings(stateful_step_count=60)
