"""Forgives one typing error a word."""

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 3
"""In shorter words every other word is one error away."""


def one_error_apart(one: str, other: str) -> bool:
    """Tell whether a letter added, left out or replaced, or two swapped, lead from one to the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) == 2 and len(other) == 2:
        return one == other[::-1]
    return max(len(one), len(other)) == 1


class Vocabulary:
    """Known words, to be found in spite of one typing error.

    Two words one error apart are equal after leaving out at most one letter of each, so an
    index of all such rests finds them without comparing every word.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(known)):
            # A number with a wrong digit is another number, not a misspelled one.
            if not word.isdecimal():
                for rest in _rests(word):
                    self._by_rest[rest].append(word)

    def near(self, word: str) -> list[str]:
        """List the known words one error apart; none for short words and numbers."""
        if len(word) < SHORTEST or word.isdecimal():
            return []
        candidates = {known for rest in _rests(word) for known in self._by_rest.get(rest, ())}
        return sorted(known for known in candidates if one_error_apart(word, known))


def _rests(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
