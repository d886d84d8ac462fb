"""/identify [NAME]: show that you are a member, by a password or by your connection's certificate; for programs.

That may be before saying hello, under that member's name or another, or later.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.hello import Recognition
from chatroom.core.attempts import Attempt
from chatroom.core.becoming import ask_whose, log_in
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import CertificateUnknown, IsAMember, PasswordToChoose, WrongPassword
from chatroom.core.keys import CERTIFICATE
from chatroom.core.members import Member
from chatroom.core.session import Session
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Have the password looked at, or the certificate where none is given."""
    check_stranger(call.session)
    if "password" in call.args:
        _by_password(call)
    else:
        _by_certificate(call)


def _by_password(call: Call) -> None:
    if "name" not in call.args:
        raise call.verb.wrong("The field name is missing.")
    call.hub.keeper.check_secrecy(call.session.private)
    ask_whose(call, call.args["name"].strip(), "recognise", call.args["password"], then=partial(_recognised, call))


def _recognised(call: Call, attempt: Attempt, found: Recognition | None) -> Sequence[Effect]:
    if found is None:
        raise WrongPassword
    return succeed(call, attempt, found.member, invited=found.invited)


def _by_certificate(call: Call) -> None:
    """Recognise the only member who has the certificate, or the one named of several."""
    session, keeper, shown = call.session, call.hub.keeper, call.session.credentials.offered
    attempt = keeper.admit_attempt(session.address, call.args.get("name", ""), call.now)
    owners = keeper.keys.owners(shown) if shown is not None and shown.kind == CERTIFICATE else ()
    members = [member for member in map(keeper.members.get, owners) if member is not None]
    if "name" in call.args:
        members = [member for member in members if member == keeper.members.find(call.args["name"])]
    if len(members) != 1:
        raise CertificateUnknown
    call.reply(*succeed(call, attempt, members[0]))


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
        session.credentials.invited = member
        raise PasswordToChoose(name=member.name)
    check_stranger(session)
    if session.person is None:
        session.credentials.identified = member
    else:
        log_in(call, member)
    return (call.answering(name=member.name, member=member.id),)


verb = Verb(
    "identify",
    perform,
    params=(Param("name", Takes.REST, optional=True), Param("password", Takes.REST, optional=True, typed=False)),
    nameless=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
