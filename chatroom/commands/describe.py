"""/describe [REAL]: say what you are really called, and whether you are a machine; for programs."""

from __future__ import annotations

from chatroom.core.call import Call, cut, single
from chatroom.core.profile import REAL
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Note it."""
    if "real" in call.args:
        call.person.real = cut(single(call.args["real"]), REAL)
    if "bot" in call.args:
        call.session.bot = call.args["bot"]
    call.answer(real=call.person.real, bot=call.session.bot)


verb = Verb(
    "describe",
    perform,
    params=(Param("real", Takes.REST, optional=True), Param("bot", Takes.FLAG, optional=True, typed=False)),
    hidden=True,
    console=False,
    **described(__doc__),
)
