"""Logging in by SASL at the IRC door: every way, every order, and everything that is no login."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import cache

import pytest
from cryptography import x509
from OpenSSL.crypto import X509
from twisted.internet.interfaces import ISSLTransport
from zope.interface import directlyProvides

from chatroom import certificate
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import parse
from chatroom.wires import Wire
from tests.commands.test_prove import answered

GREETED = ("CAP LS 302", "CAP REQ :sasl", "NICK mia", "USER m 0 * :Mia")


@pytest.fixture
def world() -> World:
    return World(members=[member("mia", Rank.MODERATOR)])


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def plain(name: str = "mia", password: str | None = None, authorised: str = "") -> str:
    return encoded(f"{authorised}\0{name}\0{password_of(name) if password is None else password}")


def heard(person: Person) -> list[str]:
    """Name what came: the numerics, and the commands that are none."""
    return [parse(line).command for line in person.lines()]


def negotiating(world: World) -> Person:
    """Have somebody connect and get the capability."""
    one = world.connect(world.irc)
    one.types(*GREETED)
    one.lines()
    return one


def challenged(one: Person, name: str, header: str = "n,,") -> str:
    """Begin with SCRAM; give the challenge."""
    one.types("AUTHENTICATE SCRAM-SHA-256")
    one.hears("AUTHENTICATE +")
    one.types("AUTHENTICATE " + encoded(f"{header}n={name},r=abcdefgh"))
    (line,) = one.lines()
    return b64decode(parse(line).params[0]).decode()


def by_scram(one: Person, name: str, password: str, header: str = "n,,") -> list[str]:
    """Go through SCRAM up to our last message; name what came."""
    challenge = challenged(one, name, header)
    one.types("AUTHENTICATE " + encoded(answered(name, password, challenge, header)))
    return heard(one)


@pytest.mark.parametrize("header", ["n,,", "y,,", "n,a=mia,"])
def test_scram_logs_in_when_the_client_has_looked_at_our_signature(world: World, header: str) -> None:
    mia = negotiating(world)
    assert by_scram(mia, "mia", password_of("mia"), header) == ["AUTHENTICATE"]
    mia.types("AUTHENTICATE +", "CAP END")
    assert heard(mia)[:3] == ["900", "903", "001"]


def test_a_client_that_does_not_believe_our_signature_is_not_logged_in(world: World) -> None:
    mia = negotiating(world)
    by_scram(mia, "mia", password_of("mia"))
    mia.types("AUTHENTICATE *", "CAP END")
    assert heard(mia) == ["906", "433"]


def test_wrong_passwords_strangers_and_nonsense_fail_alike(world: World) -> None:
    for name in ("mia", "nobody"):
        assert by_scram(negotiating(world), name, "guess") == ["904"]
    for first in ("p=tls-exporter,,n=mia,r=abcdefgh", "n,,n=mia@example.org,r=abcdefgh", "n,a=gus,n=mia,r=abcdefgh", "", "x"):
        one = negotiating(world)
        one.types("AUTHENTICATE SCRAM-SHA-256", f"AUTHENTICATE {encoded(first) or '+'}")
        assert heard(one) == ["AUTHENTICATE", "904"]
    one = negotiating(world)
    challenged(one, "mia")
    one.types("AUTHENTICATE " + encoded("c=biws"), "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain()}")
    assert heard(one) == ["904", "AUTHENTICATE", "900", "903"]


def test_a_login_may_be_given_up_at_any_time_and_begun_anew(world: World) -> None:
    mia = negotiating(world)
    mia.types("AUTHENTICATE *")
    mia.types("AUTHENTICATE PLAIN", "AUTHENTICATE *")
    challenged_first = heard(mia)
    assert challenged_first == ["906", "AUTHENTICATE", "906"]
    challenged(mia, "mia")
    mia.types("AUTHENTICATE *", "AUTHENTICATE plain", f"AUTHENTICATE {plain()}")
    assert heard(mia) == ["906", "AUTHENTICATE", "900", "903"]


def test_messages_come_in_pieces_of_400_and_an_empty_one_is_a_plus(world: World) -> None:
    mia = negotiating(world)
    password = password_of("mia")
    for size in (290, 294, 296, 300):
        message = plain(password=password + "x" * (size - len(password)))
        mia.types("AUTHENTICATE PLAIN", *(f"AUTHENTICATE {message[at : at + 400]}" for at in range(0, len(message), 400)))
        if len(message) % 400 == 0:
            assert heard(mia) == ["AUTHENTICATE"]
            mia.types("AUTHENTICATE +")
            assert heard(mia) == ["904"]
        else:
            assert heard(mia) == ["AUTHENTICATE", "904"]
    mia.types("AUTHENTICATE PLAIN", "AUTHENTICATE +")
    assert heard(mia) == ["AUTHENTICATE", "904"]


def test_too_long_a_line_and_too_many_lines_end_the_login(world: World) -> None:
    mia = negotiating(world)
    mia.types("AUTHENTICATE PLAIN", "AUTHENTICATE " + "x" * 401)
    assert heard(mia) == ["AUTHENTICATE", "905"]
    mia.types("AUTHENTICATE PLAIN", *["AUTHENTICATE " + "x" * 400] * 11)
    assert heard(mia) == ["AUTHENTICATE", "905"]


@pytest.mark.parametrize(
    "message", ["!!!", encoded("a\0b"), encoded("a\0b\0c\0d"), plain(authorised="gus"), b64encode(b"\0mia\0\xff").decode()]
)
def test_what_is_no_plain_login_fails(world: World, message: str) -> None:
    mia = negotiating(world)
    mia.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {message}")
    assert heard(mia) == ["AUTHENTICATE", "904"]


def test_whoever_comes_in_in_the_middle_of_a_login_comes_in_without(world: World) -> None:
    mia = negotiating(world)
    mia.types("NICK mimi", "AUTHENTICATE PLAIN", "CAP END")
    assert heard(mia)[:3] == ["AUTHENTICATE", "906", "001"]
    mia.types("AUTHENTICATE PLAIN")
    mia.hears("AUTHENTICATE +")


def test_a_guest_logs_in_later_and_those_around_are_told(world: World) -> None:
    ann = world.chatter("ann", "account-notify", "chghost", "account-tag")
    bob = world.chatter("bob", "account-notify")
    far = world.chatter("far", "account-notify", "chghost")
    mimi = world.chatter("mimi", "sasl", "chghost")
    for one in (ann, bob, mimi):
        one.types("JOIN #lobby")
    for one in (ann, bob, far, mimi):
        one.lines()
    mimi.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain()}", "AUTHENTICATE PLAIN")
    lines = [parse(line) for line in mimi.lines()]
    assert [line.command for line in lines] == ["AUTHENTICATE", "CHGHOST", "900", "903", "907"]
    assert lines[1].source.endswith(".guest")
    assert lines[1].params == ("mimi", "m-mia.member")
    assert lines[2].params == ("mimi", "mimi!mimi@m-mia.member", "mia", "You are logged in as mia.")
    changed, told = (parse(line) for line in ann.lines())
    assert (changed.command, changed.source, changed.params) == ("CHGHOST", lines[1].source, lines[1].params)
    assert (told.command, told.source, told.params) == ("ACCOUNT", "mimi!mimi@m-mia.member", ("mia",))
    assert [parse(line).params for line in bob.lines()] == [("mia",)]
    assert far.lines() == []
    mimi.types("PRIVMSG #lobby :hi")
    (said,) = (parse(line) for line in ann.lines())
    assert said.tags["account"] == "mia"


def test_who_is_here_already_logs_in_no_second_time(world: World) -> None:
    world.logged_in("mia")
    mimi = world.chatter("mimi", "sasl")
    mimi.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain()}")
    assert heard(mimi) == ["AUTHENTICATE", "904"]


def test_what_waited_for_the_member_is_shown_when_they_log_in_later(world: World) -> None:
    world.logged_in("mia").leaves()
    world.rest(30)
    world.person("bob").types("/msg mia call me")
    mimi = world.chatter("mimi", "sasl")
    mimi.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain()}")
    assert any("call me" in line for line in mimi.lines())


def test_where_no_password_may_be_said_it_is_proven(world: World) -> None:
    world.house.obey(Rules(clear_passwords=False))
    mia = world.connect(world.irc, world.wire("192.0.2.1"))
    mia.types("CAP LS 302")
    assert "sasl=SCRAM-SHA-256 " in " ".join(mia.lines())
    mia.types(*GREETED[1:], "AUTHENTICATE PLAIN")
    assert heard(mia) == ["CAP", "908", "904"]
    assert by_scram(mia, "mia", password_of("mia")) == ["AUTHENTICATE"]


def test_attempts_are_limited_and_the_wait_is_told(world: World) -> None:
    mia = negotiating(world)
    for _ in range(5):
        assert by_scram(mia, "mia", "guess") == ["904"]
    mia.types("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain()}")
    _, refused = mia.lines()
    assert parse(refused).command == "904"
    assert "second" in refused


# -- certificates


class EncryptedWire(Wire):
    """Be a wire inside TLS, on which a certificate may have been shown."""

    shown: X509 | None = None

    def getPeerCertificate(self) -> X509 | None:
        return self.shown


@cache
def shown(name: str) -> X509:
    return X509.from_cryptography(x509.load_pem_x509_certificate(certificate.make(name, [name], 1.8e9)[0]))


def encrypted(world: World, name: str = "") -> Wire:
    wire = EncryptedWire(world.clock)
    directlyProvides(wire, ISSLTransport)
    wire.shown = shown(name) if name else None
    return wire


def keep(world: World, who: str, name: str) -> None:
    """Have a member keep a certificate from a connection that shows it."""
    one = world.chatter(f"{who}_", wire=encrypted(world, name))
    one.types("CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain(who)}", "KEY :add certificate")
    fingerprint = shown(name).digest("sha256").decode()
    assert f"Kept: certificate {fingerprint}. From now on you can come in with it: by SASL EXTERNAL in IRC" in one.lines()[-1]
    one.types("QUIT")


def external(world: World, name: str, account: str = "") -> list[str]:
    one = world.connect(world.irc, encrypted(world, name))
    one.types(*GREETED)
    assert "sasl=EXTERNAL,PLAIN,SCRAM-SHA-256" in " ".join(one.lines())
    one.types("AUTHENTICATE EXTERNAL", f"AUTHENTICATE {encoded(account) or '+'}", "CAP END")
    return heard(one)[1:4]


def test_a_member_comes_in_by_the_certificate_they_keep(world: World) -> None:
    keep(world, "mia", "mia.example.org")
    assert external(world, "mia.example.org") == ["900", "903", "001"]
    assert external(world, "mia.example.org", "mia") == ["900", "903", "001"]
    assert external(world, "mia.example.org", "mia@example.org") == ["900", "903", "001"]


def test_other_certificates_and_names_let_nobody_in(world: World) -> None:
    keep(world, "mia", "mia.example.org")
    world.members.replace([member("mia"), member("gus")])
    assert external(world, "other.example.org") == ["904", "433"]
    assert external(world, "mia.example.org", "gus") == ["904", "433"]
    assert external(world, "mia.example.org", "nobody") == ["904", "433"]
    world.members.replace([member("gus")])
    assert external(world, "mia.example.org")[0] == "904"


def test_who_of_several_has_a_certificate_must_be_said(world: World) -> None:
    world.members.replace([member("mia"), member("gus")])
    keep(world, "mia", "shared.example.org")
    keep(world, "gus", "shared.example.org")
    assert external(world, "shared.example.org") == ["904", "433"]
    assert external(world, "shared.example.org", "mia") == ["900", "903", "001"]


def test_without_a_certificate_there_is_no_such_way(world: World) -> None:
    for wire in (encrypted(world), None):
        one = world.connect(world.irc, wire)
        one.types("CAP REQ sasl", "AUTHENTICATE EXTERNAL")
        assert heard(one) == ["CAP", "908", "904"]


def test_guessing_names_by_a_certificate_is_limited(world: World) -> None:
    eve = world.connect(world.irc, encrypted(world, "eve.example.org"))
    eve.types("CAP REQ sasl", *["AUTHENTICATE EXTERNAL", f"AUTHENTICATE {encoded('mia')}"] * 6)
    assert "Too many attempts" in eve.lines()[-1]


# -- strict transport security


def offered(world: World, wire: Wire | None = None, version: str = "302") -> str:
    one = world.connect(world.irc, wire)
    one.types(f"CAP LS {version}", "CAP REQ sts")
    *listed, refused = one.lines()
    assert " NAK " in refused
    return next((word for line in listed for word in line.split() if word.startswith("sts")), "")


@pytest.mark.parametrize(
    ("seconds", "port", "encrypted_one", "plain_one"),
    [
        (None, 6697, "", ""),
        (30 * 86400.0, None, "", ""),
        (30 * 86400.0, 6697, "sts=duration=2592000", "sts=port=6697"),
        (0.0, 6697, "sts=duration=0", ""),
    ],
)
def test_clients_are_told_to_come_encrypted_only_where_the_host_says_so(
    seconds: float | None, port: int | None, encrypted_one: str, plain_one: str
) -> None:
    world = World(Rules(strict_transport=seconds))
    world.house.vouched_port = lambda: port
    assert offered(world, encrypted(world)) == encrypted_one
    assert offered(world, world.wire("192.0.2.1")) == plain_one
    assert offered(world, world.wire("127.0.0.1")) == ""
    assert offered(world, world.wire("192.0.2.1"), "") == ""
