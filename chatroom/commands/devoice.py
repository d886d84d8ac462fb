"""/devoice [#ROOM] NAME: take back what /voice gave.

For the room's operators, and moderators.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.roles import change
from chatroom.core.settings import VOICE
from chatroom.core.verb import Param, Takes, Verb, described

verb = Verb(
    "devoice",
    partial(change, role=VOICE, on=False),
    params=(Param("name", Takes.REST),),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
