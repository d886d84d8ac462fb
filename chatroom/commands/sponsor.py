"""/sponsor MAIL [NAME]: let somebody become a member, if the host lets members do so; admins always may.

You are given a code to pass on: it works once, for three days, in place of a password, and lets them choose one of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.members import INVITED_FOR, invited
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import NotAMember
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.verb import Param, Verb, described


def perform(call: Call) -> None:
    """Make a member who is still to choose a password, and put on record who answers for them."""
    sponsor = call.person.author.member
    if sponsor is None:
        raise NotAMember
    if call.person.rank < Rank.ADMIN:  # an admin makes members in any case
        call.hub.keeper.registrations.admit_sponsor(sponsor, call.now)
    words = [call.args[one] for one in ("mail", "name") if one in call.args]
    call.ask("add_member", *words, then=partial(_added, call), always=True)


def _added(call: Call, member: Member) -> Sequence[Effect]:
    call.ask("invite", member.id, INVITED_FOR, then=partial(_invited, call, member), always=True)
    return ()


def _invited(call: Call, member: Member, code: str) -> Sequence[Effect]:
    call.order(f"sponsor {member.name}", answer=call.answering(*invited(member, code), name=member.name, code=code))
    return ()


verb = Verb("sponsor", perform, params=(Param("mail"), Param("name", optional=True)), rank=Rank.MEMBER, **described(__doc__))
