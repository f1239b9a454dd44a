"""Values of the read cache that are fresh for a while yet, in this process: no need to read them again."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")

VALUES = 200
"""Of some tens of kilobytes each. When there are more, all are forgotten."""


class FreshValues(Generic[T]):
    """Values with their age in seconds, by name, until they are ``fresh_for`` seconds old.

    The store would say the same: nobody loads a value anew while it is fresh. ``clock`` replaces
    this machine's clock; only how much time passes counts, so that machines need not agree.
    """

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        self._now = time.monotonic if clock is None else lambda: clock().timestamp()
        self._values: dict[str, tuple[T, float]] = {}

    def keep(self, name: str, value: T, age: float) -> None:
        """Keep a value that is so old now."""
        if len(self._values) >= VALUES:
            self._values.clear()
        self._values[name] = (value, self._now() - age)

    def get(self, name: str, fresh_for: float) -> tuple[T, float] | None:
        """Return the value and its age while it is fresh, else None."""
        kept = self._values.get(name)
        age = self._now() - kept[1] if kept else 0.0
        return (kept[0], age) if kept and age <= fresh_for else None
