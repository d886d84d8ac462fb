"""Tests of the certificate that is current: made at the first start, taken up anew, refused and kept, said to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer

from chatroom import certificate
from chatroom.certificate import CertificateUnusable
from chatroom.certificates import DAY, LOOK, Certificates, own_names

NOW = 1_800_000_000.0


class Home:
    """Be a state folder with the certificate in it, on a clock."""

    def __init__(self, state: Path, given: tuple[str, ...] = ()) -> None:
        self.state = state
        self.clock = Clock()
        self.shift = 0.0
        self.certificates = Certificates(state, "house", given, self.clock, lambda: NOW + self.shift + self.clock.seconds())

    def opened(self) -> Home:
        self.certificates.startService()
        return self

    def looks(self, times: int = 2) -> None:
        for _ in range(times):
            self.clock.advance(LOOK)

    def renew(self, folder: Path, years_ago: int = 0) -> None:
        certificate.write(folder, *certificate.make("house", ["localhost"], NOW - years_ago * 365 * DAY))


@pytest.fixture
def said() -> Iterator[list[str]]:
    events: list[str] = []

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        if event.get("log_namespace") == "chatroom.certificates.Certificates":
            events.append(event["log_format"].format(**event))

    globalLogPublisher.addObserver(observe)
    yield events
    globalLogPublisher.removeObserver(observe)


def test_the_first_start_makes_one_and_the_next_takes_it_up(tmp_path: Path) -> None:
    first = Home(tmp_path).opened().certificates
    first.stopService()
    second = Home(tmp_path).opened().certificates
    assert second.current.fingerprint == first.current.fingerprint


def test_a_hosts_own_that_cannot_be_used_keeps_the_house_from_opening(tmp_path: Path) -> None:
    with pytest.raises(CertificateUnusable, match="cannot be read"):
        Home(tmp_path, ("fullchain.pem", "privkey.pem")).opened()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_taken_up_at_once_is_told_of_unless_it_is_the_same(tmp_path: Path, said: list[str]) -> None:
    certificates = Home(tmp_path).opened().certificates
    certificates.use((), certificates.read(()))
    assert said == []
    Home(tmp_path).renew(tmp_path)
    certificates.use((), certificates.read(()))
    assert said == [f"new connections are shown the certificate with the fingerprint {certificates.current.fingerprint}"]


def test_a_new_one_is_taken_up_when_both_its_files_are_there(tmp_path: Path, said: list[str]) -> None:
    home = Home(tmp_path).opened()
    context, before = home.certificates.context(), home.certificates.current.fingerprint
    home.renew(tmp_path)
    home.looks(1)
    assert home.certificates.context() is context
    home.looks(1)
    assert home.certificates.context() is not context
    assert home.certificates.current.fingerprint != before
    assert said == [f"new connections are shown the certificate with the fingerprint {home.certificates.current.fingerprint}"]


def test_a_broken_or_past_one_is_refused_once_and_the_old_kept(tmp_path: Path, said: list[str]) -> None:
    home = Home(tmp_path).opened()
    context = home.certificates.context()
    (tmp_path / "key.pem").write_text("rubbish")
    home.looks(5)
    home.renew(tmp_path, years_ago=30)
    home.looks(5)
    assert home.certificates.context() is context
    assert [line.endswith("The old certificate stays in use.") for line in said] == [True, True]
    assert "holds no key" in said[0]
    assert "Renew it." in said[1]


def test_that_it_ends_soon_is_said_once_a_day(tmp_path: Path, said: list[str]) -> None:
    home = Home(tmp_path).opened()
    home.shift = home.certificates.current.ends - NOW - 29.5 * DAY
    home.looks(3)
    assert said == [f"the certificate in {tmp_path / 'certificate.pem'} ends in 29 days: renew it"]
    home.shift += DAY
    home.looks(3)
    assert len(said) == 2


def test_it_looks_no_more_when_the_house_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path).opened()
    home.certificates.stopService()
    assert not home.clock.getDelayedCalls()


def test_the_names_of_this_machine_are_names() -> None:
    names = list(own_names())
    assert names[0] == "localhost"
    assert "127.0.0.1" in names
    certificate.make("house", names, NOW)


def test_a_certificate_and_its_key_may_be_one_file(tmp_path: Path) -> None:
    content, key = certificate.make("house", ["localhost"], NOW)
    (tmp_path / "both.pem").write_bytes(key + content)
    home = Home(tmp_path, ("both.pem",)).opened()
    assert home.certificates.files == (tmp_path / "both.pem", tmp_path / "both.pem")
