"""A value counts from when it is asked for, and stays if it is stored."""

from __future__ import annotations

from itertools import product

import pytest

from chatroom.core.cell import Cell, Cells


def test_the_newest_change_counts_until_it_is_known_that_it_was_not_stored() -> None:
    cell = Cell(1)
    cell.put("a", 2)
    cell.put("b", 3)
    assert (cell.value, cell.pending) == (3, True)
    cell.settle("b", stored=False)
    assert cell.value == 2
    cell.settle("a", stored=False)
    cell.settle("a", stored=True)
    assert (cell.value, cell.pending) == (1, False)


@pytest.mark.parametrize("stored", list(product([True, False], repeat=3)))
def test_what_is_left_is_what_was_stored_last(stored: tuple[bool, ...]) -> None:
    cell = Cell(0)
    for number in (1, 2, 3):
        cell.put(number, number)
    for number, is_stored in enumerate(stored, 1):
        cell.settle(number, stored=is_stored)
    assert cell.value == max((number for number, is_stored in enumerate(stored, 1) if is_stored), default=0)


def test_what_is_neither_stored_nor_on_its_way_is_not_held() -> None:
    cells = Cells()
    cells.put("key", "a", 1)
    cells.put("key", "b", 2)
    cells.settle("key", "a", stored=False)
    assert cells["key"].value == 2
    cells.settle("key", "b", stored=False)
    assert not cells
    cells.put("key", "a", 1)
    cells.settle("key", "a", stored=True)
    assert cells["key"].stored == 1
    cells.put("key", "b", None)
    cells.settle("key", "b", stored=True)
    assert not cells


def test_what_was_forgotten_while_it_was_on_its_way_stays_so() -> None:
    cells = Cells()
    cells.put("key", "a", 1)
    del cells["key"]
    cells.settle("key", "a", stored=True)
    assert not cells
