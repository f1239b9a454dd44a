"""Which issues a list of APIv2 has, and in which order (upstream.md 2.1)."""

import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from scf_report.sandbox import reading, records
from scf_report.sandbox.api.answers import refusal
from scf_report.sandbox.api.request_types import OTHER, point
from scf_report.sandbox.cities import CITIES, GENERIC

DEFAULT_STATUSES = "open,acknowledged,closed"
FEWEST, USUAL, MOST, MOST_WITHOUT_ACCOUNT = 10, 20, 100, 20
"""Issues on a page: at least, without ``per_page``, at most, at most with details or no account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a list; None means that nothing does."""

    now: float
    reporter: int | None = None
    """Only what this account reported, private reports too, anonymous ones too."""
    statuses: str | None
    organization: int | None = None
    """Whose area the issues are in; 0 for a place that does not exist."""
    codes: str | None = None
    words: str | None = None
    """JSON list of words, each of which stands in the title or the text."""
    south: float | None = None
    north: float | None = None
    west: float | None = None
    east: float | None = None
    after: float | None = None
    before: float | None = None
    updated_after: float | None = None
    lat: float = 0.0
    lng: float = 0.0
    shrink: float = 1.0
    """A degree of longitude beside one of latitude, where distances are measured."""


_WHERE = f"""
FROM reports
WHERE (hidden = '' OR (hidden = 'private' AND :reporter IS NOT NULL))
  AND listed_from <= :now AND numbered_at <= :now
  AND (:reporter IS NULL OR reporter = :reporter)
  AND (:statuses IS NULL OR CASE
        WHEN closed IS NULL AND seen THEN 'acknowledged'
        WHEN closed IS NULL THEN 'open'
        WHEN closed > :now - {records.ARCHIVED_AFTER} THEN 'closed'
        ELSE 'archived' END IN (SELECT value FROM json_each(:statuses)))
  AND (:organization IS NULL OR organization_id = :organization)
  AND (:codes IS NULL OR CAST(service_code AS TEXT) IN (SELECT value FROM json_each(:codes)))
  AND (:south IS NULL OR (lat BETWEEN :south AND :north AND long BETWEEN :west AND :east))
  AND (:after IS NULL OR requested >= :after)
  AND (:before IS NULL OR requested <= :before)
  AND (:updated_after IS NULL OR updated >= :updated_after)
  AND (:words IS NULL OR NOT EXISTS (
        SELECT 1 FROM json_each(:words)
        WHERE instr(lower(coalesce(summary, '') || ' ' || description), lower(value)) = 0))
"""  # noqa: S608 - only our own number is put in
_ORDERS = {
    "created_at": "requested",
    "updated_at": "updated",
    "rating": "(SELECT count(*) FROM votes WHERE votes.report = reports.id)",
    "distance": "(lat - :lat) * (lat - :lat) + (long - :lng) * (long - :lng) * :shrink * :shrink",
}


def filters(args: Mapping[str, str], now: float) -> Filters:
    """Read what narrows a list. Raises RefusedError with 400 for times that cannot be read."""
    lat, lng = point(args) or (0.0, 0.0)
    south, west, north, east = (
        reading.decimal(args.get(name, ""))
        for name in ("min_lat", "min_lng", "max_lat", "max_lng")
    )
    whole_box = None not in (south, west, north, east)
    codes = args.get("request_types", "").replace(OTHER, str(GENERIC.code))
    searched = args.get("search", "").split()
    return Filters(
        now=now,
        statuses=reading.words({"status": args.get("status") or DEFAULT_STATUSES}, "status"),
        organization=_organization(args.get("place_url", "")),
        codes=reading.words({"codes": codes}, "codes"),
        words=json.dumps(searched) if searched else None,
        south=south if whole_box else None,
        west=west,
        north=north,
        east=east,
        after=_time(args, "after"),
        before=_time(args, "before"),
        updated_after=_time(args, "updated_at_after"),
        lat=lat,
        lng=lng,
        shrink=math.cos(math.radians(lat)),
    )


def own(person: int, now: float) -> Filters:
    """Ask for everything that a person reported."""
    return Filters(now=now, reporter=person, statuses=None)


def count(db: sqlite3.Connection, wanted: Filters) -> int:
    """Count the issues of the list."""
    found: int = db.execute(f"SELECT count(*) {_WHERE}", asdict(wanted)).fetchone()[0]
    return found


def page(
    db: sqlite3.Connection, wanted: Filters, args: Mapping[str, str], skip: int, length: int
) -> list[records.Record]:
    """Read one page in the order that ``sort`` and ``sort_direction`` ask for."""
    sort = args.get("sort", "created_at")
    order = _ORDERS.get(sort, _ORDERS["created_at"])
    direction = args.get("sort_direction", "ASC" if sort == "distance" else "DESC").upper()
    turn = "ASC" if direction == "ASC" else "DESC"
    rows = db.execute(
        f"SELECT * {_WHERE} ORDER BY {order} {turn}, id {turn} LIMIT :length OFFSET :skip",
        asdict(wanted) | {"length": length, "skip": skip},
    )
    return records.from_rows(rows)


def page_length(args: Mapping[str, str], *, with_account: bool) -> int:
    """Read ``per_page``, which is moved into its bounds and never refused."""
    wanted = _whole(args.get("per_page", ""), USUAL)
    bounded = args.get("details") == "true" or not with_account
    most = MOST_WITHOUT_ACCOUNT if bounded else MOST
    return min(max(wanted, FEWEST), most)


def page_number(args: Mapping[str, str]) -> int:
    """Read ``page``, from 1."""
    return _whole(args.get("page", ""), 1)


def _organization(place_url: str) -> int | None:
    if not place_url:
        return None
    return next((city.id for city in CITIES.values() if city.folder == place_url), 0)


def _whole(text: str, default: int) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else 0
    return number or default


def _time(args: Mapping[str, str], name: str) -> float | None:
    text = args.get(name)
    if not text:
        return None
    moment = reading.zoned(text)
    if moment is None:
        raise refusal(400, f"{name} must be a timestamp in ISO 8601 format.")
    return moment.timestamp()
