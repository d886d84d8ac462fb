"""What a verb with several things to do is asked to do, by the first word after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from chatroom.core.call import Call
from chatroom.core.verb import Param, Takes

PARAMS = (Param("what", Takes.REST, optional=True),)
USUAL = "list"
"""What is done where nothing is said."""

Action = TypeVar("Action")


def action(call: Call, actions: Mapping[str, Action]) -> tuple[Action, str]:
    """Give what is to be done, of these, and what follows it; or refuse what there is not."""
    word, _, rest = call.args.get("what", USUAL).strip().partition(" ")
    found = actions.get(word.lower())
    if found is None:
        raise call.verb.wrong(f"There is no “{call.verb.name} {word[:20]}”.")
    return found, rest.strip()
