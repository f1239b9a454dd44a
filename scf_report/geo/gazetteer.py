"""A geocoder that works from plain files, without a network: one city, or several."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scf_report.domain.geography import FoundPlace, NearPlace, Point, Sureness
from scf_report.geo.city_file import read_city
from scf_report.geo.districts import Districts
from scf_report.geo.geocoder import RESULT_LIMIT, Geocoder
from scf_report.geo.place_naming import PlaceNaming
from scf_report.geo.place_search import PlaceSearch

PLACES_FILE = "places.json"
_ORDER = list(Sureness)


@dataclass(frozen=True, slots=True)
class _Loaded:
    search: PlaceSearch
    naming: PlaceNaming


class Gazetteer:
    """The names of one city. The file is read on first use; any number of threads may ask.

    The first use raises OSError or ValueError when the file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / PLACES_FILE
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def search(self, text: str, limit: int = RESULT_LIMIT) -> tuple[FoundPlace, ...]:
        """Find addresses, crossings, streets and landmarks."""
        return self._names().search.search(text, limit)

    def reverse(self, point: Point) -> NearPlace | None:
        """Return the nearest crossing, address, street or landmark."""
        return self._names().naming.reverse(point)

    def near(self, point: Point, limit: int = RESULT_LIMIT) -> tuple[NearPlace, ...]:
        """List crossings and landmarks around a point, nearest first."""
        return self._names().naming.near(point, limit)

    def _names(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                city = read_city(self._file)
                districts = Districts(city.districts)
                self._loaded = _Loaded(
                    PlaceSearch(city, districts), PlaceNaming(city, districts)
                )
            return self._loaded


class Gazetteers:
    """Several geocoders as one; none of them is a geocoder that knows nothing."""

    def __init__(self, members: Sequence[Geocoder]) -> None:
        self._members = tuple(members)

    @classmethod
    def below(cls, root: Path | None) -> "Gazetteers":
        """Take every city that has a folder with map data below ``root``."""
        files: Iterable[Path] = sorted(root.glob(f"*/{PLACES_FILE}")) if root else ()
        return cls([Gazetteer(file.parent) for file in files])

    def search(self, text: str, limit: int = RESULT_LIMIT) -> tuple[FoundPlace, ...]:
        """Find places in all of them: surest first, then in the order of the members.

        Typing errors are forgiven only when no city has what was typed.
        """
        found = [place for member in self._members for place in member.search(text, limit)]
        sure = [place for place in found if place.sureness is not Sureness.POSSIBLE]
        return tuple(sorted(sure or found, key=lambda one: _ORDER.index(one.sureness))[:limit])

    def reverse(self, point: Point) -> NearPlace | None:
        """Return the nearest thing with a name in any of them."""
        named = [near for member in self._members if (near := member.reverse(point))]
        return min(named, key=lambda near: near.meters, default=None)

    def near(self, point: Point, limit: int = RESULT_LIMIT) -> tuple[NearPlace, ...]:
        """List crossings and landmarks around a point, nearest first."""
        found = [near for member in self._members for near in member.near(point, limit)]
        return tuple(sorted(found, key=lambda near: near.meters)[:limit])
