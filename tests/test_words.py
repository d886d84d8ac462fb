"""Whatever is said, removed and forgotten: what is gone is nowhere, and what is not is everywhere it should be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chatroom.contracts import Turns, closed
from chatroom.core.seams import Journal, Slice
from chatroom.journals.memory import MemoryJournal
from chatroom.journals.sqlite import SqliteJournal
from chatroom.testing import Person, World, member, password_of

PEOPLE = ("meg", "max", "gus")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(PEOPLE), st.sampled_from(["lobby", "dev"])),
        st.tuples(st.just("tell"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
        st.tuples(st.just("remove"), st.sampled_from(PEOPLE), st.sampled_from(["lobby", "dev", "private"])),
        st.tuples(st.just("forget"), st.just("host"), st.sampled_from(PEOPLE)),
    ),
    max_size=25,
)


class Play:
    """Let people speak in a house with a real journal, and know what should be left."""

    def __init__(self, journal: Journal, turns: Turns) -> None:
        self.turns = turns
        self.world = World(journal=journal, clock=turns, members=[member("meg"), member("max")], window=5)
        self.people = {name: self.world.connect(self.world.native) for name in PEOPLE}
        self.people["host"] = self.world.host()
        for name in PEOPLE:
            login = {} if name == "gus" else {"password": password_of(name)}
            self.ask(name, "hello", name=name, rooms=["lobby", "dev"], **login)
        self.said: dict[str, tuple[str, str]] = {}
        """What is left, with who said it and where."""
        self.gone: set[str] = set()
        self.unkept: set[str] = set()
        """What gus told himself: it stands in his own inbox alone, which a guest takes along."""
        self.count = 0

    def ask(self, asker: str, verb: str, **fields: Any) -> dict[str, Any]:
        person: Person = self.people[asker]
        person.asks(verb, "q", **fields)
        heard: list[dict[str, Any]] = []

        def answered() -> bool:
            self.world.rest()
            heard.extend(one for one in person.objects() if one.get("re") == "q")
            return bool(heard)

        self.turns.until(answered)
        return heard[0]

    def do(self, step: str, who: str, where: str) -> None:
        getattr(self, f"_{step}")(who, where)

    def _say(self, who: str, room: str) -> None:
        self.count += 1
        text = f"word{self.count}x"
        assert self.ask(who, "say", room=room, text=text)["ok"]
        self.said[text] = (who, room)

    def _tell(self, who: str, to: str) -> None:
        self.count += 1
        text = f"word{self.count}x"
        assert self.ask(who, "tell", to=to, text=text)["ok"]
        self.said[text] = (who, "private")
        if (who, to) == ("gus", "gus"):
            self.unkept.add(text)

    def _remove(self, who: str, where: str) -> None:
        mine = [text for text, (author, place) in self.said.items() if (author, place) == (who, where)]
        fields = {"which": "private"} if where == "private" else {"which": "last", "room": where}
        if self.ask(who, "remove", **fields)["ok"] and mine:
            self._lose(mine[-1:])

    def _forget(self, who: str, victim: str) -> None:
        theirs = [text for text, (author, _) in self.said.items() if author == victim]
        assert self.ask(who, "forget", who=victim, dry_run=True)["ok"]
        answer = self.ask(who, "forget", who=victim)
        assert answer["ok"]
        assert sum(answer["rooms"].values()) == len([text for text in theirs if self.said[text][1] != "private"])
        self._lose(theirs)

    def _lose(self, texts: list[str]) -> None:
        self.gone.update(texts)
        for text in texts:
            del self.said[text]

    # Where words can be found.

    def history(self, room: str) -> str:
        """Read a room page by page, from memory and from the disk."""
        return repr(self.ask("gus", "history", room=room, count=200)) + repr(self.ask("gus", "history", room=room, after=0, count=200))

    def export(self, room: str) -> str:
        return repr(self.ask("host", "export", room=room))

    def inboxes(self) -> str:
        found: list[object] = []
        for name in ("meg", "max"):
            self.world.journal.read(Slice(f"@m-{name}", 1000), found.append)
        self.turns.until(lambda: len(found) == 2)
        return repr(found)

    def finds(self, who: str, text: str) -> bool:
        return bool(self.ask(who, "search", text=text)["entries"])

    def check(self) -> None:
        rooms = {room: (self.history(room), self.export(room)) for room in ("lobby", "dev")}
        windows = repr([list(room.log.last(1000)) for room in self.world.hub.rooms.values()])
        inboxes = self.inboxes()
        for text in self.gone:
            assert not any(f"'{text}'" in held for pages in rooms.values() for held in (*pages, windows, inboxes)), text
            assert not any(self.finds(who, text) for who in PEOPLE)
        for text, (who, where) in self.said.items():
            if where == "private":
                assert (f"'{text}'" in inboxes) != (text in self.unkept)
            else:
                assert all(f"'{text}'" in page for page in rooms[where])
                assert self.finds("gus", text)
            assert self.finds(who, text) == (where != "private" or who != "gus")


@settings(max_examples=settings().max_examples // 3)
@given(STEPS)
def test_what_is_gone_is_nowhere_in_a_house_in_memory(steps: list[tuple[str, str, str]]) -> None:
    turns = Turns()
    play = Play(MemoryJournal(turns), turns)
    for step in steps:
        play.do(*step)
    play.check()


@settings(max_examples=settings().max_examples // 3)
@given(STEPS)
def test_what_is_gone_is_nowhere_in_a_house_on_disk_nor_in_its_bytes(steps: list[tuple[str, str, str]]) -> None:
    with TemporaryDirectory() as folder:
        turns = Turns()
        play = Play(SqliteJournal(Path(folder) / "chatroom.db", turns), turns)
        for step in steps:
            play.do(*step)
        play.check()
        assert closed(play.world.journal, turns)
        data = b"".join(file.read_bytes() for file in Path(folder).glob("chatroom.db*"))
        assert not [text for text in play.gone if f'"{text}"'.encode() in data]
        assert not [text for text in play.said if (f'"{text}"'.encode() in data) == (text in play.unkept)]
