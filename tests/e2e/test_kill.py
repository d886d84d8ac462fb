"""Killed without warning in the middle of a stream of messages: what was acknowledged is there, once and in order.

Three kills on every run, 25 where CI=true, `CHATROOM_KILLS=50` for as many as are promised; `CHATROOM_SEED` to repeat a run.
"""

from __future__ import annotations

import collections
import json
import os
import random
import re
import select
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Link, Tmux, program, terminal, until

pytestmark = pytest.mark.e2e

KILLS = int(os.environ.get("CHATROOM_KILLS", "25" if os.environ.get("CI") == "true" else "3"))
SEED = int(os.environ.get("CHATROOM_SEED", random.randrange(1 << 30)))
POSTERS = 4
WINDOW = 16
Kept = tuple[int, str]
"""An entry's seq and id."""


class Poster:
    """Be a client that keeps what is not acknowledged and sends it again under the same id when it is back."""

    def __init__(self, server: Daemon, name: str) -> None:
        self.server = server
        self.name = name
        self.key = f"{name}-key-{random.randbytes(16).hex()}"
        self.waiting: dict[str, str] = {}
        """Texts not acknowledged yet, by id, in the order of their first sending."""
        self.kept: dict[str, Kept] = {}
        """What the acknowledgements said, by text."""
        self.posted: list[str] = []
        self.repeated = 0
        self.link: Link | None = None

    def connect(self) -> None:
        """Come in, and send again what is not known to be kept."""
        self.link = Link(self.server, self.server.host)
        self._send(do="hello", id="hello", name=self.name, key=self.key, bot=True)
        for ref, text in self.waiting.items():
            self._send(do="say", id=ref, room="lobby", text=text)

    def fill(self) -> None:
        """Post as many new messages as the window has room for."""
        while len(self.waiting) < WINDOW:
            text = f"{self.name}-{len(self.posted):06}"
            self.posted.append(text)
            self.waiting[f"ref-{text}"] = text
            self._send(do="say", id=f"ref-{text}", room="lobby", text=text)

    def _send(self, **fields: Any) -> None:
        assert self.link is not None
        try:
            self.link.send(json.dumps(fields).encode() + b"\n")
        except ConnectionError:
            self.link.closed = True

    def hear(self) -> None:
        """Take in what has come."""
        assert self.link is not None
        self.link.listen(time.monotonic())
        while (end := self.link.heard.find(b"\n", self.link.read)) >= 0:
            self._understand(json.loads(self.link.heard[self.link.read : end]))
            self.link.read = end + 1

    def _understand(self, came: dict[str, Any]) -> None:
        if "re" not in came:
            return
        assert came["ok"], f"{self.name} was refused: {came}"
        text = self.waiting.pop(came["re"], None)
        if text is not None:
            self.kept[text] = (came["seq"], came["id"])
            self.repeated += bool(came.get("repeated"))

    def hear_the_rest(self) -> None:
        """Take in what was on its way when the server died: an acknowledgement counts from when it was sent."""
        assert self.link is not None
        deadline = time.monotonic() + 5
        while not self.link.closed and time.monotonic() < deadline:
            self.hear()
        self.link.close()


def stream(posters: list[Poster], acknowledged: int) -> None:
    """Keep all windows full until so many more are acknowledged."""
    wanted = sum(len(one.kept) for one in posters) + acknowledged
    deadline = time.monotonic() + 20
    while (count := sum(len(one.kept) for one in posters)) < wanted:
        assert time.monotonic() < deadline, f"{count} of {wanted} acknowledged\n{posters[0].server}"
        for one in posters:
            one.fill()
        turn(posters)


def settle(posters: list[Poster]) -> None:
    """Wait until nothing is unacknowledged."""
    deadline = time.monotonic() + 20
    while any(one.waiting for one in posters):
        assert time.monotonic() < deadline, f"never acknowledged: {[one.waiting for one in posters]}\n{posters[0].server}"
        turn(posters)


def turn(posters: list[Poster]) -> None:
    """Wait for something to come, and take it in."""
    by_socket = {one.link.socket: one for one in posters if one.link is not None}
    ready, _, _ = select.select(list(by_socket), [], [], 0.1)
    for link in ready:
        one = by_socket[link]
        one.hear()
        assert one.link is not None
        assert not one.link.closed, f"{one.name} lost the connection: {one.link.heard[-500:]!r}\n{one.server}"


def said(server: Daemon, room: str = "lobby") -> list[tuple[int, str, str]]:
    """Read a room's whole history; give seq, id and text of all that was said."""
    reader = server.native("historian", bot=True)
    found: list[tuple[int, str, str]] = []
    after, more = 0, True
    while more:
        page = reader.ask("history", room=room, after=after, count=200)
        assert page["ok"], page
        for entry in page["entries"]:
            assert entry["seq"] == after + 1, f"a hole in the history: {entry['seq']} follows {after}"
            after = entry["seq"]
            if entry["is"] == "said":
                found.append((after, entry["id"], entry["text"]))
        more = page["more"]
    reader.close()
    return found


def check(history: list[tuple[int, str, str]], posters: list[Poster]) -> None:
    """Compare the history with what was posted and with what was acknowledged."""
    count = collections.Counter(text for _, _, text in history)
    place = {text: (seq, entry) for seq, entry, text in history}
    for one in posters:
        lost = [text for text in one.kept if text not in place]
        assert not lost, f"acknowledged and lost: {lost[:10]}"
        doubled = [text for text in one.posted if count[text] > 1]
        assert not doubled, f"said more than once: {doubled[:10]}"
        moved = [text for text, kept in one.kept.items() if place[text] != kept]
        assert not moved, f"not where the acknowledgement said: {[(text, place[text], one.kept[text]) for text in moved[:5]]}"
        in_history = [text for _, _, text in history if text.startswith(f"{one.name}-")]
        assert in_history == one.posted, f"{one.name}'s messages are in another order than they were posted"


def present(server: Daemon, name: str) -> bool:
    """Tell whether somebody is in the lobby."""
    visitor = server.native("visitor", bot=True)
    people = visitor.entered["people"]
    visitor.close()
    return name in people


def test_nothing_acknowledged_is_lost_or_doubled_and_the_client_shows_no_gap_and_no_repeat(serve: Serve, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    server = serve().start()
    posters = [Poster(server, f"poster{number}") for number in range(POSTERS)]
    with terminal(tmp_path, [*program("chatroom"), "join", f"tess@127.0.0.1:{server.port}"], width=120) as screen:
        screen.expect("lobby")
        until(lambda: present(server, "tess"), "tess to come in")
        for _ in range(KILLS):
            for one in posters:
                one.connect()
            stream(posters, chance.randint(20, 300))
            server.kill()
            for one in posters:
                one.hear_the_rest()
            server.start()
            # Half of the time the client is back before the next kill, half of the time it may be on its way.
            if chance.random() < 0.5:
                until(lambda: present(server, "tess"), "tess to come back by herself", 20)
        for one in posters:
            one.connect()
        settle(posters)
        posters[0].fill()
        settle(posters)
        until(lambda: present(server, "tess"), "tess to come back by herself", 20)
        history = said(server)
        check(history, posters)
        no_gap_no_repeat(screen, server, [text for _, _, text in history])
    server.stop()


def no_gap_no_repeat(screen: Tmux, server: Daemon, texts: list[str]) -> None:
    """Compare all that ever stood on the screen with the history."""
    last = server.nc("closer")
    last.say("that was all")
    screen.expect("that was all", 15)
    shown = re.findall(r"poster\d-\d{6}", screen.screen(history=True))
    seen = collections.Counter(shown)
    assert not [text for text in texts if text not in seen], f"never shown (seed {SEED}): {[t for t in texts if t not in seen][:10]}"
    assert not [text for text in texts if seen[text] > 1], f"shown twice (seed {SEED}): {[t for t in texts if seen[t] > 1][:10]}"
    assert shown == texts, f"shown in another order (seed {SEED})"


def test_what_was_sent_again_after_a_kill_is_answered_as_before(serve: Serve) -> None:
    server = serve().start()
    poster = Poster(server, "poster0")
    poster.connect()
    stream([poster], 30)
    settle([poster])
    before = dict(poster.kept)
    server.kill()
    poster.hear_the_rest()
    server.start()
    poster.waiting = {f"ref-{text}": text for text in before}
    poster.kept.clear()
    poster.connect()
    settle([poster])
    assert poster.kept == before
    assert poster.repeated == len(before)
    assert [text for _, _, text in said(server)] == poster.posted
    server.stop()
