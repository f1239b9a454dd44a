"""Finds streets by typed words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scf_report.geo.fit import Fit
from scf_report.geo.street_name import StreetName, read_name, readings
from scf_report.geo.typos import Vocabulary

Streets = Mapping[int, Fit]
"""Found streets by their place in the list, with how well they fit."""


class StreetIndex:
    """The streets of one city, by their names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [read_name(name) for name in names]
        self._by_key: dict[str, set[int]] = defaultdict(set)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for i, name in enumerate(self._names):
            self._by_key[name.key].add(i)
            for word in name.base:
                self._by_word[word].add(i)
        self._keys = Vocabulary(self._by_key)
        self._words = Vocabulary(self._by_word)

    def find(self, typed: Sequence[str], *, forgiving: bool) -> Streets:
        """Find the streets that typed words may mean; ``forgiving``: in spite of an error."""
        found: dict[int, Fit] = {}
        for reading in readings(typed, forgiving=forgiving):
            for i, fit in self._for_reading(reading, forgiving=forgiving):
                found[i] = min(fit, found.get(i, fit))
        return found

    def _for_reading(self, reading: StreetName, *, forgiving: bool) -> list[tuple[int, Fit]]:
        named = [
            (i, _compare(reading, self._names[i])) for i in self._by_key.get(reading.key, ())
        ]
        some = [
            (i, max(Fit.SOME_WORDS, _compare(reading, self._names[i])))
            for i in self._with_words([word] for word in reading.base)
        ]
        if not forgiving:
            return [(i, fit) for i, fit in (*named, *some) if fit is not Fit.FORGIVEN]
        near = self._with_words([word, *self._near(word)] for word in reading.base)
        near.update(i for key in self._keys.near(reading.key) for i in self._by_key[key])
        return [*named, *some, *((i, Fit.FORGIVEN) for i in near)]

    def _with_words(self, choices: Iterable[Sequence[str]]) -> set[int]:
        """Find streets whose name has, for each typed word, one of its choices."""
        hits = [
            set[int]().union(*(self._by_word.get(word, ()) for word in words))
            for words in choices
        ]
        return set.intersection(*hits)

    def _near(self, word: str) -> list[str]:
        garbled_ordinal = re.fullmatch(r"(\d+)[a-z]{1,3}", word)
        return [garbled_ordinal[1]] if garbled_ordinal else self._words.near(word)


def _compare(typed: StreetName, known: StreetName) -> Fit:
    """Compare direction and suffix of two names that have the same name proper."""
    fit = Fit.FULL
    for ours, theirs in ((typed.direction, known.direction), (typed.suffix, known.suffix)):
        if ours and ours != theirs:
            return Fit.FORGIVEN
        if not ours and theirs:
            fit = Fit.PARTIAL
    return fit
