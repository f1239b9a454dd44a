"""Turns what people type, and the names in the map data, into plain words that can be compared."""

import re
import unicodedata
from collections.abc import Iterable

TEXT_LIMIT = 200
"""Characters that are read; no address is longer."""
WORD_LIMIT = 16
"""Words that are read, so that junk costs no time."""
MARKS = frozenset("&/@+,;")
"""Signs between two streets or two parts of an address."""

_TOKEN = re.compile(r"[^\W_]+|[&/@+,;]")
_RANGE = re.compile(r"(\d+)\s*[-\u2013]\s*\d+(?=\s)")
_UNIT = re.compile(r"\b(?:apt|apartment|unit|suite|ste|floor|fl)\b\.?\s*#?\s*\w+|#\s*\w+")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018`.")


def tokens(text: str) -> list[str]:
    """Split typed text into words and marks, without case, accents, unit numbers and invisible signs.

    A range of house numbers ("1200-1206") becomes its first one.
    """
    plain = _plain(text[:TEXT_LIMIT])
    plain = _UNIT.sub(" ", _RANGE.sub(r"\1", plain))
    return _TOKEN.findall(plain)[:WORD_LIMIT]


def words(name: str) -> list[str]:
    """Split a name into its words."""
    return [token for token in _TOKEN.findall(_plain(name)) if token not in MARKS]


def only_words(parts: Iterable[str]) -> list[str]:
    """Drop the marks among tokens."""
    return [part for part in parts if part not in MARKS]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    # Mn: accents; Cf: direction marks and other signs without a width.
    visible = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    return visible.casefold().translate(_APOSTROPHES)
