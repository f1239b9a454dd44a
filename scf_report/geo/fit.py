"""How well a known name fits typed words, from best to worst."""

from enum import IntEnum


class Fit(IntEnum):
    """Smaller fits better; of two parts of one place the worse one counts."""

    FULL = 0
    """Every part of the name was typed, and nothing else."""
    PARTIAL = 1
    """The name proper was typed; its direction or suffix was left out."""
    SOME_WORDS = 2
    """Some of the name's own words were typed ("king dr")."""
    FORGIVEN = 3
    """Only after forgiving a typing error, a wrong direction or a wrong suffix."""
