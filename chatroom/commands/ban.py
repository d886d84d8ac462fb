"""/ban WHO [DURATION] [REASON]: let somebody in no more: for good, or for so long.

WHO is a name, a member, an address, a network such as 203.0.113.0/24 or a mask such as spam*. A guest's ban covers name and address.
DURATION is such as 10m, 2h, 1d or "for good". With --dry-run you only see whom it would hit. /unban takes it back.
"""

from __future__ import annotations

from chatroom.core.bans import ban
from chatroom.core.call import Call, party_of
from chatroom.core.errors import OutOfReach
from chatroom.core.names import BLANKS, is_address
from chatroom.core.rank import Rank
from chatroom.core.sentence import PARAMS, Sentence, sentence
from chatroom.core.session import Person
from chatroom.core.spans import lasting
from chatroom.core.targets import Party, Target, confirm, hits, of_party, target
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Keep the ban, put out whom it hits, and put it on record."""
    asked = sentence(call.args, call.hub.limits.reason)
    targets = _targets(call, asked)
    people = _people(call, targets)
    for person in people:
        call.within_reach(person)
    _spare_superiors(call, targets)
    whom = " and ".join(str(one) for one in targets)
    if asked.dry_run:
        names = [person.name for person in people]
        call.answer(
            f"That would ban {whom}, and put out {', '.join(names) or 'nobody who is here'}.", targets=[*map(str, targets)], hits=names
        )
        return
    if not asked.force:
        confirm(targets, call.party)
    _keep(call, asked, targets, people, whom)


def _keep(call: Call, asked: Sentence, targets: tuple[Target, ...], people: list[Person], whom: str) -> None:
    bans = call.hub.keeper.bans
    made = ban(bans.next_id(), targets, span=asked.span, by=call.person.name, reason=asked.reason, now=call.now)
    replaced = bans.add(made)

    def undo() -> None:
        bans.lift(made.id)
        for old in replaced:
            bans.restore(old)

    for person in people:
        call.hub.presence.put_out(call, person, asked.reason, str(made.refusal(call.now)))
    told = call.answering(
        f"Banned {lasting(asked.span)}: {whom}. /unban #{made.id} takes it back.", id=made.id, targets=[*map(str, targets)]
    )
    call.order(f"ban {whom} {lasting(asked.span)} {asked.reason}".strip(), puts=bans.puts(made, replaced), answer=told, undo=undo)


def _targets(call: Call, asked: Sentence) -> tuple[Target, ...]:
    # Only the list of members can hold a name that reads so: nobody can take one.
    if is_address(asked.who.strip(BLANKS)):
        return (target(asked.who, call.hub.limits.name),)
    person = call.hub.roster.find(asked.who)
    if person is not None:
        found = dict.fromkeys(one for session in person.sessions for one in of_party(party_of(session)))
        return tuple(found)
    member = call.hub.keeper.members.find(asked.who)
    if member is not None:
        return (Target("member", member.id), target(member.name, call.hub.limits.name))
    return (target(asked.who, call.hub.limits.name),)


def _people(call: Call, targets: tuple[Target, ...]) -> list[Person]:
    """Give those who are here or at a console and hit, but for who asks."""
    found: dict[Person, None] = {}
    for person in call.hub.everybody():
        if person is not call.person and hits(targets, [party_of(session) for session in person.sessions]):
            found[person] = None
    return list(found)


def _spare_superiors(call: Call, targets: tuple[Target, ...]) -> None:
    """Refuse what hits a member out of reach who is not here: a ban would wait for them."""
    if call.person.rank >= Rank.ADMIN:
        return
    superiors = {one.id: one for one in call.hub.keeper.members if one.rank >= call.person.rank and one.id != call.person.author.member}
    for party in hits(targets, [Party("", one.name, one.id) for one in superiors.values()]):
        raise OutOfReach(name=party.name, rank=superiors[str(party.member)].rank.titled)


verb = Verb("ban", perform, params=PARAMS, rank=Rank.MODERATOR, **described(__doc__))
