"""Whom a ban hits: a name, a member, an address, a network or a mask, as a moderator writes it, and how it is found.

Rules
-----
- A name hits all that look like it. A mask (`troll*`, `?` for one character) is compared letter by letter, each as it looks; it can
  hit names only: `203.0.113.*` is a network, and so is `*!*@203.0.113.*`.
- `nick!user@host`, as on IRC, is a mask of how somebody is shown there (a *hostmask*), unless it says no more than one of the others.
- An address hits its household: an IPv6 address its /64, but for those of one link. A network is hit as it is written.
- What is read says what it is: no two ways of writing one target give different ones, and a slip of the pen (`203.0.113.999`) is
  refused, never taken for somebody's name. `name:`, `member:` (or `@`) and `address:` in front leave no doubt.
- Finding whether somebody is hit costs the same however many names, members and addresses are; for networks it grows with the
  different lengths of their prefixes, for masks with their number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_network
from typing import Literal, get_args

from chatroom.core.addresses import BITS, HOUSEHOLD, Network, Spot, spot, unmapped
from chatroom.core.errors import (
    AddressUnclear,
    MaskTooLong,
    MaskUnclear,
    NameRefused,
    NetworkUnclear,
    TargetIsThisMachine,
    TargetIsYou,
    TargetTooWide,
    TargetUnclear,
)
from chatroom.core.fact import fact
from chatroom.core.likeness import fold, looks, skeleton
from chatroom.core.names import NICKS, clean_name

Kind = Literal["name", "member", "address", "network", "mask", "hostmask"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
_NETWORKS = frozenset({"address", "network"})
MASKED: frozenset[str] = frozenset({"mask", "hostmask"})
"""What is looked through one by one."""
_WILD = frozenset("*?")

MASK = 128
"""Characters in a mask."""

MEMBER = 64
"""Characters in a member's id."""

WIDE = {4: 8, 6: 16}
"""A network with a shorter prefix than this is asked back about."""


@fact
class Target:
    """Be whom a ban hits; equal targets hit the same people."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        meant = self.kind == "hostmask" and self.text.startswith("*!") and _guess(self.text.rpartition("@")[2]) in _NETWORKS
        if meant or self.kind == "member" or (self.kind == "name" and _ADDRESS_LIKE(self.text)):
            return f"{self.kind}:{self.text}"
        return self.text


@fact
class Party:
    """Be somebody who may be hit, as far as is known: no name before it is said, no member's id for a guest.

    `user` and `host` are how they are shown on IRC.
    """

    address: str
    name: str = ""
    member: str | None = None
    user: str = ""
    host: str = ""

    def unplaced(self) -> Party:
        """Give the same without the address, which others may share."""
        return Party("", self.name, self.member, self.user, self.host)


_ADDRESS_LIKE = re.compile(r"\d++(?:\.\d++){3}|.*:.*", re.ASCII | re.DOTALL).fullmatch
_ADDRESS_MASK = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,2})((?:\.\*){1,3})", re.ASCII).fullmatch
_DIGITS_MASK = re.compile(r"[\d*?]*+\.[\d.*?]*+", re.ASCII).fullmatch
_MEMBER_ID = re.compile(rf"[!-~]{{1,{MEMBER}}}").fullmatch
_ANY_HOST = re.compile(r"\*@")
_WHOLE = re.compile(r"([^\s!@]*+)!([^\s!@]*+)@([^\s!@]*+)").fullmatch
_MEMBER_HOST = re.compile(rf"([a-z0-9_-]{{1,{MEMBER}}})\.member").fullmatch


def target(text: str, limit: int) -> Target:
    """Read a target as a moderator writes it; a name has at most `limit` characters."""
    word = text.strip()
    kind, colon, rest = word.partition(":")
    if colon and kind in _READ:
        return _READ[kind](rest.strip(), limit)
    if _WHOLE(word):
        return _of_whole(word, limit)
    host = _ANY_HOST.match(word)
    if host is not None:
        return _at_host(word[host.end() :])
    if word.startswith("@"):
        return _member(word[1:], limit)
    folded = fold(word[: MASK + 1])
    if _WILD.isdisjoint(folded):
        return _READ[_guess(word)](word, limit)
    if len(word) > MASK:
        raise MaskTooLong(size=len(word), limit=MASK)
    return _READ[_guess(folded)](folded, limit)


def _of_whole(word: str, limit: int) -> Target:
    """Read `nick!user@host`; of a member, and of an address, it is the host that says who is meant."""
    mask = _hostmask(word, limit)
    nick, _, rest = mask.text.partition("!")
    host = rest.rpartition("@")[2]
    if rest == "*@*":
        try:
            return _mask(nick, limit)
        except (NameRefused, TargetUnclear):
            return mask
    if nick != "*":
        return mask
    member = _MEMBER_HOST(host)
    if member:
        return Target("member", member[1])
    return _READ[_guess(host)](host, 0) if _guess(host) in _NETWORKS else mask


def _shown(text: str, limit: int) -> Target:
    """Read what follows `hostmask:`, where addresses are compared as hosts are shown."""
    mask = _hostmask(text, limit)
    return mask if _guess(mask.text.rpartition("@")[2]) in _NETWORKS else _of_whole(text, limit)


def _hostmask(text: str, _: int) -> Target:
    whole = _WHOLE(fold(text[: MASK + 1]))
    if len(text) > MASK:
        raise MaskTooLong(size=len(text), limit=MASK)
    if whole is None or not text.isprintable():
        raise MaskUnclear(what="“!” or “@”")
    nick, user, host = (re.sub(r"\*+", "*", part) or "*" for part in whole.groups())
    return Target("hostmask", f"{nick}!{user}@{host}")


def _at_host(word: str) -> Target:
    """Read what follows `*@`, as is habit on IRC; it can be no name."""
    if _guess(word) not in _NETWORKS:
        raise MaskUnclear(what="“@”")
    return _READ[_guess(word)](word, 0)


def _guess(word: str) -> str:
    if "/" in word:
        return "network"
    if not _WILD.isdisjoint(word):
        return "network" if ":" in word or _DIGITS_MASK(word) else "mask"
    return "address" if _ADDRESS_LIKE(word) else "name"


def _name(text: str, limit: int) -> Target:
    try:
        return Target("name", fold(clean_name(text, limit, starred=True)))
    except NameRefused:
        raise TargetUnclear(text=text[:40]) from None


def _member(text: str, _: int) -> Target:
    if not _MEMBER_ID(text):
        raise TargetUnclear(text=text[:40])
    return Target("member", text)


def _address(text: str, _: int) -> Target:
    found = spot(text[:64])
    if found is None:
        raise AddressUnclear(text=text[:40])
    return household(found)


def household(place: Spot) -> Target:
    """Give the target that hits everybody who cannot be told from who is at `place`."""
    prefix = place.prefix
    return _networked(unmapped(ip_network((place.within(prefix) << (BITS[place.version] - prefix), prefix))))


def _network(text: str, _: int) -> Target:
    masked = _ADDRESS_MASK(text)
    if masked:
        given = masked[1].count(".") + 1
        text = masked[1] + ".0" * (4 - given) + f"/{8 * given}"
    try:
        return _networked(unmapped(ip_network(_unzoned(text[:64]), strict=False)))
    except ValueError:
        raise NetworkUnclear(text=text[:40]) from None


def _unzoned(text: str) -> str:
    """Leave out the name of the interface, which means nothing elsewhere: `fe80::%eth0/64`."""
    return re.sub("%[^/]*", "", text)


def _networked(network: Network) -> Target:
    if network.prefixlen != HOUSEHOLD[network.version]:
        return Target("network", str(network))
    return Target("address", str(network.network_address) if network.version == 4 else str(network))


def _mask(text: str, limit: int) -> Target:
    folded = re.sub(r"\*+", "*", fold(text[: MASK + 1]))
    if len(folded) > MASK or len(text) > MASK:
        raise MaskTooLong(size=max(len(folded), len(text)), limit=MASK)
    if _WILD.isdisjoint(folded):
        return _name(text, limit)
    for char in folded:
        if unicodedata.category(char)[0] not in "LMN" and char not in "-_.*?" + NICKS:
            raise MaskUnclear(what=f"“{char}”" if char.isprintable() else f"U+{ord(char):04X}")
    return Target("mask", folded)


_READ = {"name": _name, "member": _member, "address": _address, "network": _network, "mask": _mask, "hostmask": _shown}


@lru_cache(maxsize=16384)
def _shape(text: str) -> str:
    """Give what each letter looks like, never two letters for one: `*porn*` is not to hit `pompom`."""
    return "".join(alike if len(alike := skeleton(char)) == 1 else char for char in fold(text))


def pattern(mask: str, shape: Callable[[str], str] = _shape) -> re.Pattern[str]:
    """Compile a mask, to match what `shape` makes of a name.

    A piece between stars, once found, is not looked for again further on: what a mask costs grows with the text alone.
    """
    pieces = ["".join("." if char == "?" else re.escape(shape(char)) for char in piece) for piece in mask.split("*")]
    first, *middle = pieces
    if not middle:
        return re.compile(first, re.DOTALL)
    last = middle.pop()
    between = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return re.compile(f"{first}{between}.*{last}", re.DOTALL)


def of_party(party: Party) -> tuple[Target, ...]:
    """Give what a ban of somebody who is known covers: a member's name and id, a guest's name and address.

    This machine's own address is left out: everybody who comes through it would be hit.
    """
    named = (Target("name", fold(party.name)),) if party.name else ()
    if party.member is not None:
        return (*named, Target("member", party.member))
    place = spot(party.address)
    return named if place is None or place.local else (*named, household(place))


def confirm(targets: Iterable[Target], asker: Party) -> None:
    """Refuse targets that hit nearly everybody, this machine, or the asker: all that is likely a slip."""
    for one in targets:
        share = _share(one)
        if share:
            raise TargetTooWide(target=one, share=share)
        if one.kind in _NETWORKS and _holds_loopback(ip_network(one.text)):
            raise TargetIsThisMachine(target=one)
        if hits([one], [asker]):
            raise TargetIsYou(target=one)


def _share(one: Target) -> str:
    if one.kind == "mask" and not any(char.isalnum() for char in one.text):
        return "everybody whose name is that long" if "?" in one.text else "everybody"
    if one.kind == "network":
        network = ip_network(one.text)
        if network.prefixlen < WIDE[network.version]:
            return f"{'a large part of all' if network.prefixlen else 'all'} IPv{network.version} addresses"
    return ""


def _holds_loopback(network: Network) -> bool:
    own = ip_network("127.0.0.0/8") if network.version == 4 else ip_network("::1/128")
    return network.overlaps(own)


def hits(targets: Iterable[Target], parties: Iterable[Party]) -> tuple[Party, ...]:
    """Give those of `parties` whom any of `targets` hits, for the preview."""
    reach = Reach()
    for one in targets:
        reach.add(one, "")
    return tuple(party for party in parties if next(reach.found(party), None) is not None)


def of_absent(one: Target) -> Target:
    """Give a hostmask without what it says of the user, which is not known of who is not here, unless it says nothing else."""
    nick, _, rest = one.text.partition("!")
    host = rest.rpartition("@")[2]
    return one if one.kind != "hostmask" or nick == host == "*" else Target("hostmask", f"{nick}!*@{host}")


Ids = dict[str, None]
"""Ids in the order in which they came."""


class Reach:
    """Find by whom somebody is hit, among many targets, each of which belongs to something with an id."""

    __slots__ = ("_looks", "_masks", "_members", "_networks", "_patterns", "_wholes")

    def __init__(self) -> None:
        self._looks: dict[Hashable, Ids] = {}
        self._members: dict[Hashable, Ids] = {}
        self._masks: dict[Hashable, Ids] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._wholes: dict[str, re.Pattern[str]] = {}
        """Of hostmasks."""
        self._networks: dict[int, dict[int, dict[Hashable, Ids]]] = {4: {}, 6: {}}
        """By version and prefix, whose first bits they are."""

    @property
    def masks(self) -> int:
        """Count the masks, which are looked through one by one."""
        return len(self._patterns) + len(self._wholes)

    def add(self, one: Target, id: str) -> None:
        """Let `one` be found as `id`."""
        for shelf, key in self._places(one):
            shelf.setdefault(key, {})[id] = None
        if one.kind == "mask" and one.text not in self._patterns:
            self._patterns[one.text] = pattern(one.text)
        elif one.kind == "hostmask" and one.text not in self._wholes:
            self._wholes[one.text] = pattern(one.text, str)

    def drop(self, one: Target, id: str) -> None:
        """Let `one` be found as `id` no longer."""
        for shelf, key in self._places(one):
            ids = shelf.get(key, {})
            ids.pop(id, None)
            if not ids:
                shelf.pop(key, None)
        self._tidy(one)

    def _tidy(self, one: Target) -> None:
        if one.kind in MASKED and one.text not in self._masks:
            self._patterns.pop(one.text, None)
            self._wholes.pop(one.text, None)
        elif one.kind in _NETWORKS:
            network = ip_network(one.text)
            shelves = self._networks[network.version]
            if not shelves[network.prefixlen]:
                del shelves[network.prefixlen]

    def _places(self, one: Target) -> Iterator[tuple[dict[Hashable, Ids], Hashable]]:
        """Give where the ids of `one` stand."""
        match one.kind:
            case "name":
                for look in looks(one.text):
                    yield self._looks, look
            case "member":
                yield self._members, one.text
            case "mask" | "hostmask":
                yield self._masks, one.text
            case _:
                network = ip_network(one.text)
                bits = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
                yield self._networks[network.version].setdefault(network.prefixlen, {}), bits

    def found(self, party: Party) -> Iterator[str]:
        """Iterate over the ids of what hits `party`, maybe some of them twice."""
        if party.member is not None:
            yield from self._members.get(party.member, ())
        if party.name:
            yield from self._named(party.name)
        if self._wholes and party.host:
            yield from self._shown(fold(f"{party.name}!{party.user}@{party.host}"))
        place = spot(party.address)
        if place is not None:
            for prefix, shelf in self._networks[place.version].items():
                yield from shelf.get(place.within(prefix), ())

    def _shown(self, whole: str) -> Iterator[str]:
        for mask, compiled in self._wholes.items():
            if compiled.fullmatch(whole):
                yield from self._masks[mask]

    def _named(self, name: str) -> Iterator[str]:
        for look in looks(name):
            yield from self._looks.get(look, ())
        if self._patterns:
            shape = _shape(name)
            for mask, compiled in self._patterns.items():
                if compiled.fullmatch(shape):
                    yield from self._masks[mask]
