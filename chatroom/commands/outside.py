"""/outside [#ROOM] [on|off]: let people speak in a room who are not in it, or only those who are; for programs.

Who is banned, or muted there, is not heard from outside either.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.keeping import STATE, switch
from chatroom.core.settings import OUTSIDE
from chatroom.core.verb import Verb, described

verb = Verb(
    "outside",
    partial(switch, key=OUTSIDE, now_on="Whoever is outside may speak in {}.", now_off="Only those who are in {} speak there."),
    params=STATE,
    roomy=True,
    scoped=True,
    keeping=True,
    hidden=True,
    **described(__doc__),
)
