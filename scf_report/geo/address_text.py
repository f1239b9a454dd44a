"""Takes typed text apart: what follows the address, the two streets of a crossing, the number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from scf_report.geo.typos import one_error_apart
from scf_report.geo.words import MARKS, only_words

_BETWEEN = frozenset({"&", "/", "@", "+", "and", "at", "y"})
"""What stands between two streets; "y" is Spanish."""
_LEAD_IN = frozenset({"the", "corner", "intersection", "of", "esquina", "de"})
"""What people say before a crossing."""
_COUNTRY = frozenset({"usa", "us", "estados", "unidos"})
_LONGEST_NUMBER = 5

_POST_CODE = (4, 5)
"""Digits of a ZIP code and of its extension."""

Words = list[str]
Tails = Mapping[tuple[str, ...], str]
"""What may follow an address, as words, with the district it names ("" for city and state)."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to read typed text. ``district``: the neighborhood or town named after the address."""

    tokens: Words
    district: str = ""


def variants(tokens: Sequence[str], tails: Tails) -> list[Variant]:
    """List the ways to read text: as it is, without city and post code, only up to the comma.

    Variants keep their marks but commas, and none is empty.
    """
    shortened, district = _without_tail(tokens, tails)
    tried = [Variant(list(tokens)), Variant(shortened, district)]
    if "," in tokens:
        tried.append(Variant(list(tokens[: tokens.index(",")]), district))
    result: list[Variant] = []
    for variant in tried:
        kept = [token for token in variant.tokens if token not in (",", ";")]
        if only_words(kept) and all(kept != other.tokens for other in result):
            result.append(Variant(kept, variant.district))
    return result


def sides(tokens: Sequence[str], *, forgiving: bool) -> Iterator[tuple[Words, Words]]:
    """List the ways to read typed words as two streets that cross; ``forgiving``: "N Damen abd Milwaukee"."""
    for i, token in enumerate(tokens):
        first, second = _without_lead_in(tokens[:i]), only_words(tokens[i + 1 :])
        between = token in _BETWEEN or (forgiving and one_error_apart(token, "and"))
        if between and first and second:
            yield first, second


def house_number(tokens: Sequence[str]) -> tuple[int, Words] | None:
    """Split off a leading house number ("1200", "1200a"); None if there is none or nothing follows."""
    parts = only_words(tokens)
    if len(parts) < 2:
        return None
    digits = parts[0][:-1] if parts[0][-1:].isalpha() else parts[0]
    if not digits.isdecimal() or len(digits) > _LONGEST_NUMBER or int(digits) == 0:
        return None
    return int(digits), parts[1:]


def _without_lead_in(tokens: Sequence[str]) -> Words:
    return list(dropwhile(_LEAD_IN.__contains__, only_words(tokens)))


def _without_tail(tokens: Sequence[str], tails: Tails) -> tuple[Words, str]:
    """Drop city, state, post code and country from the end, but never the first word."""
    rest, district = list(tokens), ""
    while len(rest) > 1 and (length := _tail_length(rest, tails)):
        district = tails.get(tuple(rest[-length:]), "") or district
        del rest[-length:]
    return rest, district


def _tail_length(rest: Sequence[str], tails: Tails) -> int:
    last = rest[-1]
    if last in MARKS or last in _COUNTRY or (last.isdecimal() and len(last) in _POST_CODE):
        return 1
    lengths = (len(name) for name in tails if tuple(rest[-len(name) :]) == name)
    return max((length for length in lengths if length < len(rest)), default=0)
