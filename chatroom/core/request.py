"""What a session asks for, before anybody has looked at whether it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatroom.core.fact import fact


@fact
class Request:
    """Ask for one verb.

    What a person typed after the verb is `tail`; a program gives `fields` by name. `ref` is what the program
    calls this request; the answer bears it.
    """

    verb: str
    tail: str = ""
    fields: Mapping[str, Any] | None = None
    ref: str | int | None = None
    typed: bool = False
    """Whether a person typed this into a program, which gives its `tail` and, as the only field, the room they look at."""
