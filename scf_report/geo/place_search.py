"""Searches one city's names for what was typed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scf_report.domain.geography import FoundPlace, PlaceKind, Point, Sureness, distance_m
from scf_report.geo.address_text import house_number, sides, variants
from scf_report.geo.city_file import City
from scf_report.geo.districts import Districts
from scf_report.geo.fit import Fit
from scf_report.geo.landmark_index import LandmarkIndex
from scf_report.geo.numbering import locate
from scf_report.geo.street_index import StreetIndex
from scf_report.geo.words import only_words, tokens, words

ONE_PLACE_M = 250.0
"""Answers with the same label nearer than this are one place to a reader."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    label: str
    at: Point
    kind: PlaceKind
    fit: Fit
    without_number: bool = False
    """The house number that was typed is not on this street."""


class PlaceSearch:
    """Finds addresses, crossings, streets and landmarks of one city.

    An exact reading is looked for first; only when there is none, one typing error a word and
    wrong directions and suffixes are forgiven.
    """

    def __init__(self, city: City, districts: Districts) -> None:
        self._city = city
        self._districts = districts
        self._streets = StreetIndex([street.name for street in city.streets])
        self._landmarks = LandmarkIndex([landmark.label for landmark in city.landmarks])
        self._crossings: dict[frozenset[int], list[int]] = {}
        for i, crossing in enumerate(city.crossings):
            for pair in combinations(crossing.streets, 2):
                self._crossings.setdefault(frozenset(pair), []).append(i)
        self._tails = {tuple(words(name)): name for name in districts.names}
        self._tails.update((tuple(words(name)), "") for name in (city.name, *city.also_written))

    def search(self, text: str, limit: int) -> tuple[FoundPlace, ...]:
        """Find places for typed text: surest first, then nearest to the city's center."""
        for forgiving in (False, True):
            for variant in variants(tokens(text), self._tails):
                candidates = self._narrowed(
                    list(self._read(variant.tokens, forgiving=forgiving)), variant.district
                )
                if candidates:
                    return self._ranked(candidates)[:limit]
        return ()

    def _narrowed(self, candidates: list[_Candidate], district: str) -> list[_Candidate]:
        """Keep what lies in the named district, and streets without the number only if no other has it."""
        there = [
            one for one in candidates if district and self._districts.name(one.at) == district
        ]
        kept = there or candidates
        addresses = [one for one in kept if not one.without_number]
        return addresses or kept

    def _read(self, typed: Sequence[str], *, forgiving: bool) -> Iterator[_Candidate]:
        for first, second in sides(typed, forgiving=forgiving):
            yield from self._crossings_of(first, second, forgiving=forgiving)
        numbered = house_number(typed)
        if numbered is not None:
            yield from self._addresses(*numbered, forgiving=forgiving)
        plain = only_words(typed)
        for i, fit in self._streets.find(plain, forgiving=forgiving).items():
            yield self._street(i, fit)
        for i, fit in self._landmarks.find(plain, forgiving=forgiving).items():
            landmark = self._city.landmarks[i]
            yield _Candidate(landmark.label, landmark.at, PlaceKind.LANDMARK, fit)

    def _crossings_of(
        self, first: Sequence[str], second: Sequence[str], *, forgiving: bool
    ) -> Iterator[_Candidate]:
        ones = self._streets.find(first, forgiving=forgiving)
        others = self._streets.find(second, forgiving=forgiving)
        for one, fit in ones.items():
            for other, other_fit in others.items():
                for i in self._crossings.get(frozenset((one, other)), ()):
                    crossing = self._city.crossings[i]
                    yield _Candidate(
                        crossing.label, crossing.at, PlaceKind.CROSSING, max(fit, other_fit)
                    )

    def _addresses(
        self, number: int, street_words: Sequence[str], *, forgiving: bool
    ) -> Iterator[_Candidate]:
        """Find a number on every street that may be meant; where it is not, name the street alone."""
        for i, fit in self._streets.find(street_words, forgiving=forgiving).items():
            street = self._city.streets[i]
            house = locate(street, number)
            worse = max(fit, Fit.SOME_WORDS)
            if house is None:
                yield replace(self._street(i, worse), without_number=True)
            else:
                label = f"{number} {street.name}"
                sure = fit if house.known else worse
                yield _Candidate(label, house.at, PlaceKind.ADDRESS, sure)

    def _street(self, i: int, fit: Fit) -> _Candidate:
        """Place a street at the middle of its longest piece."""
        street = self._city.streets[i]
        line = max(street.lines, key=len)
        longitude, latitude, _ = line[len(line) // 2]
        return _Candidate(street.name, Point(latitude, longitude), PlaceKind.STREET, fit)

    def _ranked(self, candidates: list[_Candidate]) -> tuple[FoundPlace, ...]:
        center = self._city.center
        ordered = sorted(candidates, key=lambda one: (one.fit, distance_m(center, one.at)))
        kept: list[_Candidate] = []
        for candidate in ordered:
            if not any(_same_place(candidate, other) for other in kept):
                kept.append(candidate)
        readings = sum(one.fit <= Fit.PARTIAL for one in kept)
        return tuple(
            FoundPlace(
                label=one.label,
                point=one.at,
                kind=one.kind,
                sureness=_sureness(one.fit, alone=readings == 1),
                district=self._districts.name(one.at),
            )
            for one in kept
        )


def _same_place(one: _Candidate, other: _Candidate) -> bool:
    return one.label == other.label and distance_m(one.at, other.at) < ONE_PLACE_M


def _sureness(fit: Fit, *, alone: bool) -> Sureness:
    if fit is Fit.FULL or (fit is Fit.PARTIAL and alone):
        return Sureness.EXACT
    return Sureness.POSSIBLE if fit is Fit.FORGIVEN else Sureness.LIKELY
