"""/forget WHO [REASON]: remove all that somebody ever said, in rooms and in private; --dry-run counts it.

WHO is a member, or else a name: then it removes what anybody said under that name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatroom.core.call import Call, Draft
from chatroom.core.effects import Effect
from chatroom.core.events import HOUSE, Author, Ordered, Removed
from chatroom.core.likeness import fold
from chatroom.core.rank import Rank
from chatroom.core.seams import Committed, Trace, Traces
from chatroom.core.sentence import PARAMS, sentence
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Trace the words, and remove them as they are found; or only count them."""
    asked = sentence(call.args, call.hub.limits.reason, timed=False)
    found = call.hub.keeper.members.find(asked.who)
    names = () if found is not None else tuple(dict.fromkeys((asked.who, fold(asked.who))))
    name, member = (asked.who, asked.who) if found is None else (found.name, found.id)
    Forgetting(call, name, Trace(names, member), asked.reason, dry=asked.dry_run).go_on(0)


class Forgetting:
    """Remove somebody's words, a few hundred at a time, each few in one submission: what was begun can be done again."""

    __slots__ = ("_begun", "_call", "_counts", "_dry", "_name", "_reason", "_trace")

    def __init__(self, call: Call, name: str, trace: Trace, reason: str, *, dry: bool) -> None:
        self._call = call
        self._name = name
        self._trace = trace
        self._reason = reason
        self._dry = dry
        self._begun = False
        self._counts: Counter[str] = Counter()

    def go_on(self, after: int) -> None:
        """Look for more of the words after a place in the order of the house."""
        trace = Trace(self._trace.names, self._trace.member, after)
        self._call.ask("trace", trace, then=self._traced, always=True, settled=after == 0)

    def _traced(self, traces: Traces) -> Sequence[Effect]:
        drafts = [] if self._dry else self._drafts(traces.found)
        if not drafts:
            self._counts.update(log for log, _ in traces.found)
            return self._next(traces.after)

        def removed(_: Committed) -> Sequence[Effect]:
            self._counts.update(log for log, _ in traces.found)
            return self._next(traces.after)

        self._call.submit(*drafts, then=removed)
        return ()

    def _drafts(self, found: Sequence[tuple[str, str]]) -> list[Draft]:
        by_log: dict[str, list[str]] = {}
        for log, id in found:  # noqa: A001
            by_log.setdefault(log, []).append(id)
        author = self._call.person.author
        drafts: list[Draft] = [(log, Removed(author, tuple(ids))) for log, ids in by_log.items()]
        if drafts and not self._begun:
            self._begun = True
            drafts.append((HOUSE, Ordered(author, self._call.where, self._order)))
        return drafts

    @property
    def _order(self) -> str:
        return f"forget {self._name} {self._reason}".strip()

    def _next(self, after: int | None) -> Sequence[Effect]:
        if after is not None:
            self.go_on(after)
            return ()
        rooms = {log: count for log, count in self._counts.items() if not log.startswith("@")}
        private = sum(count for log, count in self._counts.items() if log.startswith("@"))
        where = [*(f"{count} in {room}" for room, count in rooms.items()), *([f"{private} in private"] if private else [])]
        total = sum(self._counts.values())
        what = f"{'1 message' if total == 1 else f'{total} messages'} of {self._name}{': ' + ', '.join(where) if where else ''}."
        line = f"That would remove {what}" if self._dry else f"Removed {what}"
        answer = self._call.answering(line, name=self._name, total=total, rooms=rooms, private=private)
        if self._dry:
            return [answer]
        self._call.hub.errands.recall.forget_by(self._is_theirs)
        self._call.order(f"{self._order}: {total} removed", answer=answer)
        return ()

    def _is_theirs(self, author: Author) -> bool:
        if self._trace.names:
            return fold(author.name) in self._trace.names
        return author.member == self._trace.member


verb = Verb("forget", perform, params=PARAMS, rank=Rank.ADMIN, **described(__doc__))
