"""The table that a benchmark prints: figure, floor and verdict, a line each."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing. ``figure`` and ``floor`` are for reading; ``value`` is judged.

    It passes at ``reach`` or better: at least that, or with ``at_most`` no more than that. ``aim``
    is better still.
    """

    what: str
    figure: str
    floor: str
    value: float
    reach: float
    aim: float | None = None
    at_most: bool = False

    def meets(self, mark: float) -> bool:
        """Tell whether the value is at the mark or better."""
        return self.value <= mark if self.at_most else self.value >= mark

    @property
    def passes(self) -> bool:
        """What has to be reached is reached."""
        return self.meets(self.reach)

    def cells(self) -> tuple[str, ...]:
        """Give the line's columns as text."""
        sign = "≤" if self.at_most else "≥"
        aim = "" if self.aim is None else f" ({self.aim:g})"
        return (
            self.what,
            self.figure,
            self.floor,
            f"{self.value:.2f}" if self.value < 10 else f"{self.value:.0f}",
            f"{sign} {self.reach:g}{aim}",
            "PASS" if self.passes else "SHORT",
        )


HEAD = ("what", "figure", "floor", "value", "reach (aim)", "")


def show(title: str, lines: Sequence[Line]) -> bool:
    """Print the table, with how busy the machine is; True if every line passes."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    text = [f"{title} (load average {load})"]
    text += [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    sys.stdout.write("\n".join([*text, "", ""]))
    sys.stdout.flush()
    return all(line.passes for line in lines)
