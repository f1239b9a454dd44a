"""What people say and do about an issue, as it is kept: comments, votes, follows, flags."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment that everybody sees. ``person`` is None where the organization's system wrote."""

    id: int
    report: int
    person: int | None
    text: str
    at: float
    media_url: str | None
    video_url: str | None


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody wants to say; None where the organization's system speaks."""

    person: int | None
    text: str
    media_url: str | None = None
    video_url: str | None = None


def add_comment(
    db: sqlite3.Connection, report: int, new: NewComment, at: float, *, hidden: bool = False
) -> Comment:
    """Keep a comment; a hidden one waits for release."""
    values = (report, new.person, new.text, at, new.media_url, new.video_url)
    cursor = db.execute(
        "INSERT INTO comments (report, person, text, at, media_url, video_url, hidden)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, hidden),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT that did not raise has one
    return Comment(cursor.lastrowid, *values)


def comments(db: sqlite3.Connection, report: int) -> list[Comment]:
    """Return an issue's comments, oldest first."""
    rows = db.execute(
        "SELECT id, report, person, text, at, media_url, video_url FROM comments"
        " WHERE report = ? AND NOT hidden ORDER BY id",
        (report,),
    )
    return [Comment(**dict(row)) for row in rows]


def comment_report(db: sqlite3.Connection, number: int) -> int | None:
    """Return the number of the issue that has this comment; None if nobody can see it."""
    row = db.execute(
        "SELECT report FROM comments WHERE id = ? AND NOT hidden", (number,)
    ).fetchone()
    return row["report"] if row else None


_ADD = {
    "votes": "INSERT OR IGNORE INTO votes VALUES (?, ?, ?)",
    "follows": "INSERT OR IGNORE INTO follows VALUES (?, ?, ?)",
}
_DROP = {
    "votes": "DELETE FROM votes WHERE report = ? AND person = ?",
    "follows": "DELETE FROM follows WHERE report = ? AND person = ?",
}
_TIMES = {
    "votes": "SELECT at FROM votes WHERE report = ? ORDER BY at",
    "follows": "SELECT at FROM follows WHERE report = ? ORDER BY at",
}
_HAS = {
    "votes": "SELECT 1 FROM votes WHERE report = ? AND person = ?",
    "follows": "SELECT 1 FROM follows WHERE report = ? AND person = ?",
}


def add(db: sqlite3.Connection, kind: str, report: int, person: int, at: float) -> bool:
    """Keep a vote (``votes``) or a follow (``follows``); False if there was one already."""
    return db.execute(_ADD[kind], (report, person, at)).rowcount == 1


def drop(db: sqlite3.Connection, kind: str, report: int, person: int) -> bool:
    """Take a vote or follow back; False if there was none."""
    return db.execute(_DROP[kind], (report, person)).rowcount == 1


def times(db: sqlite3.Connection, kind: str, report: int) -> list[float]:
    """Tell when an issue got its votes or follows, in POSIX seconds."""
    return [row["at"] for row in db.execute(_TIMES[kind], (report,))]


def has(db: sqlite3.Connection, kind: str, report: int, person: int) -> bool:
    """Tell whether the person voted for the issue or follows it."""
    return db.execute(_HAS[kind], (report, person)).fetchone() is not None


def flag(db: sqlite3.Connection, values: Iterable[object]) -> None:
    """Keep that something was flagged: issue, comment or None, person, message, time."""
    db.execute("INSERT INTO flags VALUES (?, ?, ?, ?, ?)", tuple(values))
