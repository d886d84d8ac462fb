"""The places where parts meet: what the hub asks of a journal, and what it may be told.

Rules of the journal
--------------------
- `submit` never blocks and never raises; each submission gets exactly one outcome, in the order of submission, in the reactor
  thread, never inside `submit`.
- The atom is one submission: its drafts and its state changes are stored together or not at all, and one that cannot be stored
  costs no other.
- `Committed` means: on disk. The kept drafts of a log get seqs one after another without a hole; passing drafts get the last
  kept seq of their log and are not stored.
- A submission whose `origin` was stored before is not stored again: the outcome is the old kept entries, `repeated`. An origin is
  remembered with the entries kept under it, and as long as they are.
- The same entry id may stand in two logs (a private message, in both inboxes), never twice in one.
- What a kept `Removed` names in its log is emptied with it: from then on `Erased` stands in its place, under its old seq, time
  and id, and nothing of what it said can be found in the store.
- A submission that `rests_on` tickets of which one was not committed is declined too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from chatroom.core.errors import Refused
from chatroom.core.events import Entry, Event, is_kept
from chatroom.core.fact import fact
from chatroom.core.quest import Quest
from chatroom.core.replies import Reply

if TYPE_CHECKING:
    from chatroom.core.words import Placed


@fact
class Draft:
    """Be an entry that has no seq yet."""

    log: str
    event: Event
    id: str
    at: float

    @property
    def kept(self) -> bool:
        """Tell whether this is to be written to disk."""
        return is_kept(self.log, self.event)


@fact
class Put:
    """Change one piece of the state kept beside the logs; `value` is JSON text, None removes it."""

    key: str
    value: str | None


@fact
class Submission:
    """Ask for some drafts and state changes to be stored together."""

    ticket: int
    drafts: Sequence[Draft]
    puts: tuple[Put, ...] = ()
    origin: str | None = None
    rests_on: tuple[int, ...] = ()


@fact
class Committed:
    """The submission is on disk as `entries`, in the order of its drafts; those of `Words` may be as they are `placed`."""

    entries: Sequence[Entry]
    repeated: bool = False


@fact
class Declined:
    """The submission is not on disk and never will be."""

    why: Refused


@fact
class Unknown:
    """Whether the submission is on disk could not be found out."""


Outcome = Committed | Declined | Unknown
Settled = Callable[[Sequence[tuple[int, Outcome]]], None]


@fact
class Slice:
    """Ask for kept entries of one log with after < seq < before: the newest `limit` of them, or the oldest if `oldest`.

    The answer is always oldest first. `since` and `until` are further bounds, each an entry's id or a time in seconds since 1970; of
    an id that does not stand in this log comes nothing. With `including` an entry at `since` itself belongs to it.
    """

    log: str
    limit: int
    after: int = 0
    before: int = 1 << 62
    oldest: bool = False
    since: str | float | None = None
    until: str | float | None = None
    including: bool = False


@fact
class LogState:
    """Be what a journal knows of one log when it opens."""

    head: int
    tail: tuple[Entry, ...] = ()
    """The newest kept entries, oldest first."""


@fact
class Recovered:
    """Be what a journal holds when it opens.

    `epoch` is random, drawn when the store is made or restored from a backup; seqs of a log are never used twice in one epoch.
    """

    epoch: str
    logs: Mapping[str, LogState] = field(default_factory=dict)
    state: Mapping[str, str] = field(default_factory=dict)
    last_at: float = 0.0


@fact
class Retention:
    """Bound how much of a log is kept; zero means no bound."""

    age: float = 365 * 86400.0
    count: int = 1_000_000


@fact
class JournalHealth:
    """Be how a journal is doing."""

    ok: bool
    why: str = ""
    commits: int = 0
    batches: int = 0
    waiting: int = 0
    commit_seconds: float = 0.0
    """How long the last commit took."""


Fetched = Callable[["tuple[Entry, ...] | Refused"], None]


@fact
class Findings:
    """Be what was found, newest first; `older` is where to go on, None when that was all.

    `behind` counts the entries that could not be looked at yet.
    """

    entries: tuple[Entry, ...]
    older: int | None
    behind: int = 0


Searched = Callable[["Findings | Refused"], None]


@fact
class Trace:
    """Ask where somebody's words stand: those of a `member`, under whatever name, or those said under one of `names`.

    At most `limit` of them, from after a place in the order of the house.
    """

    names: tuple[str, ...]
    member: str
    after: int = 0
    limit: int = 500


@fact
class Traces:
    """Be the logs and ids of somebody's words; `after` is where to go on, None when that was all."""

    found: tuple[tuple[str, str], ...]
    after: int | None


Traced = Callable[["Traces | Refused"], None]


class Journal(Protocol):
    """Make logs durable and ordered."""

    def open(self, settled: Settled, *, tail: int) -> Recovered:
        """Open the store, blocking, and give what it holds with at most `tail` newest entries of each log.

        Raise `JournalUnusable` with a sentence for the host when it cannot be used.
        """

    def submit(self, submissions: Sequence[Submission]) -> None:
        """Take submissions; their outcomes come later through `settled`."""

    def read(self, query: Slice, fetched: Fetched) -> None:
        """Read kept entries; the answer comes later, in the reactor thread, never inside `read`."""

    def search(self, quest: Quest, found: Searched) -> None:
        """Look for words; the answer comes later, in the reactor thread, never inside `search`.

        What is said may take a moment to be found, what was removed is not.
        """

    def trace(self, trace: Trace, found: Traced) -> None:
        """Find where somebody's words stand, said or told, that are not removed; the answer comes later, as with `read`."""

    def trim(self, retention: Retention, now: float) -> None:
        """Forget what is older or more than `retention` allows, a little at a time, beside other work."""

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""

    def close(self, patience: float) -> Awaitable[bool]:
        """Commit what waits, for at most `patience` seconds, and close; True when everything got its outcome from the disk."""


class JournalUnusable(Exception):
    """Say to the host why a journal cannot be opened, and what to do."""


class BackupFailed(Exception):
    """Say to the host why a journal could not be copied, and what to do."""


class Dialect(Protocol):
    """Be how one door shows things to readers of one kind; equal dialects share what is rendered."""

    @property
    def counting(self) -> bool:
        """Tell whether its readers count the kept entries of each room, so that they must be shown every one."""

    def entry(self, entry: Entry, room: str) -> bytes:
        """Render `entry` for readers of `room`; empty when they are not shown it."""

    def private(self, entry: Entry, own: bool) -> bytes:
        """Render an entry of the reader's inbox; `own` when the reader wrote it."""

    def reply(self, reply: Reply) -> bytes:
        """Render a reply; empty when there is nothing to show."""

    def farewell(self, why: str) -> bytes:
        """Render the last thing before the connection ends; `why` may be empty."""

    def __hash__(self) -> int:
        """Be the same for dialects that render the same."""


@runtime_checkable
class RowDialect(Dialect, Protocol):
    """Be a dialect that renders words in a row for less than each by itself."""

    def row(self, row: Placed, room: str) -> bytes:
        """Render words that one person said to a room in a row, as `entry` would each of them."""
