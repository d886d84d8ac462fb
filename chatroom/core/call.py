"""One performance of one verb: what a command sees of the house, and the only ways it changes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chatroom.core.effects import Effect, Send
from chatroom.core.errors import BadCharacter, EmptyText, InNoRoom, NoSuchPerson, NotInRoom, OutOfReach, TextTooLong
from chatroom.core.events import HOUSE, Entry, Event, Ordered
from chatroom.core.profile import host
from chatroom.core.rank import Rank
from chatroom.core.reading import Further
from chatroom.core.replies import Answer, Denied, Ref
from chatroom.core.rights import Who
from chatroom.core.room import Room, Stay
from chatroom.core.seams import Committed, Put, Slice
from chatroom.core.session import Person, Session
from chatroom.core.targets import Party
from chatroom.core.verb import Args, Verb

if TYPE_CHECKING:
    from chatroom.core.hub import Hub
    from chatroom.core.reading import Posting

SHOWN = 80
"""Bytes of what was meant for a name that a refusal repeats."""
LOCAL = "local"
"""The address of connections that come by no network."""

Draft = tuple[str, Event]
Found = tuple[Entry, ...]
Then = Callable[[Committed], Sequence[Effect]]
Undo = Callable[[], None]


class Call:
    """Be one verb asked for by one session at one moment, its arguments bound."""

    __slots__ = ("args", "hub", "now", "ref", "session", "stay", "verb")

    def __init__(self, hub: Hub, session: Session, verb: Verb, args: Args, ref: Ref, now: float) -> None:
        self.hub = hub
        self.session = session
        self.verb = verb
        self.args = args
        self.ref = ref
        self.now = now
        self.stay: Stay | None = None
        """The stay in a room by which this may be asked for, once that room was looked for."""

    @property
    def person(self) -> Person:
        """Give who asks."""
        return self.session.someone

    @property
    def room(self) -> Room:
        """Give the room this concerns, which the session must be in: the one named, else the one it looks at.

        A console is in no room and may speak of any; without a name, of the lobby.
        """
        named = self.args.get("room", self.args.get("here"))
        if self.session.console:
            return self.hub.existing(named or self.hub.rules.lobby)
        if self.session.bearer is not None:
            return self.hub.reached(self.session.bearer, named or self.hub.rules.lobby)
        if named is None:
            if self.session.focus is None:
                raise InNoRoom(lobby=self.hub.rules.lobby)
            named = self.session.focus.name
        stay = self.session.stays.get(named)  # as it is called, most often
        if stay is None:
            name = self.hub.room_name(named)
            stay = self.session.stays.get(name)
            if stay is None:
                raise NotInRoom(room=name)
        self.stay = stay
        return stay.room

    def check_stay(self) -> None:
        """Refuse what was asked for of a room that who asks did not come into after all."""
        if self.stay is not None and self.stay.void:
            raise NotInRoom(room=self.stay.room.name)

    def charge(self, lines: float) -> None:
        """Let this count for so many lines more, or refuse it to somebody who has sent too much."""
        self.hub.charge(self.session, lines, self.now)

    def fits(self, count: int, size: int) -> bool:
        """Let this count for so many requests of at most `size` characters, if all go on at once; tell whether they do."""
        return self.hub.guard.lets(self.session, self.verb.name, count, size, self.now)

    def text(self, field: str, limit: int, what: str = "message") -> str:
        """Give an argument that is a text, refusing one that is overlong or shows nothing."""
        return readable(self.args.get(field, ""), limit, what)

    def post(self, *drafts: Draft, puts: tuple[Put, ...] = (), then: Then | None = None, undo: Undo | None = None) -> None:
        """Submit what a person says: the reply waits for the disk, and the same ref does not do it twice."""
        self.person.active = self.now
        self.hub.errands.submit(self, drafts, puts, then, undo, True)

    def post_row(self, log: str, texts: Sequence[str], then: Then | None = None) -> None:
        """Submit what a person says in a row, as one; each is a reply that waits."""
        self.person.active = self.now
        self.hub.errands.submit_row(self, log, texts, then)

    def submit(self, *drafts: Draft, puts: tuple[Put, ...] = (), then: Then | None = None, undo: Undo | None = None) -> int:
        """Submit what a person does; the reply, or what `then` makes of it, waits for the disk. Give the ticket."""
        return self.hub.errands.submit(self, drafts, puts, then, undo, False)

    def read(
        self,
        query: Slice,
        remembered: Callable[[], Found | None],
        then: Callable[[Found], Effect | tuple[Effect, ...] | Posting | Further],
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """Read once all that was asked for before is settled: what is `remembered`, or else from the journal.

        `refused` is called when it could not be read.
        """
        self.hub.errands.read(self, Further(query, remembered, then, refused))

    def ask(
        self,
        office: str,
        *args: Any,
        then: Callable[[Any], Sequence[Effect]],
        refused: Callable[[], None] = lambda: None,
        waits: bool = False,
        always: bool = False,
        settled: bool = False,
    ) -> None:
        """Ask an office of the house; `then` makes of the result what is to be done in the reply's place.

        It is called `always`, or else only when the session has not ended by then; `refused` when the office could not do it.
        With `waits` nothing more is read from the session until then. With `settled` it is asked once all that the session asked for
        before is settled, as the answer depends on it.
        """
        self.hub.errands.ask(self, office, args, then, refused, waits, always, settled)

    def in_turn(self, show: Callable[[], Effect]) -> None:
        """Show how things are when all that was asked for before is settled."""

        def shown() -> Effect:
            try:
                self.check_stay()
            except NotInRoom as why:
                return Send(self.session.current, Denied(self.ref, self.verb.name, why))
            return show()

        self.hub.errands.in_turn(self.session, shown)

    def now_do(self, *effects: Effect) -> None:
        """Do something at once, out of line."""
        self.hub.errands.now_do(*effects)

    @property
    def where(self) -> str:
        """Tell from where this is asked, for the record."""
        session = self.session
        return session.door if session.address == LOCAL else f"{session.door} {session.address}"

    @property
    def party(self) -> Party:
        """Give who asks as somebody a ban could hit."""
        return party_of(self.session)

    @property
    def who(self) -> Who:
        """Give who asks as somebody who wants something of a room."""
        return Who(self.person.inbox, self.person.rank, self.party)

    def order(
        self,
        what: str,
        *drafts: Draft,
        puts: tuple[Put, ...] = (),
        answer: Send,
        undo: Undo | None = None,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Put on record what somebody did to keep order, after what others see of it, and with the state it changes.

        `done` is called when it is on disk, and then the answer is given; `undo` when it never will be.
        """

        def then(outcome: Committed) -> tuple[Effect, ...]:
            done()
            return (answer.with_entries(outcome.entries),)

        self.submit(*drafts, (HOUSE, Ordered(self.person.author, self.where, what)), puts=puts, then=then, undo=undo)

    def within_reach(self, person: Person) -> None:
        """Refuse to act against somebody of the same rank or a higher one; an admin may act against anybody."""
        if person.rank >= self.person.rank and self.person.rank < Rank.ADMIN:
            raise OutOfReach(name=person.name, rank=person.rank.titled)

    def somebody(self, name: str) -> Person:
        """Give the person here who is called that, or refuse."""
        person = self.hub.roster.find(name)
        if person is None:
            raise self.nobody(name)
        return person

    def nobody(self, name: str) -> NoSuchPerson:
        """Make the refusal of a name that nobody here has, whatever was written for one."""
        return NoSuchPerson(name=cut(single(name), SHOWN))

    def reply(self, *effects: Effect) -> None:
        """Do this when everything asked for before is answered."""
        self.hub.errands.line_up(self.session).fill(*effects)

    def answer(self, *lines: str, **fields: Any) -> None:
        """Answer at once, with lines for a person and fields for a program."""
        self.reply(self.answering(*lines, **fields))

    def answering(self, *lines: str, **fields: Any) -> Send:
        """Make an answer of lines for a person and fields for a program."""
        return Send(self.session.current, Answer(self.ref, self.verb.name, fields, lines))


def party_of(session: Session) -> Party:
    """Give a session's person as somebody a ban could hit."""
    person = session.person
    if person is None:
        return Party(session.address)
    return Party(session.address, person.name, person.author.member, person.user, host(person))


_UNSAYABLE = re.compile("[\0\r\ud800-\udfff]")
_NAMED = {"\0": "NUL", "\r": "a carriage return"}
# Python takes the last three of IRC's codes, which are italic, strike and underline, for blanks.
_BLANKS = re.compile(r"[^\S\x1d-\x1f]+")
_COLOURS = re.compile("\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0")


def sayable(text: str) -> str:
    """Refuse NUL, a carriage return and half a character, which would break a line elsewhere; give back all else.

    Other controls, ESC among them, are kept as they were said: whoever shows a text shows their pictures, so that an attempt is
    seen and does nothing.
    """
    found = _UNSAYABLE.search(text)
    if found is not None:
        raise BadCharacter(character=_NAMED.get(found[0], "half of a surrogate pair"))
    return text


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    if "!" <= text[:1] <= "~":  # as most texts begin
        return False
    return not any(_is_seen(char) for char in _COLOURS.sub("", text))


def _is_seen(char: str) -> bool:
    if char.isspace() or char in _FILLERS or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff":
        return False
    return unicodedata.category(char) not in {"Cc", "Cf"}


def bounded(text: str, limit: int, what: str) -> str:
    """Give `text` back if it is sayable and at most `limit` bytes of UTF-8, else refuse."""
    if len(sayable(text)) * 4 <= limit:
        return text
    size = len(text.encode())
    if size > limit:
        raise TextTooLong(what=what, size=size, limit=limit)
    return text


def readable(text: str, limit: int, what: str = "message") -> str:
    """Give `text` back, refusing one that is overlong or shows nothing."""
    plain = text.isprintable() and 4 * len(text) <= limit  # as most texts are
    if is_blank(text if plain else bounded(text, limit, what)):
        raise EmptyText
    return text


def check_readable(texts: Sequence[str], limit: int) -> None:
    """Refuse texts one of which is overlong or shows nothing; of most that is seen for all of them at once."""
    joined = "".join(texts)
    sayable = joined.isascii() and "\0" not in joined and "\r" not in joined and max(map(len, texts)) <= limit
    if not sayable or min(texts) < "!" or max(texts) > "~":
        for text in texts:
            readable(text, limit)


def single(text: str) -> str:
    """Give a sayable text as one line, with one blank between words; nothing if it shows nothing."""
    line = sayable(_BLANKS.sub(" ", text)).strip(" ")
    return "" if is_blank(line) else line


def cut(text: str, limit: int) -> str:
    """Give as many characters of `text` as are at most `limit` bytes of UTF-8."""
    return text.encode()[:limit].decode(errors="ignore")
