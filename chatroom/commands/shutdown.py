"""/shutdown [in DURATION] [REASON]: close the house, now or after a while; /shutdown stop takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.core.call import Call, bounded
from chatroom.core.effects import Effect
from chatroom.core.rank import Rank
from chatroom.core.spans import leading, told
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Have it done, which no full disk is to prevent, and put it on record."""
    text = bounded(" ".join(call.args.get("how", "").split()), call.hub.limits.reason, "reason")
    if text == "stop":
        call.ask("shutdown", None, "", then=partial(_stopped, call), always=True)
        return
    seconds, reason = _when(call, text)
    line = f"The house closes in {told(seconds)}." if seconds else "The house closes."
    call.ask("shutdown", seconds, reason, then=partial(_closing, call, f"shutdown {text}".strip(), line), always=True)


def _closing(call: Call, what: str, line: str, _: object) -> Sequence[Effect]:
    call.order(what, answer=call.answering(line))
    return ()


def _stopped(call: Call, was: object) -> Sequence[Effect]:
    if not was:
        return [call.answering("The house was not about to close.")]
    call.order("shutdown stop", answer=call.answering("The house stays open."))
    return ()


def _when(call: Call, text: str) -> tuple[float, str]:
    word, _, rest = text.partition(" ")
    if word != "in":
        return 0.0, text
    found = leading(rest)
    if found is None or found[0] is None:
        raise call.verb.wrong("That is not a length of time.")
    return found[0], found[1]


verb = Verb("shutdown", perform, params=(Param("how", Takes.REST, optional=True),), rank=Rank.ADMIN, **described(__doc__))
