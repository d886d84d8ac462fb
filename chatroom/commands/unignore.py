"""/unignore NAME: see again what somebody says."""

from __future__ import annotations

from chatroom.commands.ignore import whose
from chatroom.core.call import Call
from chatroom.core.effects import Filter
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Take somebody off those whom this session does not see, by the name that was typed or the one they have now."""
    name = call.args["name"].strip()
    if not call.session.ignoring.drop(whose(call, name)):
        raise call.verb.wrong(f"You do not ignore {name[:40]}.")
    call.now_do(Filter(call.session))
    call.answer(f"You see what {name} says again.", ignoring=call.session.ignoring.names())


verb = Verb("unignore", perform, params=(Param("name", Takes.REST),), console=False, **described(__doc__))
