"""What holds for every test: where CI=true says that all is installed, one that is skipped has failed.

Hypothesis tries a few examples of each kind on every run, and many with HYPOTHESIS_PROFILE=deep. It judges none by its time: on a busy
machine that says nothing about the code. twistd begins the log before it asks for a service, so it has begun here, too: else what is
critical would be written to stderr by some tests and not by others.

What was compiled is kept, whatever the environment says: else each of hundreds of processes would compile the whole house anew.

Each test leaves a whole house behind, in circles. The collector looks for such things after many of them, and not again and again at
all the tests there are; and pytest, which asks before each test which Twisted is installed, is told what was read the first time. The
two together are a quarter of the time.
"""

from __future__ import annotations

import functools
import gc
import importlib.metadata
import os
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings
from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogBeginner, globalLogPublisher
from zope.interface import implementer

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

setattr(importlib.metadata, "version", functools.cache(importlib.metadata.version))  # noqa: B010  # mypy sees no module's function replaced

settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("deep", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)

NOTHING_SKIPPED = os.environ.get("CI") == "true"


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which nothing may be here: {report.longrepr}"
    return report


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Collect what is written to the log."""
    lines: list[str] = []

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        lines.append(formatEvent(event))

    globalLogPublisher.addObserver(observe)
    yield lines
    globalLogPublisher.removeObserver(observe)
