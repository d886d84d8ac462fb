"""/op [#ROOM] NAME: make somebody an operator of a room, who keeps order there.

A member is one for good, a guest for as long as they are here. For the room's operators, and moderators.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.roles import change
from chatroom.core.settings import OPERATOR
from chatroom.core.verb import Param, Takes, Verb, described

verb = Verb(
    "op",
    partial(change, role=OPERATOR, on=True),
    params=(Param("name", Takes.REST),),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
