"""Who is here: people, and the sessions through which they are connected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatroom.core.credentials import Credentials
from chatroom.core.errors import NotNamedYet
from chatroom.core.events import GUESTS, Author
from chatroom.core.fact import fact
from chatroom.core.flood import Conduct
from chatroom.core.ignoring import Ignoring
from chatroom.core.rank import Rank

if TYPE_CHECKING:
    from chatroom.core.bots import Bot
    from chatroom.core.effects import Deliver, Effect
    from chatroom.core.rights import Rights
    from chatroom.core.room import Room, Stay


INVITATIONS, PEOPLE, CARDS, ALERTS, EXPULSION = "invitations", "people", "cards", "alerts", "expulsion"
CONFIDENCES, NAME = "confidences", "name"
"""What clients may want to be told beside what happens in their rooms: that others are invited into these, what becomes of those they
look out for, what those who keep order tell all who want it, by whom one is put out, what is said to some in a room as that, and what
one is called oneself where one is in no room."""


@fact
class Whisper:
    """Be private words that can be taken back: their id, into whose inbox they went, and whom they were for."""

    id: str
    inbox: str
    to: Author


WHISPERS = 20
"""Private messages that somebody can take back."""


class Person:
    """Be somebody in the house, on one device or several."""

    __slots__ = (
        "active",
        "author",
        "away",
        "changes",
        "claim",
        "former",
        "held",
        "hidden",
        "id",
        "inbox",
        "known",
        "known_away",
        "listed",
        "rank",
        "real",
        "renaming",
        "sessions",
        "since",
        "user",
        "whispers",
    )

    def __init__(self, name: str, id: str, now: float, rank: Rank = Rank.GUEST, member: str | None = None) -> None:
        self.author = Author(name, member, id if member is None else "")
        self.id = id
        self.inbox = GUESTS + id if member is None else "@" + member
        self.rank = rank
        self.since = now
        self.active = now
        """When they last said something."""
        self.user = ""
        """What they call their account on their own system, or else the door they came by."""
        self.real = ""
        """What they say they are really called."""
        self.listed = True
        """Whether others see them: at a console one is nobody in the chat."""
        self.hidden = False
        """Whether they are to be listed for those alone who share a room with them."""
        self.away: str | None = None
        self.known_away: str | None = None
        """What others were told last; `away` is ahead of it while `changes` are on their way to the journal."""
        self.changes = 0
        self.claim: tuple[Session, int] | None = None
        """To which session what waited in the inbox is on its way, and up to where."""
        self.renaming: int | None = None
        """The ticket of a change of name that is not settled; what is said under the new name rests on it."""
        self.former: str | None = None
        """The name they had before that, which is theirs until then."""
        self.sessions: list[Session] = []
        self.whispers: list[Whisper] = []
        """The last private words of this person."""
        self.known: dict[str, None] = {}
        """The inboxes of those who wrote to this person lately."""
        self.held: dict[Rights, None] = {}
        """Where a guest holds roles or invitations, which end with the guest."""

    @property
    def name(self) -> str:
        """Give the name this person goes by now."""
        return self.author.name

    def claimed(self) -> int:
        """Tell up to where what waited in the inbox is on its way to a session that is there."""
        if self.claim is None:
            return 0
        session, head = self.claim
        session = session.current
        return 0 if session.ended or session.detached_at is not None else head

    def whisper(self, one: Whisper) -> None:
        """Remember private words this person said, and forget the oldest."""
        self.whispers.append(one)
        del self.whispers[:-WHISPERS]

    def whispered(self, id: str | None, inbox: str | None = None) -> Whisper | None:
        """Find the last private words, those with an `id`, or those that went into an `inbox`."""
        found = [one for one in self.whispers if id in {None, one.id} and inbox in {None, one.inbox}]
        return found[-1] if found else None

    def readdress(self, before: str, inbox: str) -> None:
        """Note that somebody who was written to has another inbox."""
        for index, one in enumerate(self.whispers):
            if one.inbox == before:
                self.whispers[index] = Whisper(one.id, inbox, one.to)

    def shuffle(self) -> None:
        """Note in this person's rooms that they are called, or ranked, otherwise than before."""
        for session in self.sessions:
            for stay in session.stays.values():
                stay.room.shuffles += 1

    @property
    def bot(self) -> bool:
        """Tell whether this is a machine on every device."""
        return bool(self.sessions) and all(session.bot for session in self.sessions)


class Waiting:
    """Be a place in a session's line of replies, kept until what it waits for is known."""

    __slots__ = ("effects", "make", "places", "ready")

    def __init__(self, places: int = 1) -> None:
        self.places = places
        """How many places in the line it takes, one after another."""
        self.ready = False
        self.effects: tuple[Effect, ...] = ()
        self.make: Callable[[], None] | None = None
        """Called when this place is reached, to fill it then or later."""

    def fill(self, *effects: Effect) -> None:
        """Say what is to be done when this place is reached."""
        self.effects = effects
        self.ready = True


class Session:
    """Be one connected party: an identity, rooms, and a bounded line of replies in the order of requests.

    The session outlives its connection for a while when its client can resume (`scope` is set). `heir` is the session that
    resumed this one: what this one still waits for goes there.
    """

    __slots__ = (
        "address",
        "bearer",
        "bot",
        "client",
        "conduct",
        "console",
        "counted",
        "credentials",
        "detached_at",
        "door",
        "echo",
        "encrypted",
        "ended",
        "focus",
        "heir",
        "held",
        "ignoring",
        "marks",
        "observing",
        "person",
        "private",
        "relayed",
        "replies",
        "scope",
        "since",
        "stays",
        "wants",
    )

    def __init__(self, door: str, address: str, now: float) -> None:
        self.door = door
        self.address = address
        self.since = now
        self.person: Person | None = None
        self.stays: dict[str, Stay] = {}
        self.focus: Room | None = None
        self.replies: list[Waiting] = []
        self.ignoring = Ignoring()
        self.scope: str | None = None
        self.client = ""
        self.credentials = Credentials()
        self.console = False
        """Whether this is a console, where one has one's rank and is nobody in the chat."""
        self.conduct = Conduct()
        """How much it sent, and what came of that."""
        self.counted = False
        """Whether its connection counts towards those that are open."""
        self.private = True
        """Whether nobody on the way can read what passes: it is encrypted, or does not leave this machine."""
        self.encrypted = False
        """Whether what passes is encrypted."""
        self.bearer: Bot | None = None
        """The bot whose token was shown, which speaks of rooms without being in them."""
        self.relayed = False
        """Whether a relay brought it, whose names may begin with a star."""
        self.observing = False
        """Whether it is shown what happens in the house without being in it."""
        self.bot = False
        self.echo = False
        """Whether it is shown what it does itself as it is shown what others do."""
        self.marks = False
        """Whether its client says what its person has seen; for others that is what was written to them."""
        self.wants: frozenset[str] = frozenset()
        """What its client wants to be told beside what happens in its rooms."""
        self.detached_at: float | None = None
        self.held: list[Deliver] | None = None
        """What is told it in private while what waited in its inbox is still being read, which comes first."""
        self.ended = False
        self.heir: Session | None = None

    @property
    def someone(self) -> Person:
        """Give the person this is, or refuse when it has not said yet."""
        if self.person is None:
            raise NotNamedYet
        return self.person

    @property
    def current(self) -> Session:
        """Give the session that stands for this one now."""
        session = self
        while session.heir is not None:
            session = session.heir
        return session
