"""What a session asks for, before anybody has looked at whether it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatroom.core.fact import fact


@fact
class Request:
    """Ask for one verb.

    A person's client gives `tail`, what was typed after the verb; a program gives `fields` by name. `ref` is what the program
    calls this request; the answer bears it.
    """

    verb: str
    tail: str = ""
    fields: Mapping[str, Any] | None = None
    ref: str | int | None = None
