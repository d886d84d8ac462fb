"""Reading back: what is in memory answers as the journal does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.contracts import NOON, said
from chatroom.core.events import Entry
from chatroom.core.readback import excerpt
from chatroom.core.seams import Slice, Submission
from chatroom.journals.memory import MemoryJournal

LOG = "lobby"


def journal(count: int) -> tuple[MemoryJournal, tuple[Entry, ...]]:
    """Give a journal with so many entries, two at each moment."""
    kept = MemoryJournal()
    kept.open(lambda outcomes: None, tail=0)
    kept.submit([Submission(1, tuple(said(str(number), at=NOON + number // 2) for number in range(count)))])
    kept.settle()
    return kept, read(kept, Slice(LOG, 1000))


def read(kept: MemoryJournal, query: Slice) -> tuple[Entry, ...]:
    found: list[tuple[Entry, ...]] = []
    kept.read(query, lambda entries: found.append(entries) if isinstance(entries, tuple) else None)
    kept.answer()
    return found[0]


numbers = st.integers(-1, 12)


@given(
    st.integers(0, 10),
    numbers,
    numbers,
    st.booleans(),
    st.booleans(),
    st.integers(0, 12),
    st.sampled_from(["", "id", "at"]),
    numbers,
    numbers,
)
def test_an_excerpt_is_what_a_journal_would_give(
    count: int, after: int, before: int, oldest: bool, including: bool, limit: int, by: str, since: int, until: int
) -> None:
    kept, entries = journal(count)

    def point(number: int) -> str | float | None:
        if by == "at":
            return NOON + number / 2
        return None if not by else entries[number].id if 0 <= number < count else "no such id"

    query = Slice(LOG, limit, after, before, oldest, point(since), point(until), including)
    assert excerpt(entries, query) == read(kept, query)
