"""/quiet [#ROOM] [on|off]: let only those with a voice speak in a room, or everybody again.

The room's operators speak in any case, and those who keep order in the house. For the room's operators, and moderators.
/settings tells how it is.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.keeping import STATE, switch
from chatroom.core.verb import Verb, described

verb = Verb(
    "quiet",
    partial(switch, key="quiet", now_on="{} is quiet: only those with a voice speak there.", now_off="Everybody may speak in {}."),
    params=STATE,
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
