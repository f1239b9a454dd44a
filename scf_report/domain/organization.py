"""Who takes care of a kind of problem."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """A city or department as its upstream names it. ``id`` is None where the upstream gives a name only."""

    name: str
    id: str | None = None
