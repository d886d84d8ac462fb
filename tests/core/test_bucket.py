"""So much at once and so much per time, whatever the clock does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.bucket import Allowance, Bucket

NOW = 1_700_000_000.0
YEAR = 365 * 86400.0


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    bucket, allowance = Bucket(), Allowance(burst=3, rate=2)
    assert [bucket.spend(1, NOW, allowance) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert bucket.spend(1, NOW + 1.5, allowance) == 0
    assert bucket.spend(1, NOW + 100, allowance) == 0


def test_asking_how_long_to_wait_spends_nothing() -> None:
    bucket, allowance = Bucket(), Allowance(burst=1, rate=1)
    bucket.spend(1, NOW, allowance)
    assert [bucket.wait(1, NOW, allowance) for _ in range(3)] == [1, 1, 1]
    assert bucket.wait(1, NOW + 1, allowance) == 0


@pytest.mark.parametrize("allowance", [Allowance(0, 5), Allowance(5, 0)])
def test_a_bucket_that_is_off_bounds_nothing(allowance: Allowance) -> None:
    bucket = Bucket()
    assert not any(bucket.spend(1000, NOW, allowance) for _ in range(100))
    assert all(bucket.takes(1000, NOW, allowance) for _ in range(100))


STEPS = st.lists(st.tuples(st.floats(0, 5), st.floats(0.01, 4)), min_size=1, max_size=60)


@given(STEPS, st.floats(1, 20), st.floats(0.1, 10))
def test_what_need_not_wait_is_taken_and_nothing_else_is_spent(steps: list[tuple[float, float]], burst: float, rate: float) -> None:
    taking, asking, allowance, now = Bucket(), Bucket(), Allowance(burst, rate), NOW
    for pause, cost in steps:
        now += pause
        waits = asking.spent(now, rate) + cost > burst
        assert taking.takes(cost, now, allowance) is not waits
        if not waits:
            assert asking.spend(cost, now, allowance) == 0
        assert taking.spent(now, rate) == asking.spent(now, rate)


@given(STEPS, st.floats(1, 20), st.floats(0.1, 10))
def test_over_any_window_no_more_passes_than_the_burst_and_the_rate(
    steps: list[tuple[float, float]], burst: float, rate: float
) -> None:
    bucket, allowance, now = Bucket(), Allowance(burst, rate), NOW
    passed = []
    for pause, cost in steps:
        now += pause
        now += bucket.spend(min(cost, burst), now, allowance)
        passed.append((now, min(cost, burst)))
    for first in range(len(passed)):
        total = 0.0
        for at, cost in passed[first:]:
            total += cost
            assert total <= burst + rate * (at - passed[first][0]) + 1e-4


@given(st.lists(st.floats(-7200, 7200), max_size=40))
def test_a_clock_that_jumps_about_grants_no_burst_beyond_and_holds_nobody_longer(jumps: list[float]) -> None:
    bucket, allowance, now, forwards, granted = Bucket(), Allowance(5, 1), NOW, 0.0, 0
    for jump in jumps:
        now += jump
        forwards += max(0.0, jump)
        while bucket.wait(1, now, allowance) == 0:
            bucket.spend(1, now, allowance)
            granted += 1
        assert bucket.wait(1, now, allowance) <= 1 + 1e-5
    assert granted <= 5 + forwards + 1e-3


def test_a_bucket_is_as_exact_after_a_year_as_at_first() -> None:
    bucket, allowance, now = Bucket(), Allowance(10, 2), NOW
    for _ in range(12):
        now += YEAR / 12
        start, passed = now, 0
        while now < start + 1000:
            now += bucket.spend(1, now, allowance)
            passed += 1
        assert passed == pytest.approx(10 + 2 * 1000, abs=2)
