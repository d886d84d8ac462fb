"""What the journal reads for a call, and how the call goes on with it: with what is to be done, by submitting, or by reading on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatroom.core.effects import Effect
from chatroom.core.events import Entry
from chatroom.core.seams import Slice

if TYPE_CHECKING:
    from chatroom.core.call import Call, Draft, Then
    from chatroom.core.session import Waiting

Found = tuple[Entry, ...]


@dataclass(slots=True)
class Reading:
    """Be something that the journal reads for a call."""

    place: Waiting
    call: Call
    wanted: Further


@dataclass(slots=True)
class Posting:
    """Go on by submitting this, in the place of what was read."""

    drafts: Sequence[Draft]
    then: Then


@dataclass(slots=True)
class Further:
    """Go on by reading this, in the place of what was read."""

    query: Slice
    remembered: Callable[[], Found | None]
    then: Callable[[Found], Effect | tuple[Effect, ...] | Posting | Further]
    refused: Callable[[], None] = lambda: None
