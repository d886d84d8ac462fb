"""Whom a moderator's sentence hits: the targets it names, and the people among them who are there.

Rules
-----
- A name of somebody who is here means that person: a guest's name and address, a member's name and id.
- Nobody acts against their equals, in the house by rank, in a room by standing; not in their absence either, as it would wait for them.
- Only those with a rank may name addresses, or are told any: whoever keeps order in one room does not learn where others come from.
"""

from __future__ import annotations

from chatroom.core.bans import named
from chatroom.core.call import Call, party_of
from chatroom.core.errors import AddressesHidden, OutOfReach
from chatroom.core.events import Author
from chatroom.core.fact import fact
from chatroom.core.keeping import standing, within_reach
from chatroom.core.names import BLANKS, is_address
from chatroom.core.profile import host, host_of
from chatroom.core.rank import Rank
from chatroom.core.room import Room
from chatroom.core.sentence import Sentence
from chatroom.core.session import Person
from chatroom.core.settings import OPERATOR
from chatroom.core.standing import Standing
from chatroom.core.targets import Party, Target, confirm, hits, of_absent, of_party, target


@fact
class Aim:
    """Be whom a sentence hits; `shown` is how others are told, `whom` how the one who asked is."""

    targets: tuple[Target, ...]
    people: tuple[Person, ...]
    shown: str
    whom: tuple[str, ...]


def take_aim(call: Call, asked: Sentence, room: Room | None, *, foretold: str, nobody: str) -> Aim | None:
    """Read whom a sentence hits and refuse what is likely a slip; or, where that is all one wants, only tell whom it would hit.

    `foretold` is what one is told then, of the targets and those of them who are here, `nobody` where none of them is.
    """
    aimed = _aim(call, asked.who, room)
    if asked.dry_run:
        names = [person.name for person in aimed.people]
        line = foretold.format(" and ".join(aimed.whom), ", ".join(names) or nobody)
        call.answer(line, targets=[*aimed.whom], hits=names)
        return None
    if not asked.force:
        _confirm(call, aimed)
    return aimed


def _aim(call: Call, who: str, room: Room | None) -> Aim:
    """Read whom a sentence hits, in a room or in the whole house, and refuse whom one may not act against."""
    targets, shown = _targets(call, who)
    people = _people(call, targets, room)
    if call.person.rank >= Rank.MODERATOR:
        _spare_superiors(call, targets)
    elif room is not None:
        _spare_keepers(call, targets, room)
    return Aim(targets, people, shown, tuple(named(targets, addresses=knows_addresses(call))))


def _confirm(call: Call, aimed: Aim) -> None:
    """Refuse what is likely a slip, without a word of addresses to those who are not to learn any."""
    confirm(aimed.targets if knows_addresses(call) else by_name(aimed.targets), call.party)


def knows_addresses(call: Call) -> bool:
    """Tell whether somebody may name addresses, and be told them."""
    return call.person.rank >= Rank.MODERATOR


def aim_mask(call: Call, who: str, room: Room) -> Aim:
    """Read whom a mask of a room hits, for which nobody is put out; who is here under that name or host is hit wherever they are."""
    one = target(meant(call, who), call.hub.limits.name)
    person = _masked(call, one)
    if person is not None and person is not call.person:
        within_reach(call, person, room)
    elif person is None and one.kind in {"name", "member"}:
        (_spare_superiors(call, (one,)) if knows_addresses(call) else _spare_keepers(call, (one,), room))
    parties = [] if person is None else [of_party(party_of(session)) for session in person.sessions]
    targets = tuple(dict.fromkeys((one, *(other for party in parties for other in party if other.kind != "name"))))
    return Aim(targets, (), named([one], addresses=False)[0], tuple(named([one], addresses=knows_addresses(call))))


def _masked(call: Call, one: Target) -> Person | None:
    """Find who is here under the name, or the host, that is masked."""
    if one.kind == "name":
        return call.hub.roster.find(one.text)
    at = one.text.rpartition("@")[2] if one.kind == "hostmask" else ""
    return next((person for person in call.hub.people.values() if host(person) == at), None) if at.endswith(".guest") else None


def meant(call: Call, text: str) -> str:
    """Give back what names a target, refusing an address from whoever may name none; within a mask it is compared as it is shown."""
    if not knows_addresses(call) and not text.startswith("#"):
        try:
            _read(call, text)
        except AddressesHidden:
            if "!" not in text:
                raise
            return f"hostmask:{text}"
    return text


def _targets(call: Call, who: str) -> tuple[tuple[Target, ...], str]:
    # Only the list of members can hold a name that reads so: nobody can take one.
    if is_address(who.strip(BLANKS)):
        one = _read(call, who)
        return (one,), "an address"
    person = call.hub.roster.find(who)
    if person is not None:
        return tuple(dict.fromkeys(one for session in person.sessions for one in of_party(party_of(session)))), person.name
    member = call.hub.keeper.members.find(who)
    if member is not None and ("@" not in who or knows_addresses(call)):
        return (target(member.name, call.hub.limits.name), Target("member", member.id)), member.name
    one = _read(call, who)
    return (one,), named([one], addresses=False)[0]


def _read(call: Call, who: str) -> Target:
    one = target(who, call.hub.limits.name)
    if one.kind in {"address", "network"} and not knows_addresses(call):
        raise AddressesHidden
    return one


def _people(call: Call, targets: tuple[Target, ...], room: Room | None) -> tuple[Person, ...]:
    """Give those who are here, or at a console, and hit, but for who asks; refuse when one of them is out of reach.

    In a room, those out of reach pass whatever hits them by their address alone, and who is not to learn addresses does not learn
    either who has the same one.
    """
    found = []
    for person in call.hub.everybody() if room is None else list(room.occupants):
        parties = [party_of(session) for session in person.sessions]
        if person is call.person or not hits(targets, parties):
            continue
        if room is not None and not hits(by_name(targets), parties) and not (knows_addresses(call) and _reachable(call, person)):
            continue
        within_reach(call, person, room)
        found.append(person)
    return tuple(found)


def by_name(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Give those of some targets that are no addresses."""
    return tuple(one for one in targets if one.kind not in {"address", "network"})


def _reachable(call: Call, person: Person) -> bool:
    return person.rank < call.person.rank or call.person.rank >= Rank.ADMIN


def _spare_superiors(call: Call, targets: tuple[Target, ...]) -> None:
    """Refuse what hits a member out of reach who is not here."""
    if call.person.rank >= Rank.ADMIN:
        return
    superiors = {one.id: one for one in call.hub.keeper.members if one.rank >= call.person.rank and one.id != call.person.author.member}
    for party in hits(map(of_absent, targets), [_absent(one.name, one.id) for one in superiors.values()]):
        raise OutOfReach(name=party.name, rank=superiors[str(party.member)].rank.titled)


def _spare_keepers(call: Call, targets: tuple[Target, ...], room: Room) -> None:
    """Refuse what hits the room's owner, or an equal, who is not there."""
    owner = room.rights.owner()
    keepers = [(*owner, Standing.OWNER)] if owner is not None else []
    if standing(call.person, room) < Standing.OWNER:
        keepers += [(inbox, name, Standing.OPERATOR) for inbox, name in room.rights.holding(OPERATOR).items()]
    for inbox, name, theirs in keepers:
        if inbox != call.person.inbox and hits(map(of_absent, targets), [_absent(name, inbox.removeprefix("@"))]):
            raise OutOfReach(name=name, rank=theirs.titled(room.name))


def _absent(name: str, member: str) -> Party:
    """Give a member who need not be here as somebody who may be hit."""
    return Party("", name, member, "", host_of(Author(name, member)))
