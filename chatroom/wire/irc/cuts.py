"""Where a client cut the lines of a message in two, so that others are shown them as they were sent (IRCv3, multiline).

The places stand in a tag of the house's own beside the words, which no client is shown or can set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chatroom.core.events import Tags
from chatroom.wire.irc.out import pieces

CUTS = "+chatroom/cuts"
"""The tag: numbers of characters, with commas between."""


def written(places: Iterable[int]) -> dict[str, str]:
    """Give the tag for places in a text; none for no places."""
    found = ",".join(map(str, places))
    return {CUTS: found} if found else {}


def read(tags: Tags) -> tuple[int, ...]:
    """Give the places that stand in tags."""
    found = dict(tags).get(CUTS, "") if tags else ""
    return tuple(int(one) for one in found.split(",") if one.isascii() and one.isdigit() and len(one) < 7)


def rows(text: Sequence[str], places: Sequence[int], limit: int) -> list[list[str]]:
    """Cut lines where they were cut, and where they are too long for a line of at most so many bytes."""
    found, start = [], 0
    for one in text:
        here = sorted({place - start for place in places if start < place < start + len(one)})
        found.append([piece for part in _parts(one, here) for piece in pieces(part, limit)])
        start += len(one) + 1
    return found


def _parts(line: str, places: Sequence[int]) -> Iterator[str]:
    start = 0
    for place in (*places, len(line)):
        yield line[start:place]
        start = place
