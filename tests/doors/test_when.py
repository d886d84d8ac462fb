"""Moments are named as people where the server stands would."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from chatroom.doors._when import local_time
from chatroom.testing import START


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    """Be where it is nine hours later than in UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_times_are_those_of_where_the_house_stands(in_tokyo: None) -> None:
    when = local_time(lambda: START)
    assert when(START) == "2023-11-15 07:13"[11:]
    assert when(START - 86400) == "2023-11-14 07:13"
