"""/identify NAME: show a member's password, before saying hello under that member's name or another, or later."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.hello import Recognition
from chatroom.core.attempts import Attempt
from chatroom.core.becoming import log_in
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import IsAMember, PasswordToChoose, WrongPassword
from chatroom.core.members import Member
from chatroom.core.session import Session
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Have the password looked at."""
    session, keeper = call.session, call.hub.keeper
    check_stranger(session)
    keeper.check_secrecy(session.private)
    who = call.args["name"].strip()
    attempt = keeper.admit_attempt(session.address, who, call.now)
    unmade = partial(keeper.attempts.take_back, attempt, call.now)
    then = partial(_recognised, call, attempt)
    call.ask("recognise", who, call.args["password"], then=then, refused=unmade, waits=True)


def _recognised(call: Call, attempt: Attempt, found: Recognition | None) -> Sequence[Effect]:
    if found is None:
        raise WrongPassword
    return succeed(call, attempt, found.member, invited=found.invited)


def check_stranger(session: Session) -> None:
    """Refuse who has shown already that they are a member."""
    person = session.person
    if person is not None and person.author.member is not None:
        raise IsAMember(name=person.name)


def succeed(call: Call, attempt: Attempt, member: Member, *, invited: bool = False) -> Sequence[Effect]:
    """Let the session be the member's, who has shown who they are: from hello on, or at once if that was said."""
    keeper, session = call.hub.keeper, call.session
    keeper.attempts.succeeded(attempt, call.now)
    keeper.check(Party(session.address, member.name, member.id), call.now)
    if invited:
        session.invited = member
        raise PasswordToChoose(name=member.name)
    check_stranger(session)
    if session.person is None:
        session.identified = member
    else:
        log_in(call, member)
    return (call.answering(name=member.name, member=member.id),)


verb = Verb(
    "identify",
    perform,
    params=(Param("name", Takes.REST), Param("password", Takes.REST, typed=False)),
    nameless=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
