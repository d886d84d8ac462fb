"""How the house's data is declared: frozen to the type checker, which sees every assignment, and cheap to make at run time.

A dataclass frozen at run time sets each field through `object.__setattr__`; a message makes a dozen such objects, and that alone
took a fifth of its way through the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fact(cls: type[Kind]) -> type[Kind]:
    """Make a slotted, hashable dataclass whose fields are not to be assigned to."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
