"""The banner: a line to paste for each way in, where state is kept, and who may enter."""

from __future__ import annotations

import socket

import pytest

from chatroom.banner import MOST, Way, joined, lines, own_addresses


def test_every_way_in_has_a_line_to_paste() -> None:
    assert list(lines("den", [Way("front", 5000, "")], "/var/lib/chatroom", True, ["192.168.1.7"])) == [
        "den is open. To join:",
        "  nc 192.168.1.7 5000",
        "  telnet 192.168.1.7 5000",
        "  http://192.168.1.7:5000/",
        "  irc://192.168.1.7:5000",
        "  chatroom join 192.168.1.7",
        "State is kept in /var/lib/chatroom.",
        "Access is open: anybody who can reach port 5000 may enter.",
    ]


def test_each_door_is_entered_by_what_it_understands() -> None:
    told = list(lines("den", [Way("line", 5001, ""), Way("json", 5002, "")], "/s", True, ["192.168.1.7"]))
    assert told[1:4] == ["  nc 192.168.1.7 5001", "  telnet 192.168.1.7 5001", "  chatroom join 192.168.1.7:5002"]
    assert told[-1] == "Access is open: anybody who can reach port 5001 or 5002 may enter."


def test_a_place_that_encrypts_is_entered_by_what_encrypts_and_its_fingerprint_is_told() -> None:
    told = list(lines("den", [Way("line", 5001, "", encrypted=True)], "/s", True, ["192.168.1.7"], fingerprint="AB:CD"))
    assert told[1:4] == [
        "  openssl s_client -quiet -connect 192.168.1.7:5001",
        "Clients that encrypt are shown a certificate with this SHA-256 fingerprint:",
        "  AB:CD",
    ]
    assert "  AB:CD" not in list(lines("den", [Way("line", 5001, "")], "/s", True, ["192.168.1.7"], fingerprint="AB:CD"))


def test_each_door_of_a_house_is_told_as_its_clients_take_it() -> None:
    ways = [
        Way("web", 8000, "127.0.0.1"),
        Way("web", 8443, "", encrypted=True),
        Way("irc", 6667, ""),
        Way("irc", 6697, "::1", encrypted=True),
    ]
    told = list(lines("den", ways, "/s", True, ["192.168.1.7"]))
    assert told[1:5] == ["  http://127.0.0.1:8000/", "  https://192.168.1.7:8443/", "  irc://192.168.1.7:6667", "  ircs://[::1]:6697"]
    assert told[-1] == "Access is open: anybody who can reach port 6667 or 8443 may enter."


def test_irc_is_told_once() -> None:
    told = list(lines("den", [Way("front", 5000, ""), Way("irc", 6667, "")], "/s", True, ["192.168.1.7"]))
    assert [line for line in told if "irc" in line] == ["  irc://192.168.1.7:6667"]


def test_a_house_that_keeps_nothing_says_so() -> None:
    assert "State is kept in /s; what is said is gone when the server stops." in list(lines("den", [], "/s", False, ["127.0.0.1"]))


@pytest.mark.parametrize(
    ("interface", "here", "words"),
    [
        ("", "8.8.8.8", "this address is public: anybody on the internet"),
        ("", "2606:4700::1", "this address is public"),
        ("", "10.0.0.5", "anybody who can reach port 5000 may enter"),
        ("127.0.0.1", "8.8.8.8", "every user of this machine may enter by port 5000"),
        ("localhost", "8.8.8.8", "every user of this machine"),
        ("den.example", "8.8.8.8", "anybody who can reach port 5000 may enter"),
    ],
)
def test_who_may_enter_is_said_plainly(interface: str, here: str, words: str) -> None:
    assert words in list(lines("den", [Way("front", 5000, interface)], "/s", True, [here]))[-1]


@pytest.mark.parametrize(
    ("host", "port", "written"),
    [
        ("10.0.0.1", 5000, "10.0.0.1"),
        ("10.0.0.1", 6000, "10.0.0.1:6000"),
        ("fd00::1", 5000, "fd00::1"),
        ("fd00::1", 6000, "[fd00::1]:6000"),
    ],
)
def test_an_address_is_written_as_join_takes_it(host: str, port: int, written: str) -> None:
    assert joined(host, port) == written


def test_the_machines_addresses_are_ones_it_has() -> None:
    found = own_addresses()
    assert 1 <= len(found) <= MOST
    for address in found:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as bound:
            bound.bind((address, 0))
            assert bound.getsockname()[0] == address


def test_a_machine_without_a_network_has_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(family: int, kind: int) -> socket.socket:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "socket", unreachable)
    assert own_addresses() == ("127.0.0.1",)


def test_of_several_addresses_the_others_are_told_in_one_line() -> None:
    several = ["192.0.2.7", "2001:db8::7", "10.8.0.3"]
    told = list(lines("den", [Way("front", 5000, "")], "/s", True, several))
    assert "If 192.0.2.7 cannot be reached, try 2001:db8::7 or 10.8.0.3: this machine as well." in told
    assert not [line for line in lines("den", [Way("front", 5000, "127.0.0.1")], "/s", True, several) if "10.8.0.3" in line]


def test_a_machine_whose_name_an_authority_vouches_for_is_called_by_it() -> None:
    told = list(lines("den", [Way("front", 5000, "")], "/s", True, ["8.8.8.8", "2001:db8::7"], called="chat.example.org"))
    assert {"  chatroom join chat.example.org", "  https://chat.example.org:5000/"} <= set(told)
    assert "8.8.8.8" not in " ".join(told)
    assert "this address is public" in told[-1]


def test_those_who_come_by_ssh_are_told_what_to_type_and_which_key_to_expect() -> None:
    told = list(lines("den", [Way("front", 5000, ""), Way("ssh", 2222, "")], "/s", True, ["192.0.2.7"], host_key="SHA256:abc"))
    assert "  ssh -p 5000 NAME@192.0.2.7" in told
    assert "  ssh -p 2222 NAME@192.0.2.7" in told
    assert "SSH clients are shown this key: ED25519 SHA256:abc" in told
