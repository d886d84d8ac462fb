"""/unignore NAME: see again what somebody says."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Filter
from chatroom.core.names import fold
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Take somebody off those whom this session does not see."""
    name = call.args["name"].strip()
    if call.session.ignoring.pop(fold(name), None) is None:
        raise call.verb.wrong(f"You do not ignore {name[:40]}.")
    call.now_do(Filter(call.session))
    call.answer(f"You see what {name} says again.", ignoring=sorted(call.session.ignoring.values()))


verb = Verb("unignore", perform, params=(Param("name", Takes.REST),), console=False, **described(__doc__))
