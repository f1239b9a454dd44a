"""Finds landmarks by typed words."""

from collections.abc import Iterable, Mapping, Sequence

from scf_report.geo.fit import Fit
from scf_report.geo.typos import Vocabulary
from scf_report.geo.words import words

UNSPOKEN = frozenset({"the", "of", "and", "at", "in"})
"""Words that people leave out or get wrong."""


class LandmarkIndex:
    """The landmarks of one city, by the words of their labels."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._words = [_telling(words(label)) for label in labels]
        self._vocabulary = Vocabulary(word for known in self._words for word in known)

    def find(self, typed: Sequence[str], *, forgiving: bool) -> Mapping[int, Fit]:
        """Find the landmarks whose label has all the typed words, by their place in the list."""
        wanted = _telling(typed)
        if not wanted:
            return {}
        choices = [
            {word, *(self._vocabulary.near(word) if forgiving else ())} for word in wanted
        ]
        return {
            i: self._fit(wanted, known)
            for i, known in enumerate(self._words)
            if all(known & choice for choice in choices)
        }

    @staticmethod
    def _fit(wanted: frozenset[str], known: frozenset[str]) -> Fit:
        if wanted == known:
            return Fit.FULL
        return Fit.SOME_WORDS if wanted < known else Fit.FORGIVEN


def _telling(typed: Iterable[str]) -> frozenset[str]:
    return frozenset(typed) - UNSPOKEN
