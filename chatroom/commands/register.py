"""/register MAIL: become a member under the name you have, if the host lets anybody.

Your name is yours from then on, and wants a password. In its place you are given a code that works once, for three days: use it
when you come in again, and choose a password then; or do that now, with /passwd CODE NEW.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.members import INVITED_FOR
from chatroom.core.becoming import become
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import IsAMember
from chatroom.core.members import Member, clean_mail
from chatroom.core.names import STAR
from chatroom.core.rank import Rank
from chatroom.core.session import Person
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Make the guest a member, with the password a program gave, or with a code."""
    person = call.person
    if person.author.member is not None:
        raise IsAMember(name=person.name)
    mail = clean_mail(call.args["mail"])
    if not mail:
        raise call.verb.wrong("A mail is needed.")
    if "password" in call.args:
        call.hub.keeper.check_secrecy(call.session.private)
    # What a member owns is a name, whichever way they came by.
    name = person.name.removeprefix(STAR)
    call.hub.roster.check(name, person)
    call.hub.keeper.registrations.admit_guest(call.session.address, call.now)
    password = call.args.get("password")
    given = () if password is None else (Rank.MEMBER, password)
    call.ask("add_member", mail, name, *given, then=partial(_added, call, person), waits=True, always=True)


def _added(call: Call, person: Person, member: Member) -> Sequence[Effect]:
    become(call, person, member)
    if "password" in call.args:
        return _done(call, member)
    call.ask("invite", member.id, INVITED_FOR, then=partial(_coded, call, member), waits=True, always=True)
    return ()


def _done(call: Call, member: Member) -> Sequence[Effect]:
    call.order("register", answer=call.answering(f"You are a member now, and {member.name} is your name.", name=member.name))
    return ()


def _coded(call: Call, member: Member, code: str) -> Sequence[Effect]:
    lines = (
        f"You are a member now, and {member.name} is your name. This code works once, within three days, in place of a password:",
        f"  {code}",
        "Choose a password with it: when you come in the next time, or now by /passwd CODE NEW.",
    )
    call.order("register", answer=call.answering(*lines, name=member.name, code=code))
    return ()


verb = Verb(
    "register",
    perform,
    params=(Param("mail"), Param("password", Takes.REST, optional=True, typed=False)),
    console=False,
    **described(__doc__),
)
