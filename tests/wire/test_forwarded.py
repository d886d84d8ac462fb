"""Of those who stand in X-Forwarded-For, the one that is to be believed."""

from __future__ import annotations

import pytest

from chatroom.wire.forwarded import source


def ours(address: str) -> bool:
    return address.startswith(("127.", "10."))


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([], None),
        ([""], None),
        (["203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        (["127.0.0.1,10.0.0.7"], "127.0.0.1"),
        (["2001:db8:0::9"], "2001:db8::9"),
        (["198.51.100.1, unknown"], None),
        (["198.51.100.1, <script>, 10.0.0.7"], "10.0.0.7"),
    ],
)
def test_it_is_the_last_that_none_of_our_own_proxies_has(fields: list[str], found: str | None) -> None:
    assert source(fields, ours) == found


def test_a_long_list_is_read_from_its_end_and_not_for_long() -> None:
    assert source([", ".join(["203.0.113.9"] + ["10.0.0.1"] * 100_000)], ours) == "10.0.0.1"
