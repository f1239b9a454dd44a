"""A report as the city holds it, and the questions that are asked of the stored ones."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields

from scf_report.sandbox.geometry import box, distance_m

ARCHIVED_AFTER = 7 * 86_400
"""Seconds after closing at which an issue is archived (upstream.md 2.4)."""
DUPLICATE_M, DUPLICATE_SECONDS = 30, 3_600
"""Same type and text within this distance and time count as one report (design section 8)."""

Answers = Mapping[str, str | list[str]]
"""Text, a key, or several keys, by attribute code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One stored report. Times are POSIX seconds."""

    id: int | None = None
    organization_id: int | None
    service_code: int
    description: str
    lat: float
    long: float
    address: str | None
    requested: float
    updated: float
    closed: float | None = None
    status_notes: str | None = None
    hidden: str = ""
    """Why the public does not see it: ``private``, ``moderated``, or nothing."""
    listed_from: float
    """When lists begin to have it."""
    token: str | None = None
    numbered_at: float
    """When its token (batch services) can be exchanged for its number."""
    media_url: str | None = None
    """A photo of ours as ``/media/…``, or the address that was sent."""
    answers: Answers
    fields: tuple[tuple[str, str], ...] = ()
    """The form as it was received."""
    seed: int | None = None
    """Which seeded issue it is, if it is one."""
    summary: str | None = None
    """The title; None for a report that came over Open311, which is called as its type."""
    reporter: int | None = None
    """The account of who reported; None for a guest."""
    anonymous: bool = False
    """The public is not told who reported."""
    acknowledged: float | None = None
    seen: bool = False
    """It was acknowledged, and not reopened since."""
    last_closed: float | None = None
    """When it was closed before it was reopened."""
    reopened: float | None = None

    @property
    def status(self) -> str:
        """The status in the standard's two words: an archived report reads ``closed``."""
        return "open" if self.closed is None else "closed"

    def state(self, now: float) -> str:
        """Return APIv2's word: ``Open``, ``Acknowledged``, ``Closed`` or ``Archived``."""
        if self.closed is not None:
            return "Closed" if self.closed > now - ARCHIVED_AFTER else "Archived"
        return "Acknowledged" if self.seen else "Open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which public reports a list has; None means every one. Order: newest first."""

    now: float
    organization_id: int | None = None
    ids: str | None = None
    """JSON list of numbers as text."""
    codes: str | None = None
    """JSON list of service codes as text."""
    statuses: str | None = None
    """JSON list of ``open``, ``closed`` (until archived) and ``archived``."""
    south: float | None = None
    north: float | None = None
    west: float | None = None
    east: float | None = None
    start: float | None = None
    end: float | None = None
    length: int = 50
    skip: int = 0


_LIST = f"""
SELECT * FROM reports
WHERE hidden = '' AND listed_from <= :now
  AND (:organization_id IS NULL OR organization_id = :organization_id)
  AND (:ids IS NULL OR CAST(id AS TEXT) IN (SELECT value FROM json_each(:ids)))
  AND (:codes IS NULL OR CAST(service_code AS TEXT) IN (SELECT value FROM json_each(:codes)))
  AND (:south IS NULL OR (lat BETWEEN :south AND :north AND long BETWEEN :west AND :east))
  AND (:start IS NULL OR requested >= :start)
  AND (:end IS NULL OR requested <= :end)
  AND (:statuses IS NULL OR CASE
        WHEN closed IS NULL THEN 'open'
        WHEN closed > :now - {ARCHIVED_AFTER} THEN 'closed'
        ELSE 'archived' END IN (SELECT value FROM json_each(:statuses)))
ORDER BY requested DESC, id DESC LIMIT :length OFFSET :skip
"""  # noqa: S608 - only our own number is put in
_STATUS = (
    "id",
    "updated",
    "closed",
    "status_notes",
    "acknowledged",
    "seen",
    "last_closed",
    "reopened",
)


_NAMES = [each.name for each in fields(Record)]
_INSERT = f"INSERT INTO reports ({', '.join(_NAMES)}) VALUES (:{', :'.join(_NAMES)})"  # noqa: S608


def insert(db: sqlite3.Connection, record: Record) -> int:
    """Store a new report and return its number."""
    values = asdict(record) | {
        "answers": json.dumps(record.answers),
        "fields": json.dumps(record.fields),
    }
    cursor = db.execute(_INSERT, values)
    number = cursor.lastrowid
    assert number is not None  # noqa: S101 - an INSERT that did not raise has one
    return number


def listed(db: sqlite3.Connection, query: Query) -> list[Record]:
    """Return one page of public reports."""
    return from_rows(db.execute(_LIST, asdict(query)))


def public(db: sqlite3.Connection, number: int, now: float) -> Record | None:
    """Return the public report with this number, listed yet or not; None if there is none."""
    row = db.execute(
        "SELECT * FROM reports WHERE id = ? AND hidden = '' AND numbered_at <= ?", (number, now)
    ).fetchone()
    return _record(row) if row else None


def by_number(db: sqlite3.Connection, number: int, now: float) -> Record | None:
    """Return the report with this number, hidden or not; None if there is none."""
    row = db.execute(
        "SELECT * FROM reports WHERE id = ? AND numbered_at <= ?", (number, now)
    ).fetchone()
    return _record(row) if row else None


def from_rows(rows: Iterable[sqlite3.Row]) -> list[Record]:
    """Read rows of the table ``reports``."""
    return [_record(row) for row in rows]


def touch(db: sqlite3.Connection, number: int, at: float) -> None:
    """Remember that something about the report changed."""
    db.execute("UPDATE reports SET updated = ? WHERE id = ?", (at, number))


def change_status(db: sqlite3.Connection, record: Record) -> None:
    """Store what closing, reopening and acknowledging change."""
    db.execute(
        "UPDATE reports SET updated = :updated, closed = :closed, status_notes = :status_notes,"
        " acknowledged = :acknowledged, seen = :seen, last_closed = :last_closed,"
        " reopened = :reopened WHERE id = :id",
        {name: getattr(record, name) for name in _STATUS},
    )


def by_token(db: sqlite3.Connection, token: str) -> Record | None:
    """Return the report that was answered with this token."""
    row = db.execute("SELECT * FROM reports WHERE token = ?", (token,)).fetchone()
    return _record(row) if row else None


def received(db: sqlite3.Connection) -> Iterator[Record]:
    """Return everything that came by POST, hidden ones too, oldest first."""
    return map(_record, db.execute("SELECT * FROM reports WHERE seed IS NULL ORDER BY id"))


def is_duplicate(db: sqlite3.Connection, new: Record) -> bool:
    """Tell whether the same was reported nearby within the hour."""
    south, north, _, _ = box(new.lat, new.long, DUPLICATE_M)
    rows = db.execute(
        "SELECT lat, long FROM reports WHERE service_code = ? AND description = ? AND requested >= ?"
        " AND lat BETWEEN ? AND ?",
        (new.service_code, new.description, new.requested - DUPLICATE_SECONDS, south, north),
    )
    here = (new.lat, new.long)
    return any(distance_m(here, (row["lat"], row["long"])) <= DUPLICATE_M for row in rows)


def release(db: sqlite3.Connection, number: int | None) -> None:
    """Release one moderated report; or all of them (None), and all comments that are held."""
    if number is None:
        db.execute("UPDATE comments SET hidden = 0")
    db.execute(
        "UPDATE reports SET hidden = '' WHERE hidden = 'moderated' AND (?1 IS NULL OR id = ?1)",
        (number,),
    )


def _record(row: sqlite3.Row) -> Record:
    values = dict(row)
    fields = tuple((name, value) for name, value in json.loads(values["fields"]))
    read = {
        "answers": json.loads(values["answers"]),
        "fields": fields,
        "anonymous": bool(values["anonymous"]),
        "seen": bool(values["seen"]),
    }
    return Record(**values | read)
