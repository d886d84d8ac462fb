"""Members in a file: edited by the house and by hand, at once, half-way, wrongly; nobody is lost and no secret shown."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatroom.core.errors import (
    LoginsBusy,
    MailInvalid,
    MailTaken,
    MembersChanged,
    MembersUnwritable,
    NameEmpty,
    NameInvalid,
    NameTaken,
    NoSuchMember,
    PasswordTooShort,
    TooManyMembers,
)
from chatroom.core.members import Change, Member
from chatroom.core.rank import Rank
from chatroom.core.scram import EXTRA, LEAST, derive
from chatroom.members.file import BATCH, LOOKS, POLL, SETTLING, TRIES, MemberFile, MembersUnusable, Recognised
from chatroom.passwords import Passwords, prepared
from chatroom.spawn import deferred
from chatroom.wire.memberfile import HEADER, LINES

T = TypeVar("T")

LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OLDER = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
GOOD = "correct horse"
HASH = LIGHT.hash(GOOD)
ANN = f"a1 ann@example.org Ann admin {HASH}\n"
BOB = f"b2 bob@example.org bob member {HASH}\n"
FILE = f"# us\n\n{ANN}{BOB}# the end\n"
MUCH_LATER = 4e9


def proofs(member: Member) -> str:
    """Write the end of a member's line: the hash, and the keys that stand beside it."""
    (keys,) = member.extras
    return f"{member.secret} {'='.join(keys)}"


class Aside:
    """Run work in turn, at once or when it is let go, or refuse it."""

    def __init__(self) -> None:
        self.before: list[Callable[[], object]] = []
        """What happens on disk just before each piece of work."""
        self.full = False
        self.gate: Deferred[None] = succeed(None)

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        answer: Deferred[None] = Deferred()
        self.gate.addBoth(lambda _: answer.callback(None))
        return answer.addCallback(lambda _: self._run(work))

    def _run(self, work: Callable[[], T]) -> T:
        if self.full:
            raise LoginsBusy
        if self.before:
            self.before.pop(0)()
        return work()

    def hold(self) -> Deferred[None]:
        self.gate = Deferred()
        return self.gate


class Home:
    """Have a file in a folder, and everything that is told about it."""

    def __init__(self, path: Path, hasher: PasswordHasher = LIGHT, iterations: int = LEAST) -> None:
        self.path = path
        self.clock = Clock()
        self.argon, self.disk = Aside(), Aside()
        self.changes: list[Change] = []
        self.told: list[str] = []
        self.time = MUCH_LATER
        self.members = MemberFile(
            path,
            self.clock,
            Passwords(self.argon, hasher, iterations),
            self.disk,
            changed=self.changes.append,
            told=self.told.append,
            now=lambda: self.time,
        )

    def open(self) -> None:
        self.members.load()
        self.members.start()
        self.changes.clear()
        self.told.clear()

    def save(self, text: str) -> None:
        """Save as an editor does that writes in place."""
        self.path.touch(0o600)
        self.path.write_text(text)

    def swap(self, text: str) -> None:
        """Save as an editor does that writes beside and renames."""
        beside = self.path.with_name("beside")
        beside.touch(0o600)
        beside.write_text(text)
        beside.replace(self.path)

    def polls(self, count: int = 1) -> None:
        for _ in range(count):
            self.clock.advance(POLL)

    @property
    def names(self) -> list[str]:
        return [member.name for member in self.members.directory]

    @property
    def text(self) -> str:
        return self.path.read_text()


class FileCase(SynchronousTestCase):
    start = FILE

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "members.txt"
        self.home = Home(self.path)
        if self.start:
            self.path.touch(0o600)
            self.path.write_text(self.start)
        self.home.open()
        self.members = self.home.members

    def get(self, work: Coroutine[Deferred[Any], Any, T]) -> T:
        return self.successResultOf(deferred(work))

    def refused(self, work: Coroutine[Deferred[Any], Any, object], refusal: type[Exception]) -> str:
        return str(self.failureResultOf(deferred(work), refusal).value)

    def recognise(self, who: str, password: str) -> Recognised | None:
        return self.get(self.members.recognise(who, password))


class LoadingTests(FileCase):
    def test_those_in_the_file_are_members_from_the_start(self) -> None:
        home = Home(self.path)
        home.members.load()
        self.assertEqual(["Ann", "bob"], home.names)
        self.assertEqual(["Ann", "bob"], [member.name for member in home.changes[0].added])
        self.assertEqual([], home.told)

    def test_a_missing_file_has_no_members_and_is_not_made(self) -> None:
        home = Home(self.path.with_name("none.txt"))
        home.members.load()
        home.members.start()
        home.polls(3)
        self.assertEqual(([], []), (home.names, home.told))
        self.assertFalse(home.path.exists())

    def test_a_file_that_others_can_read_is_narrowed_and_that_is_told_once(self) -> None:
        self.path.chmod(0o644)
        home = Home(self.path)
        home.members.load()
        self.assertEqual(["members.txt was open to others (mode 644). Now it is for its owner alone (600)."], home.told)
        self.assertEqual(0o600, self.path.stat().st_mode & 0o777)
        home.open()
        home.polls(2)
        self.path.chmod(0o640)
        home.polls(3)
        self.assertEqual(["members.txt was open to others (mode 640). Now it is for its owner alone (600)."], home.told)

    def test_broken_lines_are_told_with_their_numbers_at_the_start(self) -> None:
        self.path.write_text(f"{ANN}broken\n")
        home = Home(self.path)
        home.members.load()
        self.assertEqual(1, len(home.told))
        self.assertTrue(home.told[0].startswith("members.txt, line 2: A member has an id"), home.told)

    def test_what_is_no_list_of_members_stops_the_start_with_a_sentence(self) -> None:
        self.path.write_bytes("a1 - ann member -".encode("utf-16"))
        self.assertRaisesRegex(MembersUnusable, "members.txt cannot be used: it is written in UTF-16", Home(self.path).members.load)
        self.path.unlink()
        self.path.mkdir()
        self.assertRaisesRegex(MembersUnusable, "it is no file", Home(self.path).members.load)
        self.path.rmdir()
        os.mkfifo(self.path, 0o600)
        self.assertRaisesRegex(MembersUnusable, "it is no file", Home(self.path).members.load)


class WatchingTests(FileCase):
    def test_a_change_on_disk_holds_in_little_more_than_a_second(self) -> None:
        self.home.save(FILE.replace(BOB, "c3 - carol moderator -\n").replace("Ann admin", "Ann member"))
        self.home.clock.advance(POLL)
        self.home.clock.advance(SETTLING)
        (change,) = self.home.changes
        self.assertEqual((Member("c3", "", "carol", Rank.MODERATOR),), change.added)
        self.assertEqual(["bob"], [member.name for member in change.removed])
        ((before, after),) = change.changed
        self.assertEqual((Rank.ADMIN, Rank.MEMBER), (before.rank, after.rank))
        self.home.polls(3)
        self.assertEqual([change], self.home.changes)

    def test_a_change_of_the_same_length_in_the_same_moment_is_seen(self) -> None:
        for name in ("bab", "bib", "beb"):
            self.home.save(FILE.replace("bob member", f"{name} member"))
            self.home.polls()
        self.home.polls()
        self.assertEqual(["Ann", "beb"], self.home.names)

    def test_a_change_that_keeps_the_length_and_the_old_time_is_seen(self) -> None:
        before = self.path.stat()
        while self.path.stat().st_ctime_ns == before.st_ctime_ns:
            self.home.save(FILE.replace("bob member", "beb member"))
            os.utime(self.path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.home.polls(2)
        self.assertEqual(["Ann", "beb"], self.home.names)

    def test_a_half_written_file_loses_nobody_and_its_faults_are_not_told(self) -> None:
        for text in ("", FILE[:10], FILE[:-100], FILE[:-30], FILE + "\ufeff"):
            self.home.save(text)
            self.home.polls()
            self.home.save(FILE)
            self.home.polls()
        self.home.polls(2)
        self.assertEqual(([], []), (self.home.changes, self.home.told))

    def test_a_file_cut_inside_a_letter_loses_nobody(self) -> None:
        self.path.write_bytes((FILE + "c3 - Zoë member -\n").encode())
        self.home.polls(2)
        self.path.write_bytes((FILE + "c3 - Zoë member -\n").encode()[:-11])
        self.home.polls()
        self.assertEqual(["Ann", "bob", "Zoë"], self.home.names)
        self.home.polls()
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.assertEqual(1, len(self.home.told))

    def test_a_file_that_is_renamed_away_and_back_loses_nobody(self) -> None:
        aside = self.path.with_name("members.txt~")
        self.path.rename(aside)
        self.home.polls()
        self.home.swap(FILE)
        self.home.polls(3)
        self.assertEqual(([], []), (self.home.changes, self.home.told))

    def test_a_file_that_is_gone_for_good_has_no_members_and_that_is_told_once(self) -> None:
        self.path.unlink()
        self.home.polls(5)
        self.assertEqual([], self.home.names)
        self.assertEqual(["members.txt is gone: nobody is a member."], self.home.told)
        self.home.swap(FILE)
        self.home.polls(2)
        self.assertEqual(["Ann", "bob"], self.home.names)

    def test_a_fault_is_told_once_for_as_long_as_it_stands(self) -> None:
        self.home.save(FILE + "broken\n")
        self.home.polls(5)
        self.home.save("# one more\n" + FILE + "broken\n")
        self.home.polls(5)
        self.assertEqual(1, len(self.home.told))
        self.assertTrue(self.home.told[0].startswith("members.txt, line 6: "), self.home.told)
        self.home.save(FILE)
        self.home.polls(2)
        self.home.save(FILE + "broken\n")
        self.home.polls(2)
        self.assertEqual(2, len(self.home.told))

    def test_a_file_of_broken_lines_is_told_of_in_a_few(self) -> None:
        self.home.save(FILE + "".join(f"broken{number}\n" for number in range(500)))
        self.home.polls(5)
        self.assertEqual(21, len(self.home.told))
        self.assertEqual("members.txt: 480 more lines are broken.", self.home.told[-1])

    def test_a_file_that_cannot_be_read_changes_nothing_and_is_told_once(self) -> None:
        self.path.write_bytes(FILE.encode("utf-16"))
        self.home.polls(5)
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.assertEqual(
            ["members.txt cannot be used: it is written in UTF-16. Save it as UTF-8. Members stay as they were."], self.home.told
        )
        self.home.save("x" * (1 << 20) + FILE)
        self.home.polls(5)
        self.path.unlink()
        self.path.mkdir()
        self.home.polls(5)
        self.path.rmdir()
        self.home.save(FILE)
        self.home.polls(5)
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.assertEqual("members.txt can be used again.", self.home.told[-1])
        self.assertEqual(4, len(self.home.told))

    def test_nothing_is_looked_at_after_the_stop(self) -> None:
        self.successResultOf(self.members.stop())
        self.home.save("")
        self.home.polls(5)
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.assertEqual([], self.home.clock.getDelayedCalls())


class PlainPasswordTests(FileCase):
    def test_a_mail_and_a_password_become_a_member_once_the_file_stands_still(self) -> None:
        self.home.save(FILE.replace("# the end", "carol@example.org  pass word for carol\n# the end"))
        self.home.polls()
        self.assertIn("pass word for carol", self.home.text)
        self.home.polls()
        self.assertEqual(["Ann", "bob", "carol"], self.home.names)
        member = self.members.directory.find("carol@example.org")
        assert member is not None
        self.assertEqual(
            FILE.replace("# the end", f"{member.id} carol@example.org carol member {proofs(member)}\n# the end"), self.home.text
        )
        self.assertEqual(["members.txt, line 5: the password of carol@example.org, called carol, is hashed now."], self.home.told)
        self.assertEqual(Recognised(member), self.recognise("carol", "pass word for carol"))
        self.assertEqual(0o600, self.path.stat().st_mode & 0o777)

    def test_a_name_that_is_taken_is_numbered(self) -> None:
        self.home.save(FILE + "Ann@elsewhere.org pass word\nann@third.org pass word\n")
        self.home.polls(3)
        self.assertEqual(["Ann", "bob", "Ann2", "ann3"], self.home.names)

    def test_a_member_whose_line_becomes_a_mail_and_a_password_stays_who_they_were(self) -> None:
        self.home.save(FILE.replace(ANN, "ann@example.org another password\n"))
        self.home.polls(4)
        self.assertEqual(["a1", "b2"], sorted(member.id for member in self.members.directory))
        ann = self.members.directory.get("a1")
        assert ann is not None
        self.assertEqual(("Ann", Rank.ADMIN), (ann.name, ann.rank))
        self.assertEqual([()], list({change.removed for change in self.home.changes}))
        self.assertIsNotNone(self.recognise("ann", "another password"))
        self.assertIsNone(self.recognise("ann", GOOD))

    def test_a_member_whose_new_password_waits_to_be_hashed_cannot_be_changed_otherwise(self) -> None:
        self.home.argon.full = True
        self.home.save(FILE.replace(ANN, "ann@example.org another password\n"))
        self.home.polls(2)
        self.refused(self.members.rank("ann", Rank.MEMBER), MembersChanged)
        self.assertIsNotNone(self.members.directory.find("ann"))

    def test_a_password_that_cannot_be_any_is_told_once_and_costs_only_its_line(self) -> None:
        self.home.save(FILE + "carol@x.org pass\u1100word\ndave@x.org pass word\n")
        self.home.polls(6)
        self.assertEqual(["Ann", "bob", "dave"], self.home.names)
        self.assertIn("carol@x.org pass\u1100word\n", self.home.text)
        self.assertEqual(2, len(self.home.told))
        self.assertTrue(self.home.told[0].startswith("members.txt, line 6: A password cannot contain"), self.home.told)
        self.assertNotIn("\u1100", "".join(self.home.told))

    def test_a_password_nobody_should_have_is_taken_from_the_admins_own_hand_and_told_of(self) -> None:
        self.home.save(FILE + "carol@x.org sesame\n")
        self.home.polls(4)
        self.assertIsNotNone(self.recognise("carol", "sesame"))
        (told,) = self.home.told
        self.assertIn("line 6: the password of carol@x.org, called carol, is hashed now. That password is too short: at least 8", told)
        self.assertNotIn("sesame", told + self.home.text)

    def test_more_passwords_than_are_hashed_at_once_are_all_hashed(self) -> None:
        count = BATCH + 5
        self.home.save("".join(f"user{number}x@x.org pass word {number}\n" for number in range(count)))
        self.home.polls(8)
        self.assertEqual(count, len(self.home.names))
        self.assertNotIn("pass word", self.home.text)

    def test_while_too_many_log_in_they_wait(self) -> None:
        self.home.argon.full = True
        self.home.save(FILE + "carol@x.org pass word\n")
        self.home.polls(4)
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.home.argon.full = False
        self.home.polls()
        self.assertEqual(["Ann", "bob", "carol"], self.home.names)

    def test_an_edit_in_the_same_moment_is_not_lost(self) -> None:
        self.home.save(FILE + "carol@x.org pass word\n")
        self.home.disk.before.append(lambda: self.home.save(FILE + "# mine\ncarol@x.org pass word\n"))
        self.home.polls(6)
        self.assertEqual(["Ann", "bob", "carol"], self.home.names)
        self.assertIn("# mine\n", self.home.text)

    def test_a_disk_that_cannot_be_written_is_told_with_what_to_do(self) -> None:
        def full() -> None:
            raise OSError(28, "No space left on device")

        self.home.disk.before.append(full)
        self.home.save(FILE + "carol@x.org pass word\n")
        self.home.polls(4)
        self.assertEqual(1, len(self.home.told))
        self.assertIn("No space left on device.", self.home.told[0])
        self.home.save(FILE + "carol@x.org pass word\n# again\n")
        self.home.polls(4)
        self.assertEqual(["Ann", "bob", "carol"], self.home.names)


class OperationTests(FileCase):
    def test_a_member_is_added_at_the_end_and_can_log_in(self) -> None:
        member = self.get(self.members.add("Carol@example.org", password="pass word", rank=Rank.MODERATOR))
        self.assertEqual(("Carol@example.org", "Carol", Rank.MODERATOR), (member.mail, member.name, member.rank))
        self.assertEqual(f"{FILE}{member.id} Carol@example.org Carol moderator {proofs(member)}\n", self.home.text)
        self.assertEqual([Change(added=(member,))], self.home.changes)
        self.assertEqual(Recognised(member), self.recognise("carol@EXAMPLE.org", "pass word"))
        self.home.polls(3)
        self.assertEqual((1, []), (len(self.home.changes), self.home.told))

    def test_a_member_may_have_no_mail_and_no_password_yet(self) -> None:
        member = self.get(self.members.add("", "Carol"))
        self.assertEqual(f"{FILE}{member.id} - Carol member -\n", self.home.text)
        self.assertIsNone(self.recognise("Carol", "-"))

    def test_who_cannot_be_added_is_refused_and_the_file_is_as_it_was(self) -> None:
        self.refused(self.members.add("ANN@example.org", "carol"), MailTaken)
        self.refused(self.members.add("carol@x.org", "ANN"), NameTaken)
        self.refused(self.members.add("carol@x.org", "c!"), NameInvalid)
        self.refused(self.members.add("", ""), NameEmpty)
        self.refused(self.members.add("carol", "carol"), MailInvalid)
        self.refused(self.members.add("carol@x.org", "carol", password="short"), PasswordTooShort)
        self.assertEqual((FILE, []), (self.home.text, self.home.changes))

    def test_a_mail_whose_password_is_about_to_be_hashed_is_taken(self) -> None:
        self.home.argon.full = True
        self.home.save(FILE + "carol@x.org pass word\n")
        self.home.polls(2)
        self.refused(self.members.add("Carol@x.org", "carol"), MailTaken)
        self.assertEqual(1, self.home.text.lower().count("carol@x.org"))

    def test_a_member_is_removed_and_no_other_line_is_touched(self) -> None:
        self.assertEqual("bob", self.get(self.members.remove("BOB@example.org")).name)
        self.assertEqual(FILE.replace(BOB, ""), self.home.text)
        self.assertEqual(["bob"], [member.name for member in self.home.changes[0].removed])
        self.assertIsNone(self.recognise("bob", GOOD))

    def test_rank_and_name_and_password_change_in_place(self) -> None:
        self.get(self.members.rank("bob", Rank.ADMIN))
        self.get(self.members.rename("bob", "Bobby"))
        member = self.get(self.members.passwd("bobby", "another password"))
        self.assertEqual(FILE.replace(BOB, f"b2 bob@example.org Bobby admin {proofs(member)}\n"), self.home.text)
        self.assertIsNone(self.recognise("bobby", GOOD))
        self.assertEqual(Recognised(member), self.recognise("bobby", "another password"))

    def test_what_cannot_be_changed_is_refused(self) -> None:
        self.assertIn("carol", self.refused(self.members.rank("carol", Rank.ADMIN), NoSuchMember))
        self.refused(self.members.rename("bob", "ann"), NameTaken)
        self.refused(self.members.passwd("bob", "short"), PasswordTooShort)
        self.assertEqual((FILE, []), (self.home.text, self.home.changes))

    def test_the_first_member_of_all_gets_a_file_that_explains_itself(self) -> None:
        home = Home(self.path.with_name("new.txt"))
        home.open()
        member = self.get(home.members.add("", "ann", Rank.ADMIN))
        self.assertEqual(f"{HEADER}{member.id} - ann admin -\n", home.text)
        self.assertEqual(0o600, home.path.stat().st_mode & 0o777)

    def test_operations_asked_for_at_once_are_all_done(self) -> None:
        gate = self.home.disk.hold()
        under_way = [deferred(self.members.add("", f"user{number}x")) for number in range(10)]
        under_way += [deferred(self.members.rank("bob", Rank.ADMIN)), deferred(self.members.rename("bob", "Bobby"))]
        stopped = self.members.stop()
        self.assertNoResult(stopped)
        gate.callback(None)
        for done in under_way:
            self.successResultOf(done)
        self.successResultOf(stopped)
        home = Home(self.path)
        home.members.load()
        self.assertEqual(["Ann", "Bobby", *(f"user{number}x" for number in range(10))], home.names)

    def test_the_list_has_a_bound(self) -> None:
        self.home.save(FILE + "#\n" * (LINES - 5))
        self.home.polls(2)
        self.refused(self.members.add("", "carol"), TooManyMembers)
        self.get(self.members.remove("bob"))
        self.get(self.members.add("", "carol"))
        self.assertIn("carol", self.home.names)

    def test_a_link_stays_a_link(self) -> None:
        real = self.path.with_name("real.txt")
        self.path.rename(real)
        self.path.symlink_to(real.name)
        home = Home(self.path)
        home.open()
        self.get(home.members.remove("bob"))
        self.assertTrue(self.path.is_symlink())
        self.assertEqual(FILE.replace(BOB, ""), real.read_text())


class BesideAnEditorTests(FileCase):
    def test_what_was_edited_by_hand_and_not_seen_yet_is_kept(self) -> None:
        self.home.save(FILE.replace("# the end", "c3 - carol member -\n# my note"))
        done = deferred(self.members.rank("bob", Rank.MODERATOR))
        self.assertNoResult(done)
        self.home.polls()
        self.successResultOf(done)
        expected = FILE.replace("# the end", "c3 - carol member -\n# my note").replace("bob member", "bob moderator")
        self.assertEqual(expected, self.home.text)
        self.assertEqual(["Ann", "bob", "carol"], self.home.names)

    def test_what_is_edited_by_hand_in_the_last_moment_is_kept(self) -> None:
        self.home.disk.before.append(lambda: self.home.swap(FILE + "c3 - carol member -\n"))
        done = deferred(self.members.rank("bob", Rank.MODERATOR))
        self.home.polls(2)
        self.successResultOf(done)
        self.assertEqual(FILE.replace("bob member", "bob moderator") + "c3 - carol member -\n", self.home.text)

    def test_a_member_who_was_changed_by_hand_in_the_same_thing_is_left_as_they_are(self) -> None:
        self.home.save(FILE.replace("bob member", "bob admin"))
        done = deferred(self.members.rank("bob", Rank.MODERATOR))
        self.home.polls()
        told = self.failureResultOf(done, MembersChanged).getErrorMessage()
        self.assertIn("is being changed by somebody else, so nothing was changed", told)
        self.assertEqual(FILE.replace("bob member", "bob admin"), self.home.text)

    def test_a_member_who_was_removed_by_hand_is_nobody(self) -> None:
        self.home.save(FILE.replace(BOB, ""))
        done = deferred(self.members.rank("bob", Rank.MODERATOR))
        self.home.polls()
        self.failureResultOf(done, NoSuchMember)

    def test_a_half_written_file_is_not_written_over(self) -> None:
        self.home.save(ANN)
        done = deferred(self.members.remove("Ann"))
        self.assertEqual(ANN, self.home.text)
        self.home.save(FILE)
        self.home.polls(2)
        self.successResultOf(done)
        self.assertEqual(FILE.replace(ANN, ""), self.home.text)

    def test_a_file_that_never_stands_still_is_left_alone(self) -> None:
        self.home.save(FILE + "# 0\n")
        done = deferred(self.members.remove("bob"))
        for number in range(LOOKS):
            self.home.save(f"{FILE}# {number + 1}\n")
            self.home.polls()
        self.failureResultOf(done, MembersChanged)
        self.assertEqual(f"{FILE}# {LOOKS}\n", self.home.text)

    def test_a_file_that_changes_under_every_try_is_left_alone(self) -> None:
        for number in range(TRIES):
            self.home.disk.before.append(partial(self.home.swap, f"{FILE}# {number}\n"))
        done = deferred(self.members.remove("bob"))
        self.home.polls(TRIES * 2)
        self.failureResultOf(done, MembersChanged)
        self.assertEqual(f"{FILE}# {TRIES - 1}\n", self.home.text)

    def test_another_program_that_writes_the_list_is_waited_out(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        self.refused(self.members.remove("bob"), MembersChanged)
        self.assertEqual(FILE, self.home.text)
        fcntl.flock(folder, fcntl.LOCK_UN)
        self.get(self.members.remove("bob"))
        self.assertEqual(FILE.replace(BOB, ""), self.home.text)

    def test_a_file_that_cannot_be_read_is_not_written_and_the_reason_is_told(self) -> None:
        self.path.write_bytes(FILE.encode("utf-16"))
        done = deferred(self.members.remove("bob"))
        self.home.polls(LOOKS)
        told = self.failureResultOf(done, MembersUnwritable).getErrorMessage()
        self.assertIn("it is written in UTF-16", told)
        self.assertEqual(FILE.encode("utf-16"), self.path.read_bytes())

    def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(self) -> None:
        def broken() -> None:
            raise OSError(5, "Input/output error")

        self.home.disk.before.append(broken)
        told = self.refused(self.members.remove("bob"), MembersUnwritable)
        self.assertEqual("The list of members cannot be used now: Input/output error. Nothing was changed. Tell the host.", told)
        self.assertEqual(["Ann", "bob"], self.home.names)
        self.assertEqual([self.path], list(self.path.parent.iterdir()))

    def test_what_a_killed_writer_left_is_no_obstacle(self) -> None:
        self.path.with_name(f".members.txt.{os.getpid()}.part").write_text("half")
        self.get(self.members.remove("bob"))
        self.assertEqual([self.path], list(self.path.parent.iterdir()))


class RecognisingTests(FileCase):
    def test_a_member_is_recognised_by_mail_name_or_id_and_the_password(self) -> None:
        for who in ("ann@example.org", "ANN", "a1"):
            recognised = self.recognise(who, GOOD)
            assert recognised is not None
            self.assertEqual(("a1", False), (recognised.member.id, recognised.invited))

    def test_nobody_else_is(self) -> None:
        for who, password in (("ann", "wrong"), ("carol", GOOD), ("", ""), ("ann", ""), ("ann", HASH), ("ann", "x" * 100_000)):
            self.assertIsNone(self.recognise(who, password))

    def test_whoever_is_removed_while_the_password_is_checked_does_not_get_in(self) -> None:
        gate = self.home.argon.hold()
        answer = deferred(self.members.recognise("bob", GOOD))
        self.home.save(FILE.replace(BOB, ""))
        self.home.polls(2)
        gate.callback(None)
        self.assertIsNone(self.successResultOf(answer))

    def test_whoever_gets_another_password_while_the_old_one_is_checked_does_not_get_in(self) -> None:
        gate = self.home.argon.hold()
        answer = deferred(self.members.recognise("bob", GOOD))
        self.home.save(FILE.replace(BOB, "b2 bob@example.org bob member -\n"))
        self.home.polls(2)
        gate.callback(None)
        self.assertIsNone(self.successResultOf(answer))

    def test_an_invitation_lets_its_member_choose_a_password_once(self) -> None:
        code = self.get(self.members.invite("bob", 86400.0))
        self.assertNotIn(code, self.home.text)
        self.assertIsNone(self.recognise("bob", GOOD))
        first = self.recognise("bob", code)
        second = self.recognise("bob", code.upper().replace("-", " "))
        assert first is not None
        assert second is not None
        self.assertTrue(first.invited)
        self.get(self.members.passwd(first.member, "chosen password"))
        self.refused(self.members.passwd(second.member, "somebody else's"), MembersChanged)
        self.assertIsNone(self.recognise("bob", code))
        again = self.recognise("bob", "chosen password")
        assert again is not None
        self.assertFalse(again.invited)

    def test_an_invitation_ends(self) -> None:
        code = self.get(self.members.invite("bob", 60.0))
        self.home.time += 60
        self.assertIsNone(self.recognise("bob", code))

    def test_a_hash_made_at_other_costs_is_made_anew_at_the_next_login(self) -> None:
        self.home.save(FILE.replace(BOB, f"b2 bob@example.org bob member {OLDER.hash(GOOD)}\n"))
        self.home.polls(2)
        self.assertIsNotNone(self.recognise("bob", GOOD))
        member = self.members.directory.find("bob")
        assert member is not None
        assert member.password is not None
        self.assertFalse(LIGHT.check_needs_rehash(member.password))
        self.assertIn(member.secret, self.home.text)
        self.assertIsNotNone(self.recognise("bob", GOOD))

    def test_a_login_counts_though_its_hash_cannot_be_made_anew(self) -> None:
        self.home.save(FILE.replace(BOB, f"b2 bob@example.org bob member {OLDER.hash(GOOD)}\n"))
        self.home.polls(2)
        self.home.disk.full = True
        self.assertIsNotNone(self.recognise("bob", GOOD))

    def proven(self, password: str) -> bool:
        """Tell whether bob's keys are there and are those of a password."""
        bob = self.members.directory.find("bob")
        assert bob is not None
        if bob.keys is None:
            return False
        made = derive(prepared(password), bob.keys.salt, bob.keys.iterations)
        self.assertIn(f"{EXTRA}={made.beside(bob.secret)}", self.home.text)
        return made == bob.keys

    def test_keys_are_made_at_the_first_login_and_with_each_password(self) -> None:
        self.assertFalse(self.proven(GOOD))
        self.recognise("bob", "not " + GOOD)
        self.assertFalse(self.proven(GOOD))
        self.recognise("bob", GOOD)
        self.assertTrue(self.proven(GOOD))
        before = self.home.text
        self.recognise("bob", GOOD)
        self.assertEqual(before, self.home.text)
        self.get(self.members.passwd("bob", "another password"))
        self.assertTrue(self.proven("another password"))

    def test_keys_end_with_the_password_they_were_made_of(self) -> None:
        self.recognise("bob", GOOD)
        self.home.save(self.home.text.replace(HASH, LIGHT.hash("set by hand")))
        self.home.polls(2)
        bob = self.members.directory.find("bob")
        assert bob is not None
        self.assertIsNone(bob.keys)
        self.assertIn(EXTRA, self.home.text)
        self.recognise("bob", "set by hand")
        self.assertTrue(self.proven("set by hand"))
        self.get(self.members.invite("bob", 60.0))
        self.assertNotIn(EXTRA, self.home.text)

    def test_keys_made_with_other_work_are_made_anew_at_the_next_login(self) -> None:
        self.recognise("bob", GOOD)
        later = Home(self.path, iterations=LEAST + 1)
        later.open()
        self.get(later.members.recognise("bob", GOOD))
        bob = later.members.directory.find("bob")
        assert bob is not None
        assert bob.keys is not None
        self.assertEqual(LEAST + 1, bob.keys.iterations)

    def test_a_change_in_the_same_moment_as_keys_are_made_is_done(self) -> None:
        gate = self.home.argon.hold()
        made = deferred(self.members.recognise("bob", GOOD))
        ranked = deferred(self.members.rank("bob", Rank.ADMIN))
        gate.callback(None)
        self.assertIsNotNone(self.successResultOf(made))
        self.assertIs(Rank.ADMIN, self.successResultOf(ranked).rank)
        self.assertTrue(self.proven(GOOD))

    def test_what_stands_beside_the_keys_by_hand_is_kept(self) -> None:
        self.home.save(FILE.replace(BOB, f"  b2  bob@example.org bob member {HASH}  team=red  # since May\n"))
        self.home.polls(2)
        self.recognise("bob", GOOD)
        self.assertIn(f"  b2  bob@example.org bob member {HASH}  team=red {EXTRA}=", self.home.text)
        self.assertIn("  # since May\n", self.home.text)
        self.assertTrue(self.proven(GOOD))

    def test_too_many_logins_are_refused(self) -> None:
        self.home.argon.full = True
        self.refused(self.members.recognise("ann", GOOD), LoginsBusy)
        self.refused(self.members.recognise("nobody", GOOD), LoginsBusy)
        self.home.argon.full = False
        self.assertIsNotNone(self.recognise("ann", GOOD))

    def test_nothing_shows_a_secret(self) -> None:
        code = self.get(self.members.invite("bob", 60.0))
        shown = f"{self.recognise('bob', code)!r} {self.recognise('ann', GOOD)!r} {self.home.changes!r} {self.home.told!r}"
        self.assertNotIn("argon2", shown)
        self.assertNotIn(code, shown)


STEPS = st.lists(st.tuples(st.sampled_from(["add", "rank", "remove", "by hand", "half", "poll"]), st.integers(0, 5)), max_size=12)


@given(STEPS)
def test_whatever_the_order_of_hands_what_is_told_done_is_in_the_file(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "members.txt")
        home.path.touch(0o600)
        home.save("# kept\n")
        home.open()
        expected: dict[str, Rank] = {}
        notes = ["# kept"]
        for step, number in steps:
            name = f"user{number}x"
            if step == "half":
                whole = home.text
                home.save(whole[: len(whole) // 2])
                home.polls()
                home.save(whole)
                # What is written twice within one tick of the disk's clock cannot be told apart.
                home.polls()
            elif step == "by hand":
                notes.append(f"# note {len(notes)}")
                home.save(f"{home.text}{notes[-1]}\n")
            elif step == "poll":
                home.polls()
            else:
                _perform(home, step, name, expected)
        home.polls(3)
        assert {member.name: member.rank for member in home.members.directory} == expected
        assert [line for line in home.text.splitlines() if line.startswith("# note") or line == "# kept"] == notes


def _perform(home: Home, step: str, name: str, expected: dict[str, Rank]) -> None:
    """Do one thing, and note it when it is told done."""
    failures: list[object] = []
    if step == "add":
        done = deferred(home.members.add("", name))
    elif step == "rank":
        done = deferred(home.members.rank(name, Rank.ADMIN))
    else:
        done = deferred(home.members.remove(name))
    done.addErrback(failures.append)
    home.polls(4)
    assert done.called
    known = name in expected
    assert bool(failures) == (known if step == "add" else not known)
    if failures:
        return
    if step == "remove":
        del expected[name]
    else:
        expected[name] = Rank.MEMBER if step == "add" else Rank.ADMIN
