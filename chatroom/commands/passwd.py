"""/passwd OLD NEW: change your own password; for members.

A password of several words goes into double quotes, as in /passwd "my old words" "my new ones". What you type can be seen on your
screen, so do it where nobody looks over your shoulder.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatroom.core.attempts import Attempt
from chatroom.core.becoming import ask_whose
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import NotAMember, WrongPassword
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Check the old password, and then keep the new one."""
    member = call.person.author.member
    if member is None:
        raise NotAMember
    keeper = call.hub.keeper
    keeper.check_secrecy(call.session.private)

    def recognised(attempt: Attempt, found: object) -> Sequence[Effect]:
        if found is None:
            raise WrongPassword
        keeper.attempts.succeeded(attempt, call.now)
        call.ask("passwd", member, call.args["new"], then=lambda _: [call.answering("Your password is changed.")], always=True)
        return ()

    ask_whose(call, member, "recognise", call.args["old"], then=recognised)


verb = Verb("passwd", perform, params=(Param("old", Takes.PHRASE), Param("new", Takes.PHRASE)), **described(__doc__))
