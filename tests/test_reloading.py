"""Reading the settings again: each that can takes effect at once, all or nothing, and nobody has to go."""

from __future__ import annotations

import dataclasses
import gc
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatroom import certificate
from chatroom.certificates import Certificates
from chatroom.config import Config, load
from chatroom.core.errors import NotReloaded
from chatroom.core.flood import FloodLimits
from chatroom.core.rank import Rank
from chatroom.differences import NEEDS_START, Difference, differences, flat
from chatroom.ending import Ending
from chatroom.forgetting import Forgetting
from chatroom.house import House
from chatroom.loading import read_override
from chatroom.logbook import LOG
from chatroom.reloading import HangUp
from chatroom.service import Server, assemble, known_parts
from chatroom.spawn import deferred
from chatroom.state import StateFolder
from chatroom.statistics import Statistics
from chatroom.testing import World, member
from chatroom.wires import Wire

ALONE = {
    "journal": "memory",
    "doors.front": "tcp:0",
    "doors.irc": "off",
    "doors.console": "off",
    "doors.web": "off",
    "terminal": "false",
}
PARTS = known_parts()
Probe = Callable[["Reloaded"], Any]


def settings(**sets: str) -> Config:
    """Read settings from `key__inner=value`."""
    named = ALONE | {key.replace("__", "."): value for key, value in sets.items()}
    return load(None, PARTS, [read_override(f"{key}={value}") for key, value in named.items()])


class Reactor(MemoryReactorClock):
    stops = 0

    def stop(self) -> None:
        self.stops += 1

    def callFromThread(self, call: Any, *args: Any) -> None:
        self.callLater(0, call, *args)


GIVEN = b"".join(certificate.make("house", ["localhost"], time.time()))


class Reloaded:
    """Be a running server whose settings a test can change."""

    def __init__(self, case: SynchronousTestCase) -> None:
        self.case = case
        folder = TemporaryDirectory()
        case.addCleanup(folder.cleanup)
        case.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        case.addCleanup(gc.unfreeze)
        self.reactor = Reactor()
        self.said: list[str] = []
        state = StateFolder(Path(folder.name))
        state.claim()
        (state.path / "members.txt").touch()
        (state.path / "given.pem").write_bytes(GIVEN)
        self.next = settings()
        self.server: Server = assemble(
            self.next,
            state,
            self.reactor,
            read=lambda: self.next,
            ending=Ending(self.reactor),
            say=self.said.append,
            complain=self.said.append,
        )
        self.server.claim()
        self.server.startService()
        self.said.clear()

    @property
    def house(self) -> House:
        house: House = self._stage(Forgetting)._house
        return house

    @property
    def forgetting(self) -> Forgetting:
        found: Forgetting = self._stage(Forgetting)
        return found

    @property
    def statistics(self) -> Statistics:
        found: Statistics = self._stage(Statistics)
        return found

    @property
    def certificates(self) -> Certificates:
        found: Certificates = self._stage(Certificates)
        return found

    @property
    def hang_up(self) -> HangUp:
        found: HangUp = self._stage(HangUp)
        return found

    def _stage(self, kind: type[Any]) -> Any:
        (found,) = [stage for stage in self.server._stages._children if isinstance(stage, kind)]
        return found

    @property
    def places(self) -> list[str]:
        return [str(ports.endpoint) for ports in self.server._openings.ports if ports.listening]

    def enter(self, name: str) -> Wire:
        wire = Wire(self.reactor)
        wire.protocol = self.server._openings.doors["line"].factory.buildProtocol(wire.getPeer())
        wire.protocol.makeConnection(wire)
        wire.protocol.dataReceived(f"{name}\r\n".encode())
        self.reactor.pump([0.01] * 5)
        return wire

    def reload(self, **sets: str) -> list[Difference]:
        self.next = settings(**sets)
        found: list[Difference] = self.case.successResultOf(deferred(self.house.offices["reload"]("admin")))  # type: ignore[arg-type]
        return found

    def fails(self, **sets: str) -> str:
        self.next = settings(**sets)
        failure = self.case.failureResultOf(deferred(self.house.offices["reload"]("admin")), NotReloaded)  # type: ignore[arg-type]
        return str(failure.value)

    def close(self) -> None:
        stopped = self.server.stopService()
        self.reactor.pump([0.01] * 20)
        self.case.successResultOf(stopped)


def limit(name: str) -> Probe:
    return lambda one: getattr(one.house.hub.limits, name)


def flood(name: str) -> Probe:
    return lambda one: getattr(one.house.hub.guard.limits, name)


def public(name: str) -> Probe:
    return lambda one: getattr(one.house.hub.rules.publicity, name)


LIMITS = """
    room text topic away reason line rooms_each rooms people observers ignored replies page page_bytes recent resume window window_bytes
    linger registration tries stall recalled key
""".split()  # noqa: SIM905  # shorter, and easier to add to
"""The limits that are looked at anew at every use."""
TAKES_EFFECT: dict[str, tuple[str, Any, Probe]] = {
    "name": ("den", "den", lambda one: one.house.hub.rules.name),
    "welcome": ("hello", "hello", lambda one: one.house.hub.rules.welcome),
    "registration": ("open", "open", lambda one: one.house.hub.keeper.registrations.rule),
    "access": ("members", "members", lambda one: one.house.hub.keeper.access),
    "certificate": ("given.pem", "given.pem", lambda one: one.certificates.files[1].name),
    "clear_passwords": ("false", False, lambda one: one.house.hub.keeper.clear_passwords),
    "strict_transport": ("30d", 30 * 86400.0, lambda one: one.house.hub.rules.strict_transport),
    "public_console": ("true", None, lambda one: None),  # allows a place, and does nothing else
    "retention.age": ("7d", 7 * 86400.0, lambda one: one.forgetting.retention.age),
    "retention.count": ("7", 7, lambda one: one.forgetting.retention.count),
    "log.statistics": ("7m", 420.0, lambda one: one.statistics.every),
    "log.size": ("7MiB", 7 << 20, lambda one: LOG.bounds.size),
    "log.files": ("7", 7, lambda one: LOG.bounds.files),
    "doors.front": ("tcp4:0", ["tcp4:0"], lambda one: one.places),
    "doors.irc": ("tcp4:0", ["tcp:0", "tcp4:0"], lambda one: one.places),
    "doors.console": ("tcp:0:interface=127.0.0.1", ["tcp:0", "tcp:0:interface=127.0.0.1"], lambda one: one.places),
    "doors.web": ("tcp:0:interface=127.0.0.1", ["tcp:0", "tcp:0:interface=127.0.0.1"], lambda one: one.places),
    "relays.addresses": ("[192.0.2.0/24]", ("192.0.2.0/24",), lambda one: one.house.hub.rules.relays.addresses),
    "relays.secret": ("sixteen characters", "sixteen characters", lambda one: one.house.hub.rules.relays.secret),
    "web.monitor": ("off", "off", public("monitor")),
    "web.hidden": ("[staff]", {"staff"}, public("hidden")),
    "web.readable": ("[news]", {"news"}, public("readable")),
    "web.origins": ('["https://IRC.example.org"]', {"https://irc.example.org"}, public("origins")),
    "web.hosts": ("[Chat.example.org]", {"chat.example.org"}, public("hosts")),
    **{f"limits.{name}": ("5000", 5000, limit(name)) for name in LIMITS},
    **{f"floods.{field.name}": ("700", 700, flood(field.name)) for field in dataclasses.fields(FloodLimits)},
    "limits.recalled": ("7", 7, lambda one: one.house.hub.errands.recall.most),
    "limits.window": ("800", 800, lambda one: one.house.hub.rooms["lobby"].log.max_count),
    "limits.window_bytes": ("5KiB", 5120, lambda one: one.house.hub.rooms["lobby"].log.max_bytes),
    "limits.recent": ("900", 900, limit("recent")),
    "limits.notes": ("7", 7, limit("notes")),
    "limits.notes_each": ("7", 7, limit("notes_each")),
    "limits.missed": ("900", 900, limit("missed")),
}
"""For each setting that takes effect at once: another value, what that comes to, and where it is seen."""


def effects(one: Reloaded) -> dict[str, Any]:
    """Give what each setting comes to; where the doors listen hangs on several."""
    return {key: seen(one) for key, (_, _, seen) in TAKES_EFFECT.items() if not key.startswith("doors")}


class EachSettingTests(SynchronousTestCase):
    def test_every_setting_is_declared_to_take_effect_at_once_or_at_the_next_start(self) -> None:
        keys = {key for key, _ in flat(load(None, PARTS))}
        self.assertEqual(keys, TAKES_EFFECT.keys() | NEEDS_START.keys())
        self.assertEqual(set(), TAKES_EFFECT.keys() & NEEDS_START.keys())

    def test_each_that_takes_effect_at_once_does_so_and_no_other_changes_and_can_be_taken_back(self) -> None:
        one = Reloaded(self)
        before = effects(one)
        for key, (value, expected, probe) in TAKES_EFFECT.items():
            with self.subTest(key=key):
                (found,) = one.reload(**{key.replace(".", "__"): value})
                self.assertEqual((key, ""), (found.key, found.waits))
                self.assertEqual(expected, probe(one))
                changed = {other for other, effect in effects(one).items() if effect != before[other]}
                self.assertLessEqual(changed, {key})
                one.reload()
                self.assertEqual(before, effects(one))
        one.close()

    def test_what_needs_a_start_is_told_each_time_and_stays_as_it_was(self) -> None:
        other = {"lobby": "den", "terminal": "true", "journal": "sqlite:x.db", "limits.name": "12"}
        self.assertEqual(NEEDS_START.keys(), other.keys())
        one = Reloaded(self)
        for _ in range(2):
            found = one.reload(**{key.replace(".", "__"): value for key, value in other.items()}, limits__people="7")
            self.assertEqual(NEEDS_START.keys(), {difference.key for difference in found if difference.waits})
        self.assertEqual("lobby", one.house.hub.rules.lobby)
        self.assertEqual((32, 7), (one.house.hub.limits.name, one.house.hub.limits.people))
        one.close()


class ReloadTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.one = Reloaded(self)

    def test_nothing_different_is_told_as_such(self) -> None:
        self.assertEqual([], self.one.reload())

    def test_a_place_that_is_added_and_removed_leaves_those_who_are_here(self) -> None:
        ann = self.one.enter("ann")
        before = self.one.server._openings.ports[0]
        self.one.reload(doors__line="tcp:0")
        self.assertEqual(["tcp:0", "tcp:0"], self.one.places)
        self.assertIs(before, self.one.server._openings.ports[0])
        self.one.reload()
        self.assertEqual(["tcp:0"], self.one.places)
        self.assertFalse(ann.lost)

    def test_a_busy_place_changes_nothing(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            why = self.one.fails(doors__line=f"tcp:{port}:interface=127.0.0.1", doors__front="tcp4:0", name="den")
        self.assertIn(f"port {port} is in use", why)
        self.assertEqual(["tcp:0"], self.one.places)
        self.assertEqual("chatroom", self.one.house.hub.rules.name)

    def test_a_place_may_be_widened_and_narrowed_on_the_same_port(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        for place in (f"tcp:{port}:interface=127.0.0.1", f"tcp4:{port}"):
            self.one.reload(doors__line=place)
            self.assertEqual(["tcp:0", place], self.one.places)

    def test_a_place_that_had_to_make_way_listens_again_when_the_new_one_cannot_be_had(self) -> None:
        with socket.create_server(("127.0.0.2", 0)) as taken:
            port = taken.getsockname()[1]
            here = f"tcp:{port}:interface=127.0.0.1"
            self.one.reload(doors__line=here)
            self.one.fails(doors__line=f"tcp4:{port}")
            self.assertEqual(["tcp:0", here], self.one.places)

    def test_guests_stay_when_only_members_may_enter_from_now_on(self) -> None:
        ann = self.one.enter("ann")
        self.one.reload(access="members")
        self.assertFalse(ann.lost)
        self.assertIn(b"Password for bob", self.one.enter("bob").value())

    def test_who_is_connected_is_bound_by_the_new_length_of_a_line(self) -> None:
        ann = self.one.enter("ann")
        self.one.reload(limits__line="700", limits__text="100", limits__topic="100", limits__away="100", limits__reason="100")
        ann.protocol.dataReceived(b"x" * 701 + b"\n")
        self.one.reactor.pump([0.01] * 5)
        self.assertIn(b"longer than 700 bytes", ann.value())

    def tearDown(self) -> None:
        self.one.close()


class HangUpTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.one = Reloaded(self)
        self.addCleanup(self.one.close)

    def hang_up(self) -> list[str]:
        self.one.hang_up.signalled(1)
        self.one.reactor.pump([0.01] * 3)
        said, self.one.said[:] = self.one.said[:], []
        return said

    def test_the_signal_reloads_and_tells_the_host_what_is_different(self) -> None:
        self.one.next = settings(name="den", limits__linger="1m")
        self.assertEqual(
            ["2 settings changed:", "  name: 'chatroom' -> 'den'", "  limits.linger: 20s -> 1m"],
            self.hang_up(),
        )
        self.assertEqual(["The settings are as they were."], self.hang_up())

    def test_what_is_wrong_is_told_line_by_line(self) -> None:
        def broken() -> Config:
            return settings(name="", limits__people="lots")

        self.one.hang_up._reloading._read = broken
        first, *faults = self.hang_up()
        self.assertEqual("Nothing was changed, because the settings have faults: ", first)
        self.assertEqual(2, len(faults))

    def test_the_signal_is_the_servers_while_it_runs(self) -> None:
        self.assertEqual(self.one.hang_up.signalled, signal.getsignal(signal.SIGHUP))

    def test_a_terminal_that_is_gone_ends_the_house(self) -> None:
        self.one.hang_up._at_terminal = True
        self.one.reactor.running = True
        self.hang_up()
        self.assertEqual(1, self.one.reactor.stops)


class DifferenceTests(SynchronousTestCase):
    def test_amounts_places_and_switches_are_written_as_a_person_would(self) -> None:
        new = settings(limits__stall="90s", doors__line="['tcp:6000', 'tcp:6001']", terminal="true", retention__age="7d")
        found = {one.key: f"{one.old} -> {one.new}" for one in differences(settings(), new)}
        self.assertEqual(
            {
                "terminal": "false -> true",
                "retention.age": "365d -> 7d",
                "doors.line": "off -> tcp:6000, tcp:6001",
                "limits.stall": "30s -> 90s",
            },
            found,
        )


class VerbTests(SynchronousTestCase):
    def test_who_asked_is_told_and_it_is_on_record(self) -> None:
        world = World(members=[member("root", Rank.ADMIN)])
        found = [Difference("name", "'a'", "'b'"), Difference("lobby", "'a'", "'b'")]

        async def reload(by: str) -> list[Difference]:
            return found

        world.house.offices["reload"] = reload
        root = world.console("root")
        answer = root.answer("reload")
        self.assertEqual(
            [
                "1 setting changed:",
                "  name: 'a' -> 'b'",
                "1 setting changed in the file, for the next start:",
                "  lobby: 'a' -> 'b' (everybody who is here entered by the old one)",
            ],
            answer["lines"],
        )
        self.assertIn("reload: name, lobby", root.answer("audit")["lines"][-1])
        found.clear()
        self.assertEqual(["The settings are as they were."], root.answer("reload")["lines"])
