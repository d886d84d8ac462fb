"""What the hub wants done: the only way anything leaves the pure core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chatroom.core.events import Entry
from chatroom.core.fact import fact
from chatroom.core.replies import Answer, Reply
from chatroom.core.seams import Slice, Submission
from chatroom.core.window import Stretch

if TYPE_CHECKING:
    from chatroom.core.room import Room, Stay
    from chatroom.core.session import Session


@fact
class Submit:
    """Hand this to the journal, in this order."""

    submission: Submission


@fact
class Read:
    """Read this from the journal and give the result to `Hub.fetched` with the token."""

    token: int
    query: Slice


@fact
class Ask:
    """Ask an office of the house, outside this pure state, to do something that takes time; `Hub.answered` is told what came of it.

    With `waits` nothing more is read from that session until then.
    """

    token: int
    office: str
    args: tuple[Any, ...]
    waits: Session | None


@fact
class Breathe:
    """Call `Hub.breathed` with the token in a turn of the reactor of its own: what follows takes a while, and others come first."""

    token: int


@fact
class Pause:
    """Read nothing more from `session` for so many seconds."""

    session: Session
    seconds: float


@fact
class Send:
    """Show `session` this reply, after everything it was shown before."""

    session: Session
    reply: Reply

    def with_entries(self, entries: Sequence[Entry]) -> Send:
        """Say in an answer also what became of what was asked for."""
        reply = self.reply
        if not isinstance(reply, Answer):
            return self
        return Send(self.session, Answer(reply.ref, reply.verb, reply.fields, reply.lines, entries))


@fact
class Show:
    """Show everybody in `room` what now stands at the end of its log."""

    room: Room
    stretch: Stretch


@fact
class ShowHouse:
    """Show everybody in any of these rooms what stands in its log now, one thing; who is in several is shown it once."""

    shown: tuple[tuple[Room, Stretch], ...]


@fact
class Witness:
    """Show those who watch over the house an entry that stands in no room."""

    entry: Entry


@fact
class Watch:
    """Let `session` watch over the house, or no longer."""

    session: Session
    on: bool


@fact
class Deliver:
    """Show `session` an entry of its inbox; `own` when its person wrote it."""

    session: Session
    entry: Entry
    own: bool


@fact
class Glimpse:
    """Show `session` an entry of a log that it does not read."""

    session: Session
    entry: Entry


@fact
class Enter:
    """Let `session` read `stay`'s room from `place` on.

    With `seq`, kept entries after it come first, from the journal where they have left memory, and passing entries before
    `place` are left out.
    """

    session: Session
    stay: Stay
    place: int
    seq: int | None = None


@fact
class Observe:
    """Let `session` read a room that nobody of it need be in, as `Enter` would."""

    session: Session
    room: Room
    place: int
    seq: int | None = None


@fact
class Exit:
    """Let `session` read `room` no longer; what stands in its log now is still delivered."""

    session: Session
    room: Room


@fact
class Filter:
    """Render what `session` reads for it alone from now on, or again with the others when it ignores nobody."""

    session: Session


@fact
class Close:
    """End the session's connection after all it was sent; `why` is its last line."""

    session: Session
    why: str


Effect = (
    Submit
    | Read
    | Ask
    | Breathe
    | Pause
    | Witness
    | Watch
    | Send
    | Show
    | ShowHouse
    | Deliver
    | Glimpse
    | Enter
    | Observe
    | Exit
    | Filter
    | Close
)
