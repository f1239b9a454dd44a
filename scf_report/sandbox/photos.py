"""Photos that came with reports: kept in the sandbox's file, served below ``/media``."""

import hashlib
import sqlite3
from dataclasses import dataclass

LARGEST = 20 * 1024 * 1024
"""Bytes of one picture (upstream.md 2.2)."""
_KINDS = {
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"\x89PNG": ("png", "image/png"),
    b"GIF8": ("gif", "image/gif"),
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture, named by its content."""

    name: str
    content_type: str
    data: bytes


def read_photo(data: bytes) -> Photo | None:
    """Judge a picture by its first bytes; None if it is no PNG, JPEG or GIF, or too large."""
    if len(data) > LARGEST:
        return None
    for start, (suffix, content_type) in _KINDS.items():
        if data.startswith(start):
            return Photo(
                f"{hashlib.sha256(data).hexdigest()[:40]}.{suffix}", content_type, data
            )
    return None


def keep_photo(db: sqlite3.Connection, photo: Photo) -> str:
    """Store it and return its path below the sandbox's root."""
    db.execute(
        "INSERT OR IGNORE INTO photos VALUES (?, ?, ?)",
        (photo.name, photo.content_type, photo.data),
    )
    return f"/media/{photo.name}"


def find_photo(db: sqlite3.Connection, name: str) -> Photo | None:
    """Return the photo of this name."""
    row = db.execute("SELECT * FROM photos WHERE name = ?", (name,)).fetchone()
    return Photo(**dict(row)) if row else None
