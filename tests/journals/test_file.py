"""The database file of the SQLite journal: opened, refused, cut, upgraded, copied."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from chatroom.contracts import Turns, closed
from chatroom.core.errors import Refused
from chatroom.core.events import Author, Entry, Said
from chatroom.core.seams import BackupFailed, Committed, Draft, JournalUnusable, Outcome, Recovered, Retention, Slice, Submission
from chatroom.core.words import Words
from chatroom.journals import _file, _writer, sqlite
from chatroom.journals._file import SCHEMA, copy, open_reader, open_writer, prepare
from chatroom.journals._reader import _AT, _PAGE, _TRACE
from chatroom.journals._rows import _FIND
from chatroom.journals._store import Store
from chatroom.journals.sqlite import SqliteJournal, open_journal
from chatroom.wire.record import UNREADABLE
from tests.journals.disk import Disk, fault, on, post


class House:
    """Have a journal in a folder."""

    def __init__(self, path: Path, schema: Traversable = SCHEMA, connect: _file.Connect = sqlite3.connect) -> None:
        self.turns = Turns()
        self.outcomes: list[tuple[int, Outcome]] = []
        self.journal = SqliteJournal(path, self.turns, schema=schema, connect=connect)

    def open(self, tail: int = 1000) -> Recovered:
        self.recovered = self.journal.open(self.outcomes.extend, tail=tail)
        return self.recovered

    def say(self, *texts: str, log: str = "lobby") -> None:
        before = len(self.outcomes)
        self.journal.submit([Submission(n, (draft,)) for n, draft in enumerate(_drafts(texts, log))])
        self.turns.until(lambda: len(self.outcomes) == before + len(texts))
        assert all(isinstance(outcome, Committed) for _, outcome in self.outcomes)

    def say_row(self, *texts: str, log: str = "lobby", id: str = "row") -> None:
        before = len(self.outcomes)
        self.journal.submit([Submission(1, Words(log, Author("ann"), texts, id, 1.0))])
        self.turns.until(lambda: len(self.outcomes) == before + 1)
        assert isinstance(self.outcomes[-1][1], Committed)

    def said(self, log: str = "lobby") -> list[str]:
        answers: list[tuple[Entry, ...] | Refused] = []
        self.journal.read(Slice(log, 10_000), answers.append)
        self.turns.until(lambda: bool(answers))
        assert not isinstance(answers[0], Refused)
        assert [entry.seq for entry in answers[0]] == list(range(1, len(answers[0]) + 1))
        return [entry.event.text for entry in answers[0] if isinstance(entry.event, Said)]

    def close(self) -> None:
        assert closed(self.journal, self.turns)


def _drafts(texts: tuple[str, ...], log: str) -> list[Draft]:
    return [post(1, text).drafts[0] if log == "lobby" else Draft(log, post(1, text).drafts[0].event, text, 1.0) for text in texts]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chatroom.db"


@pytest.fixture
def house(path: Path) -> Iterator[House]:
    house = House(path)
    house.open()
    yield house
    house.close()


def refusal(path: Path, connect: _file.Connect = sqlite3.connect) -> str:
    with pytest.raises(JournalUnusable) as refused:
        House(path, connect=connect).open()
    return str(refused.value)


# Opening.

HOLDER = """
import sys
from pathlib import Path
from chatroom.journals._file import take
held = take(Path(sys.argv[1]))
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_server_on_the_same_file_is_refused(house: House, path: Path) -> None:
    assert "in use by another chatroom" in refusal(path)
    assert house.said() == []


def test_another_process_on_the_same_file_is_refused_until_it_dies(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert "in use by another chatroom" in refusal(path)
        other.kill()
        other.wait()
    house = House(path)
    house.open()
    house.close()


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be taken for one " * 100)
    words = refusal(path)
    assert "is damaged" in words
    assert "put a backup in its place" in words


def test_a_damaged_file_is_refused(path: Path) -> None:
    house = House(path)
    house.open()
    house.say(*(f"{n}" * 500 for n in range(50)))
    house.close()
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    assert "is damaged" in refusal(path)


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    assert "another program's database" in refusal(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_folder_that_is_missing_or_no_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "missing" / "chatroom.db")
    (tmp_path / "file").touch()
    assert "cannot be opened" in refusal(tmp_path / "file" / "chatroom.db")
    (tmp_path / "folder.db").mkdir()
    assert "cannot be opened" in refusal(tmp_path / "folder.db")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_READONLY, "cannot be written"),
        (sqlite3.SQLITE_BUSY, "held by another program"),
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR, "Check its disk"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
    ],
)
@pytest.mark.parametrize("statement", ["PRAGMA journal_mode", "UPDATE house", "SELECT name, log", "SELECT key"])
def test_a_fault_at_the_start_is_a_sentence_and_leaves_no_lock(path: Path, code: int, words: str, statement: str) -> None:
    disk = Disk()
    disk.before = on(statement, fault(code))
    assert words in refusal(path, connect=disk.connect)
    disk.heal()
    house = House(path)
    house.open()
    house.close()


def test_a_file_system_without_shared_memory_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_file, "open_writer", lambda path, connect: _without_wal(path))
    assert "local disk" in refusal(path)


def _without_wal(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.text_factory = bytes
    return db


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_file, "OLDEST_SQLITE", (99, 0, 0))
    assert "too old" in refusal(path)


def test_the_name_of_the_file_is_taken_from_the_folder_of_state(tmp_path: Path) -> None:
    assert open_journal("", tmp_path, Turns()).path == tmp_path / "chatroom.db"
    assert open_journal("other.db", tmp_path, Turns()).path == tmp_path / "other.db"
    assert open_journal("/srv/other.db", tmp_path, Turns()).path == Path("/srv/other.db")


def test_tails_share_a_bound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(path)
    house.open()
    for log in "abcd":
        house.say(*(f"{log}{n}" for n in range(10)), log=log)
    house.close()
    monkeypatch.setattr(sqlite, "TAILS", 12)
    recovered = House(path).journal.open(lambda _: None, tail=1000)
    assert [len(state.tail) for state in recovered.logs.values()] == [3] * 4
    assert [entry.seq for entry in recovered.logs["a"].tail] == [8, 9, 10]


def test_no_query_reads_the_whole_house(house: House, path: Path) -> None:
    with closing(open_reader(path)) as db:
        asked = [(_PAGE, (1, 0, 9)), (_AT, (1, 9)), (_TRACE, (0, 9, "m", "[]", 9)), (_FIND[8], tuple("abcdefgh"))]
        for statement, values in asked:
            plan = b" ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values))
            assert b"SCAN entries" not in plan
            assert b"SEARCH entries" in plan
            assert b"SCAN runs" not in plan


# Broken rows.


def test_broken_rows_become_words_that_say_so(path: Path) -> None:
    house = House(path)
    house.open()
    house.say("a", "b", "c", "d")
    house.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE entries SET body = '{\"by\":' WHERE seq = 1")
        db.execute("UPDATE entries SET kind = 'sung' WHERE seq = 2")
        db.execute("UPDATE entries SET body = CAST(X'7B226279223A22C3222C2274657874223A22C3227D' AS TEXT) WHERE seq = 3")
        db.execute("INSERT INTO state VALUES ('k', CAST(X'FF' AS TEXT))")
    house = House(path)
    tail = house.open().logs["lobby"].tail
    assert [entry.event.text for entry in tail if isinstance(entry.event, Said)] == [UNREADABLE, UNREADABLE, "\ufffd", "d"]
    assert house.said() == [UNREADABLE, UNREADABLE, "\ufffd", "d"]
    house.close()


# Crashes: what is left of the files when a process ends at any moment.


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the files of a journal that was killed after 60 commits."""
    house = House(tmp_path_factory.mktemp("house") / "chatroom.db")
    house.open()
    for n in range(60):
        house.say(f"{n}")
    left = tmp_path_factory.mktemp("crashed") / "chatroom.db"
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{house.journal.path}{end}", f"{left}{end}")
    house.close()
    return left


def revive(crashed: Path, path: Path) -> list[str]:
    """Open what a crash has left, check that it is whole, and give what was said."""
    db = prepare(path)
    store = Store(path, db)
    assert db.execute("PRAGMA integrity_check").fetchall() == [(b"ok",)]
    head = store.heads.get("lobby", 0)
    texts = [text.decode() for (text,) in db.execute("SELECT id FROM entries ORDER BY seq")]
    assert texts == [str(n) for n in range(head)]
    store.close()
    return texts


def test_a_log_cut_anywhere_loses_only_its_end(crashed: Path, tmp_path: Path) -> None:
    source = random.Random(1)
    log = Path(f"{crashed}-wal").read_bytes()
    path = tmp_path / "chatroom.db"
    kept = set()
    for offset in sorted(source.randrange(len(log)) for _ in range(100)):
        shutil.copy(crashed, path)
        Path(f"{path}-wal").write_bytes(log[:offset])
        Path(f"{path}-shm").unlink(missing_ok=True)
        kept.add(len(revive(crashed, path)))
    assert len(kept) > 20


def test_a_log_with_a_torn_end_loses_only_its_end(crashed: Path, tmp_path: Path) -> None:
    log = Path(f"{crashed}-wal").read_bytes()
    path = tmp_path / "chatroom.db"
    shutil.copy(crashed, path)
    Path(f"{path}-wal").write_bytes(log[:-3000] + b"\xff" * 3000)
    assert len(revive(crashed, path)) == 59


def test_shared_memory_that_is_gone_loses_nothing(crashed: Path, tmp_path: Path) -> None:
    for end in ("", "-wal"):
        shutil.copy(f"{crashed}{end}", tmp_path / f"chatroom.db{end}")
    assert len(revive(crashed, tmp_path / "chatroom.db")) == 60


# Upgrades.


NEWEST = max(int(step.name[:4]) for step in SCHEMA.iterdir() if step.name.endswith(".sql"))


def write_schema(folder: Path, *steps: str) -> Path:
    """Make a folder with the schema and `steps` after it."""
    folder.mkdir()
    for number in range(1, NEWEST + 1):
        (made,) = [step for step in SCHEMA.iterdir() if step.name.startswith(f"{number:04}_")]
        (folder / made.name).write_text(made.read_text())
    for number, step in enumerate(steps, NEWEST + 1):
        (folder / f"{number:04}_step.sql").write_text(step)
    return folder


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute("PRAGMA user_version").fetchone()
        return int(found)


def test_an_upgrade_applies_every_step_and_keeps_a_copy_of_the_old_file(path: Path, tmp_path: Path) -> None:
    house = House(path)
    epoch = house.open().epoch
    house.say("a", "b")
    house.close()
    steps = write_schema(tmp_path / "new", "CREATE TABLE more (x TEXT);", "CREATE INDEX more_x ON more (x); -- the end")
    house = House(path, steps)
    assert house.open().epoch == epoch
    assert house.said() == ["a", "b"]
    house.say("c")
    house.close()
    assert version(path) == NEWEST + 2
    backup = tmp_path / f"chatroom.db.v{NEWEST}.bak"
    assert version(backup) == NEWEST
    old = House(backup)
    assert old.open().epoch != epoch
    assert old.said() == ["a", "b"]
    old.close()


def test_an_upgrade_that_fails_half_way_changes_nothing_and_can_run_again(path: Path, tmp_path: Path) -> None:
    house = House(path)
    house.open()
    house.say("a")
    house.close()
    with pytest.raises(JournalUnusable):
        House(path, write_schema(tmp_path / "bad", "CREATE TABLE one (x); CREATE TABLE two (x); CREATE TABLE one (x);")).open()
    assert version(path) == NEWEST
    house = House(path, write_schema(tmp_path / "good", "CREATE TABLE one (x); CREATE TABLE two (x);"))
    house.open()
    assert house.said() == ["a"]
    house.close()
    assert version(path) == NEWEST + 1


def test_an_upgrade_goes_on_after_the_last_step_that_was_done(path: Path, tmp_path: Path) -> None:
    house = House(path)
    house.open()
    house.close()
    with pytest.raises(JournalUnusable):
        House(path, write_schema(tmp_path / "bad", "CREATE TABLE one (x);", "NONSENSE;")).open()
    assert version(path) == NEWEST + 1
    House(path, write_schema(tmp_path / "good", "CREATE TABLE one (x);", "CREATE TABLE two (x);")).open()
    assert version(path) == NEWEST + 2


def test_an_upgrade_that_cannot_be_backed_up_is_not_begun(path: Path, tmp_path: Path) -> None:
    house = House(path)
    house.open()
    house.close()
    (tmp_path / f"chatroom.db.v{NEWEST}.bak").mkdir()
    with pytest.raises(JournalUnusable):
        House(path, write_schema(tmp_path / "new", "CREATE TABLE one (x);")).open()
    assert version(path) == NEWEST


def test_a_file_of_the_first_schema_keeps_what_it_holds_and_takes_words_in_a_row(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL").fetchall()
        db.executescript((SCHEMA / "0001_entries.sql").read_text())
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO logs VALUES (1, 'lobby', 2, 1, 5)")
        for place, seq in ((7, 1), (9, 2)):
            body = f'{{"by":"ann","text":"old {seq}"}}'
            db.execute("INSERT INTO entries VALUES (?, 1, ?, ?, ?, 'said', ?, NULL)", (place, seq, seq, f"id{seq}", body))
    house = House(path)
    house.open()
    house.say_row("new 3", "new 4")
    assert house.said("lobby") == ["old 1", "old 2", "new 3", "new 4"]
    house.close()
    assert version(path) == NEWEST
    assert version(tmp_path / "chatroom.db.v1.bak") == 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT place, seq, count FROM runs").fetchall() == [(10, 3, 2)]


def test_a_newer_schema_is_refused(path: Path) -> None:
    house = House(path)
    house.open()
    house.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer chatroom (schema 99" in refusal(path)


# Backups.


def test_ten_backups_under_load_restore(house: House, tmp_path: Path) -> None:
    done: list[object] = []
    count = 0
    for n in range(10):
        deferred = house.journal.backup(tmp_path / f"backup{n}.db")
        deferred.addBoth(done.append)
        while len(done) == n:
            house.say(*(f"{m}" for m in range(count, count + 50)))
            count += 50
    assert done == [None] * 10
    for n in range(10):
        restored = House(tmp_path / f"backup{n}.db")
        recovered = restored.open()
        texts = restored.said()
        assert texts == [str(m) for m in range(len(texts))]
        assert len(texts) == recovered.logs["lobby"].head if texts else not recovered.logs
        assert recovered.epoch != house.recovered.epoch
        restored.say("new")
        restored.close()
    assert not list(tmp_path.glob("*.part"))


def test_a_restored_backup_keeps_the_epoch_it_has_drawn(house: House, tmp_path: Path) -> None:
    done: list[object] = []
    house.journal.backup(tmp_path / "b.db").addBoth(done.append)
    house.turns.until(lambda: bool(done))
    first = House(tmp_path / "b.db")
    epoch = first.open().epoch
    first.close()
    second = House(tmp_path / "b.db")
    assert second.open().epoch == epoch
    second.close()


@pytest.mark.parametrize("target", ["chatroom.db", "missing/backup.db"])
def test_a_backup_that_cannot_be_written_says_so_and_harms_nothing(house: House, tmp_path: Path, target: str) -> None:
    house.say("a")
    failures: list[Exception] = []
    house.journal.backup(tmp_path / target).addBoth(lambda result: failures.append(result.value))
    house.turns.until(lambda: bool(failures))
    assert isinstance(failures[0], BackupFailed)
    assert house.said() == ["a"]


def test_one_backup_at_a_time(house: House, tmp_path: Path) -> None:
    done: list[object] = []
    house.journal.backup(tmp_path / "one.db").addBoth(lambda result: done.append(result))
    house.journal.backup(tmp_path / "two.db").addErrback(lambda failure: done.append(str(failure.value)))
    house.turns.until(lambda: len(done) == 2)
    assert done[0] == "Another backup is being made. Wait for it to end."
    assert done[1] is None
    assert not (tmp_path / "two.db").exists()


def test_a_copy_is_for_its_owner_alone_and_replaces_what_a_killed_one_left(path: Path, tmp_path: Path) -> None:
    with closing(prepare(path)) as db:
        (tmp_path / "copy.db.part").write_bytes(b"half a copy")
        copy(db, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


# Size.


def test_the_log_beside_the_file_is_moved_into_it_when_it_has_grown(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "CHECKPOINT_SOON", 100_000)
    house = House(path)
    house.open()
    for n in range(200):
        house.say(f"{n} {'x' * 4000}")
    assert Path(f"{path}-wal").stat().st_size < 2_500_000
    house.close()
    assert not Path(f"{path}-wal").exists()


def test_an_idle_journal_is_put_in_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "IDLE", 0.01)
    house = House(path)
    house.open()
    house.say("x" * 5000)
    size = path.stat().st_size
    house.turns.until(lambda: path.stat().st_size > size)
    assert house.said() == ["x" * 5000]
    house.close()


def test_retention_deletes_a_little_at_a_time_beside_other_work(path: Path) -> None:
    disk = Disk()
    house = House(path, connect=disk.connect)
    house.open()
    house.say(*(f"{n}" for n in range(2000)))
    commits = disk.statements.count("COMMIT")
    house.journal.trim(Retention(age=0, count=1), 0.0)
    house.say("more")
    house.close()
    assert disk.statements.count("COMMIT") >= commits + 2
    assert [statement for statement in disk.statements if statement.startswith("DELETE FROM entries WHERE log")]


def test_readers_cannot_write(house: House, path: Path) -> None:
    with closing(open_reader(path)) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM entries")


def test_the_writer_syncs_every_commit(path: Path) -> None:
    with closing(open_writer(path)) as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == (b"wal",)
        assert db.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
        assert db.execute("PRAGMA journal_size_limit").fetchone() == (_file.WAL_KEPT,)


def test_the_file_and_what_is_beside_it_are_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        house = House(tmp_path / "chatroom.db")
        house.open()
        assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {"0o600"}
        closed(house.journal, house.turns)
    finally:
        os.umask(before)
