"""A text as a QR code (ISO/IEC 18004), drawn so that a page can hold it inline."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

QUIET_ZONE = 2
"""Modules of white around the code; the page's own padding adds to it."""
KEPT = 500
"""Codes that are kept, as a receipt is loaded again and again while it is open."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """SVG path data, one unit a module, for a stroke of width 1; ``size`` units on each side."""

    path: str
    size: int


@lru_cache(KEPT)
def qr_code(text: str) -> QrCode:
    """Draw the code of a text, in the smallest size that holds it."""
    runs = []
    rows = list(segno.make_qr(text).matrix_iter(border=QUIET_ZONE))
    for y, row in enumerate(rows):
        x = 0
        for dark, modules in groupby(row, key=bool):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}.5h{length}")
            x += length
    return QrCode("".join(runs), len(rows))
