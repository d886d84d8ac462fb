"""/deop [#ROOM] NAME: let somebody no longer be an operator of a room.

For the room's owner, moderators, and whoever no longer wants to.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.roles import change
from chatroom.core.settings import OPERATOR
from chatroom.core.verb import Param, Takes, Verb, described

verb = Verb(
    "deop",
    partial(change, role=OPERATOR, on=False),
    params=(Param("name", Takes.REST),),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
