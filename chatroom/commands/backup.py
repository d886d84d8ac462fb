"""/backup [NAME]: copy the whole house into one file, while it is open.

It holds what was said, the members and the settings, and is put among the backups in the state folder. `chatroom restore` makes a house
of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Verb, described


def perform(call: Call) -> None:
    """Have it made, and put on record."""
    call.ask("backup", call.args.get("name", ""), then=partial(_made, call), always=True)


def _made(call: Call, file: PurePath) -> Sequence[Effect]:
    call.order(f"backup {file.name}", answer=call.answering(f"The house is backed up in {file}", file=str(file)))
    return ()


verb = Verb("backup", perform, params=(Param("name", optional=True),), rank=Rank.ADMIN, **described(__doc__))
