"""What the application asks of a geocoder, whoever answers."""

from typing import Protocol

from scf_report.domain.geography import FoundPlace, NearPlace, Point

RESULT_LIMIT = 8
"""As many answers as a person reads through."""


class Geocoder(Protocol):
    """Finds places by words and words for places. Never raises for what somebody typed."""

    def search(self, text: str, limit: int = RESULT_LIMIT) -> tuple[FoundPlace, ...]:
        """Find places for what was typed, best first; () when nothing fits."""
        ...

    def reverse(self, point: Point) -> NearPlace | None:
        """Return the nearest thing with a name; None where the geocoder knows nothing."""
        ...

    def near(self, point: Point, limit: int = RESULT_LIMIT) -> tuple[NearPlace, ...]:
        """List crossings and landmarks around a point, nearest first."""
        ...
