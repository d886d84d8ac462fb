"""/voice [#ROOM] NAME: let somebody speak in a room while it is quiet.

For the room's operators, and moderators.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.roles import change
from chatroom.core.settings import VOICE
from chatroom.core.verb import Param, Takes, Verb, described

verb = Verb(
    "voice",
    partial(change, role=VOICE, on=True),
    params=(Param("name", Takes.REST),),
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
