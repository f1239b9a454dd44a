"""Reads street names as American cities write them: direction, name, suffix ("W Madison St").

The abbreviations are those of USPS Publication 28, appendices B and C, and common variants.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scf_report.geo.typos import one_error_apart
from scf_report.geo.words import words

ANY = "?"
"""Something was typed there, but it can only be guessed what."""

_DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_SUFFIXES = {
    "aly": "alley",
    "ave": "avenue av aven",
    "blvd": "boulevard boul blv",
    "cir": "circle",
    "ct": "court crt",
    "dr": "drive drv",
    "expy": "expressway expwy",
    "hwy": "highway",
    "ln": "lane",
    "park": "",
    "pkwy": "parkway pky",
    "pl": "place plc",
    "plz": "plaza",
    "rd": "road",
    "sq": "square",
    "st": "street str",
    "ter": "terrace terr",
    "way": "",
}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_LONG_FORMS = {
    **_DIRECTIONS,
    **{ordinal: str(i) for i, ordinal in enumerate(_ORDINALS.split(), start=1)},
    "st": "saint",
    "ft": "fort",
    "mt": "mount",
    "dr": "doctor",
    "jr": "junior",
    "mlk": "martin luther king",
}


def _spellings(table: Mapping[str, str]) -> dict[str, str]:
    return {word: short for short, long in table.items() for word in (short, *long.split())}


DIRECTIONS = _spellings(_DIRECTIONS)
SUFFIXES = _spellings(_SUFFIXES)


@dataclass(frozen=True, slots=True)
class StreetName:
    """One way to read a street's name; "" where a part is missing, ``ANY`` where it is garbled."""

    direction: str
    base: tuple[str, ...]
    suffix: str

    @property
    def key(self) -> str:
        """The name proper without spaces, so that "La Salle" is "LaSalle"."""
        return "".join(self.base)


def read_name(name: str) -> StreetName:
    """Read a full name from the map data."""
    parts = words(name)
    direction = suffix = ""
    if len(parts) > 1 and parts[0] in DIRECTIONS:
        direction, parts = DIRECTIONS[parts[0]], parts[1:]
    elif len(parts) > 1 and parts[-1] in DIRECTIONS:
        direction, parts = DIRECTIONS[parts[-1]], parts[:-1]
    if len(parts) > 1 and parts[-1] in SUFFIXES:
        suffix, parts = SUFFIXES[parts[-1]], parts[:-1]
    return StreetName(direction, _long_forms(parts), suffix)


def readings(typed: Sequence[str], *, forgiving: bool) -> Iterator[StreetName]:
    """List every way to read typed words as a street: "north ave" has no direction, "n ave" one.

    ``forgiving``: also with a misspelled direction or suffix.
    """
    for direction, rest in _directions(typed, forgiving=forgiving):
        for suffix, base in _suffixes(rest, forgiving=forgiving):
            if base:
                yield StreetName(direction, _long_forms(base), suffix)


def _directions(
    typed: Sequence[str], *, forgiving: bool
) -> Iterator[tuple[str, Sequence[str]]]:
    yield "", typed
    if typed and typed[0] in DIRECTIONS:
        yield DIRECTIONS[typed[0]], typed[1:]
    if typed and typed[-1] in DIRECTIONS:
        yield DIRECTIONS[typed[-1]], typed[:-1]
    if forgiving and len(typed) > 1 and _nearly(typed[0], DIRECTIONS):
        yield ANY, typed[1:]


def _suffixes(rest: Sequence[str], *, forgiving: bool) -> Iterator[tuple[str, Sequence[str]]]:
    yield "", rest
    if rest and rest[-1] in SUFFIXES:
        yield SUFFIXES[rest[-1]], rest[:-1]
    elif forgiving and len(rest) > 1 and _nearly(rest[-1], SUFFIXES):
        yield ANY, rest[:-1]


def _nearly(word: str, spellings: Mapping[str, str]) -> bool:
    return any(one_error_apart(word, spelling) for spelling in spellings)


def _long_forms(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        word
        for part in parts
        for word in (_LONG_FORMS.get(part) or _without_ordinal(part)).split()
    )


def _without_ordinal(word: str) -> str:
    match = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    return match[1] if match else word
