"""What holds for every test: where CI=true says that all is installed, one that is skipped has failed.

Hypothesis judges no example by its time: on a busy machine that says nothing about the code.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")

NOTHING_SKIPPED = os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which nothing may be here: {report.longrepr}"
    return report
