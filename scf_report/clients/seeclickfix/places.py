"""Reading the areas that SeeClickFix knows by name (upstream.md 2.1, ``place_url``; documented examples)."""

from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.values import point, text
from scf_report.clients.seeclickfix.values import Record, identity, inner, listed, read_record
from scf_report.clients.transport import Answer
from scf_report.domain.geography import Place, Point


def read_place(answer: Answer) -> Place:
    """Read GET places/{id}. Raises UnreadableError."""
    found = _place(read_record(answer))
    if found is None:
        raise UnreadableError("a place without a number")
    return found


def read_places(answer: Answer) -> tuple[Place, ...]:
    """Read GET places, in its own order: nearest first. Raises UnreadableError."""
    record = read_record(answer)
    if not isinstance(record.get("places"), list):
        raise UnreadableError("no list of places")
    return tuple(place for each in listed(record, "places") if (place := _place(each)))


def _place(record: Record) -> Place | None:
    number = identity(record.get("id"))
    if number is None:
        return None
    return Place(
        id=number,
        name=text(record.get("name")),
        url_name=text(record.get("url_name")),
        kind=text(record.get("place_type")),
        center=_center(inner(record, "center")),
    )


def _center(record: Record) -> Point | None:
    """Read a GeoJSON point, which begins with the longitude (RFC 7946 section 3.1.1)."""
    match record.get("coordinates"):
        case [longitude, latitude, *_]:
            return point(latitude, longitude)
        case _:
            return None
