"""/members [list [PART] | add MAIL [NAME] | remove WHO | invite WHO | passwd WHO PASSWORD | rank WHO RANK | key WHO KEY]:
see and change who is a member.

Without more it lists them; with PART, those who have it in their mail or name. add makes a member and shows an invitation: a code
that works once, for three days, and lets them choose a password of their own; invite shows a new one, for somebody who forgot
theirs. RANK is member, moderator or admin. WHO is a mail or name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from chatroom.core.action import PARAMS, action
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.keys import read
from chatroom.core.likeness import fold
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.verb import Verb, described

INVITED_FOR = 3 * 86400.0
"""How long an invitation holds, in seconds."""
SHOWN = 200
"""Members that are listed at once."""
RANKS = {str(rank): rank for rank in (Rank.MEMBER, Rank.MODERATOR, Rank.ADMIN)}


def perform(call: Call) -> None:
    """Do what the first word says."""
    do, rest = action(call, ACTIONS)
    # A password may have blanks in it.
    do(call, rest.split(maxsplit=1) if do in (_passwd, _key) else rest.split())


def _list(call: Call, words: Sequence[str]) -> None:
    found = matching(call.hub.keeper.members, " ".join(words))
    here = frozenset(member.id for member in found if "@" + member.id in call.hub.people)
    call.answer(
        *listed(found, here),
        members=[{"id": one.id, "mail": one.mail, "name": one.name, "rank": str(one.rank)} for one in found[:SHOWN]],
        more=max(0, len(found) - SHOWN),
    )


def matching(members: Iterable[Member], part: str) -> list[Member]:
    """Give those who have `part` in their mail or name."""
    wanted = fold(part)
    return [member for member in members if wanted in fold(member.mail) or wanted in fold(member.name)]


def listed(found: Sequence[Member], here: Collection[str]) -> list[str]:
    """Write a line for each of them, up to a number; `here` are the ids of those who are."""
    lines = [_line(member, member.id in here) for member in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN} more: /members list PART shows those who have PART in their mail or name.")
    return lines or ["There are no members."]


def _line(member: Member, present: bool) -> str:
    here = ", here" if present else ""
    how = "" if member.password else ", invited" if member.invitation else ", no password yet"
    return f"{member.name} <{member.mail or 'no mail'}>, {member.rank}{how}{here}"


def _add(call: Call, words: Sequence[str]) -> None:
    if not 1 <= len(words) <= 2:
        raise call.verb.wrong("add takes a mail, and perhaps a name.")

    def added(member: Member) -> Sequence[Effect]:
        call.ask("invite", member.id, INVITED_FOR, then=partial(_invited, call, member, "members add"), always=True)
        return ()

    call.ask("add_member", *words, then=added, always=True)


def _invite(call: Call, words: Sequence[str]) -> None:
    member = _one(call, words, 1)
    call.ask("invite", member.id, INVITED_FOR, then=partial(_invited, call, member, "members invite"), always=True)


def _invited(call: Call, member: Member, what: str, code: str) -> Sequence[Effect]:
    call.order(f"{what} {member.name}", answer=call.answering(*invited(member, code), name=member.name, code=code))
    return ()


def invited(member: Member, code: str) -> tuple[str, ...]:
    """Tell what to do with an invitation."""
    return (
        f"{member.name} is invited. Tell them this code, which works once, in place of a password, within three days:",
        f"  {code}",
    )


def _remove(call: Call, words: Sequence[str]) -> None:
    member = _one(call, words, 1)

    def removed(_: object) -> Sequence[Effect]:
        call.hub.erasure.at_once(member.id, call.now)
        return _done(call, f"members remove {member.name}", f"{member.name} is no longer a member.", _)

    call.ask("remove_member", member.id, then=removed, always=True)


def _passwd(call: Call, words: Sequence[str]) -> None:
    member = _one(call, words, 2)
    call.hub.keeper.check_secrecy(call.session.private)
    call.hub.keeper.attempts.forget(member.id)
    call.ask(
        "passwd",
        member.id,
        words[1],
        then=partial(_done, call, f"members passwd {member.name}", f"{member.name} has that password now."),
        always=True,
    )


def _key(call: Call, words: Sequence[str]) -> None:
    member = _one(call, words, 2)
    key = read(words[1])
    line = f"{member.name} can come in with this key from now on: {key.fingerprint}"
    call.ask("add_key", member.id, key, then=partial(_done, call, f"members key {member.name} {key.fingerprint}", line), always=True)


def _rank(call: Call, words: Sequence[str]) -> None:
    member = _one(call, words, 2)
    rank = RANKS.get(words[1].lower())
    if rank is None:
        raise call.verb.wrong(f"A rank is {', '.join(RANKS)}.")
    call.ask(
        "rank",
        member.id,
        rank,
        then=partial(_done, call, f"members rank {member.name} {rank}", f"{member.name} is {rank.titled} now."),
        always=True,
    )


def _one(call: Call, words: Sequence[str], count: int) -> Member:
    if len(words) != count:
        raise call.verb.wrong("That takes a member and no more." if count == 1 else "That takes a member and one word more.")
    return call.hub.member(words[0])


def _done(call: Call, what: str, line: str, _: object) -> Sequence[Effect]:
    call.order(what, answer=call.answering(line))
    return ()


ACTIONS: dict[str, Callable[[Call, Sequence[str]], None]] = {
    "list": _list,
    "add": _add,
    "remove": _remove,
    "invite": _invite,
    "passwd": _passwd,
    "rank": _rank,
    "key": _key,
}

verb = Verb("members", perform, params=PARAMS, rank=Rank.ADMIN, **described(__doc__))
