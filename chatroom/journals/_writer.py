"""The one thread that writes: what arrives while a transaction runs is the next one."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from twisted.logger import Logger

from chatroom.core.fact import fact
from chatroom.journals._parcel import Parcel
from chatroom.journals._plan import Result
from chatroom.journals._store import Store

BATCH = 4096
"""Drafts after which a transaction takes no more submissions."""
CHECKPOINT_SOON = 4 << 20
"""Bytes written after which the next quiet moment is used for a checkpoint (it stalls writing for 10 to 43 ms)."""
CHECKPOINT_NOW = 16 << 20
"""Bytes written after which no quiet moment is waited for."""
IDLE = 1.0
"""Seconds without work after which the file is put in order."""
WIPE_EVERY = 5.0
"""Seconds between two cuts of the write-ahead log, where something was removed while there is no idleness."""


@fact
class Report:
    """Tell what became of a batch, and how the store is; `waited` for how long in seconds."""

    parcels: list[Parcel]
    results: list[Result]
    seconds: float
    fault: str


@fact
class Trim:
    """Ask for old entries to be deleted: from before a time in milliseconds, beyond a count in each log; 0 for no bound."""

    before: int
    count: int


class Stop:
    """Ask for what waits to be written, and then no more."""


Job = list[Parcel] | Trim | Stop


class Writer:
    """Write what is put, in batches; `report` and `ended` are called in this thread."""

    _log = Logger()

    def __init__(self, store: Store, report: Callable[[Report], None], ended: Callable[[], None]) -> None:
        self._store = store
        self._report = report
        self._ended = ended
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._trim: Trim | None = None
        self._stopping = False
        self._fault = ""
        self._wiped_at = time.monotonic()

    def start(self) -> None:
        """Start the thread; one stuck in a sync must not keep the interpreter from exiting."""
        threading.Thread(target=self._run, name="journal writer", daemon=True).start()

    def put(self, job: Job) -> None:
        """Do `job` after what was put before."""
        self._jobs.put(job)

    def _run(self) -> None:
        while not self._stopping:
            batch = self._gather()
            if batch:
                self._write(batch)
            self._tidy(quiet=self._jobs.empty())
        if self._store.unwiped:
            self._store.wipe()
        else:
            self._store.checkpoint()
        self._store.close()
        self._ended()

    def _gather(self) -> list[Parcel]:
        """Wait for work, and take what else has come by then."""
        batch: list[Parcel] = []
        drafts = 0
        job = self._first()
        while job is not None:
            if isinstance(job, list):
                batch += job
                drafts += sum([max(1, parcel.drafts) for parcel in job])
            elif isinstance(job, Trim):
                self._trim = job
            else:
                self._stopping = True
            job = self._next() if drafts < BATCH and not self._stopping else None
        return batch

    def _first(self) -> Job | None:
        if self._trim is not None:
            return self._next()
        untidy = self._store.unmoved or self._store.unwiped or self._store.fault
        try:
            return self._jobs.get(timeout=IDLE if untidy else None)
        except queue.Empty:
            self._use_idleness()
            return None

    def _next(self) -> Job | None:
        with suppress(queue.Empty):
            return self._jobs.get_nowait()
        return None

    def _write(self, batch: list[Parcel]) -> None:
        start = time.perf_counter()
        try:
            results = self._store.write(batch)
        except Exception:
            self._log.failure("The journal's writer failed")
            results = self._store.give_up(batch)
        self._fault = self._store.fault
        self._report(Report(batch, results, time.perf_counter() - start, self._fault))

    def _tidy(self, *, quiet: bool) -> None:
        """Do a little of what is not urgent, beside other work."""
        if self._trim is not None and not self._store.trim(before=self._trim.before, count=self._trim.count):
            self._trim = None
        if self._store.unwiped and self._trim is None and time.monotonic() - self._wiped_at >= WIPE_EVERY:
            self._wipe()
        elif self._store.unmoved > (CHECKPOINT_SOON if quiet else CHECKPOINT_NOW):
            self._store.checkpoint()
        self._tell_of_faults()

    def _use_idleness(self) -> None:
        if self._store.fault:
            self._store.probe()
        if self._store.unwiped:
            self._wipe()
        elif self._store.unmoved:
            self._store.checkpoint()

    def _wipe(self) -> None:
        self._store.wipe()
        self._wiped_at = time.monotonic()

    def _tell_of_faults(self) -> None:
        if self._store.fault != self._fault:
            self._fault = self._store.fault
            self._report(Report([], [], 0.0, self._fault))
