"""What happened, in IRC's words: every kind of event is known, and what a reader is shown depends on their capabilities alone."""

from __future__ import annotations

import pytest

from chatroom.core.events import KINDS
from chatroom.core.targets import target
from chatroom.testing import Person, World
from chatroom.wire.irc.happened import kinds
from chatroom.wire.irc.message import Message, parse
from chatroom.wire.irc.modes import mask_of, of_setting, whole

FULL = (
    *("message-tags", "server-time", "echo-message", "batch", "labeled-response"),
    *("draft/multiline", "draft/message-redaction", "setname"),
)


def heard(person: Person) -> list[Message]:
    return [parse(line) for line in person.lines()]


def two(*caps: str) -> tuple[World, Person, Person]:
    world = World()
    ann, eve = world.chatter("ann", *caps), world.chatter("eve")
    for one in (ann, eve):
        one.types("JOIN #lobby")
    ann.lines(), eve.lines()
    return world, ann, eve


def test_every_kind_of_event_is_known() -> None:
    assert set(KINDS.values()) <= set(kinds())


def test_clients_tags_are_passed_on_to_those_who_know_of_them_and_servers_tags_are_not_taken() -> None:
    world, ann, eve = two(*FULL)
    bob = world.chatter("bob", "message-tags")
    bob.types("@+draft/reply=x;msgid=forged;time=never PRIVMSG #lobby :hi", "JOIN #lobby", "@+a=b\\sc;evil PRIVMSG #lobby :hi")
    bob.lines()
    (said,) = [one for one in heard(ann) if one.command == "PRIVMSG"]
    assert (said.tags["+a"], said.tags["msgid"] == "forged", "evil" in said.tags) == ("b c", False, False)
    assert not [one for one in heard(eve) if one.tags]


def test_tags_alone_reach_those_who_know_of_them() -> None:
    world, ann, eve = two(*FULL)
    bob = world.chatter("bob", *FULL)
    bob.types("JOIN #lobby")
    ann.lines(), eve.lines(), bob.lines()
    bob.types("@+typing=active TAGMSG #lobby", "@+typing=done TAGMSG ann", "@label=x;+a TAGMSG nobody-here")
    assert [(one.command, one.params, one.tags["+typing"]) for one in heard(ann)] == [
        ("TAGMSG", ("#lobby",), "active"),
        ("TAGMSG", ("ann",), "done"),
    ]
    assert heard(eve) == []
    assert [(one.command, one.params[0]) for one in heard(bob)] == [("TAGMSG", "#lobby"), ("TAGMSG", "ann"), ("401", "bob")]


def test_what_was_taken_back_goes_from_the_screens_that_can() -> None:
    world, ann, eve = two(*FULL)
    ann.types("PRIVMSG #lobby :oops")
    (said,) = heard(ann)
    ann.types(f"REDACT #lobby {said.tags['msgid']} :wrong room", "REDACT #lobby nonsense", "REDACT #dev x")
    redacted, unknown, elsewhere = heard(ann)
    assert redacted.params == ("#lobby", said.tags["msgid"], "wrong room")
    assert (unknown.params[:2], elsewhere.params[:2]) == (("REDACT", "UNKNOWN_MSGID"), ("REDACT", "INVALID_TARGET"))
    assert [one.command for one in heard(eve)] == ["PRIVMSG"]
    bob = world.chatter("bob", *FULL)
    bob.types("JOIN #lobby")
    bob.lines()
    eve.types("PRIVMSG #lobby :mine")
    mine = heard(bob)[0].tags["msgid"]
    bob.types(f"REDACT #lobby {mine}")
    assert heard(bob)[0].params[:2] == ("REDACT", "REDACT_FORBIDDEN")


def test_several_lines_are_one_message_to_those_who_know_of_them() -> None:
    world, ann, eve = two(*FULL)
    bob = world.person("bob")
    ann.lines(), eve.lines()
    ann.types("@label=x BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :one", "@batch=1 PRIVMSG #lobby :",
        "@batch=1;draft/multiline-concat PRIVMSG #lobby :two", "BATCH -1")  # fmt: skip
    bob.hears("ann: one", "ann: two")
    assert [one.params[-1] for one in heard(eve)] == ["one", "two"]
    first, *lines, last = heard(ann)
    assert (first.command, first.tags["label"], last.command) == ("BATCH", "x", "BATCH")
    assert [one.params[-1] for one in lines] == ["one", "two"]


def test_a_message_of_several_lines_that_is_wrong_is_refused_whole() -> None:
    _world, ann, eve = two(*FULL)
    begin, end = "BATCH +1 draft/multiline #lobby", "BATCH -1"
    for lines, code in (
        (["@batch=1 PRIVMSG #dev :one"], "MULTILINE_INVALID_TARGET"),
        (["@batch=1 PRIVMSG #lobby :one", "@batch=1 NOTICE #lobby :two"], "MULTILINE_INVALID"),
        (["@batch=1 PRIVMSG #lobby :"], "MULTILINE_INVALID"),
        (["@batch=1 PRIVMSG #lobby :x"] * 101, "MULTILINE_MAX_LINES"),
        (["@batch=1 PRIVMSG #lobby :" + "x" * 400] * 11, "MULTILINE_MAX_BYTES"),
    ):
        ann.types(begin, *lines, end)
        (refused,) = heard(ann)
        assert refused.params[:2] == ("BATCH", code)
    ann.types("BATCH -2", "BATCH +1 other #lobby")
    assert [one.params[1] for one in heard(ann)] == ["INVALID_REFTAG", "MULTILINE_INVALID"]
    assert heard(eve) == []


def test_what_somebody_is_really_called_is_told_to_those_who_know_of_it() -> None:
    _world, ann, eve = two("setname")
    eve.types("SETNAME :Eve Smith", "SETNAME :" + "x" * 200)
    (refused,) = heard(eve)
    assert refused.params[:2] == ("SETNAME", "INVALID_REALNAME")
    assert [(one.command, one.params) for one in heard(ann)] == [("SETNAME", ("Eve Smith",))]
    ann.types("WHOIS eve")
    assert heard(ann)[0].params[-1] == "Eve Smith"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("eve", "eve!*@*"),
        ("EVE!*", "eve!*@*"),
        ("eve!", "eve!*@*"),
        ("t?oll*", "t?oll*!*@*"),
        ("line@host.example", "*!line@host.example"),
        ("@host.example", "*!*@host.example"),
        ("*!*line@*", "*!*line@*"),
        ("eve!line@*.guest", "eve!line@*.guest"),
        ("*!*@*", "*!*@*"),
        ("**!***@**", "*!*@*"),
        ("*!*@m-mia.member", "*!*@m-mia.member"),
        ("203.0.113.5", "*!*@203.0.113.5"),
        ("*!*@203.0.113.*", "*!*@203.0.113.0/24"),
        ("eve!*@203.0.113.5", "eve!*@203.0.113.5"),
        ("hostmask:*!*@203.0.113.5", "*!*@203.0.113.5"),
        ("a,b!*@*", "a,b!*@*"),
    ],
)
def test_a_mask_is_read_as_a_target_and_written_whole(typed: str, written: str) -> None:
    read = target(typed if typed.startswith("hostmask:") else whole(typed), 32)
    assert mask_of(str(read)) == written
    assert target(str(read), 32) == read


def test_what_is_no_mode_has_none() -> None:
    assert of_setting("slow", "5") == ()
    assert of_setting("limit", "0") == ("-l",)
