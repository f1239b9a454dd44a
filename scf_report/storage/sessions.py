"""Sessions: who is signed in, known by the hash of an id that only their browser has."""

import dataclasses
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.person import Grant, Person, SessionView
from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.sealing import SealBrokenError, Sealer

IDLE = timedelta(hours=12)
"""A session that nobody used for so long is over."""
LONGEST = timedelta(days=30)
"""And so is one that was used all the time."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly its last use is kept; writing it at every page would cost more than it tells."""

sessions = sa.Table(
    "session",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False, index=True),
    sa.Column("ends_at", Moment, nullable=False, index=True),
)

grants = sa.Table(
    "oauth_grant",
    metadata,
    sa.Column(
        "session_hash", sa.ForeignKey("session.hash", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("person_id", sa.String(200), nullable=False),
    sa.Column("tokens", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("refreshing_until", Moment),
    sa.Column("granted_at", Moment, nullable=False),
    sa.Index("ix_oauth_grant_person", "endpoint", "person_id"),
)
"""What lets us act for the person of a session; it goes with the session."""


class Sessions:
    """Begins, finds and ends the sessions of one endpoint."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def begin(self, person: Person, grant: Grant) -> str:
        """Keep who has signed in and what they granted; returns the new session's id, 192 random bits."""
        session_id = secrets.token_urlsafe(24)
        key = hash_of(session_id)
        with self._database.write() as connection:
            now = self._database.now(connection)
            connection.execute(
                sessions.insert().values(
                    hash=key,
                    endpoint=self._endpoint,
                    person=self._sealer.seal(dataclasses.asdict(person)),
                    created_at=now,
                    seen_at=now,
                    ends_at=now + LONGEST,
                )
            )
            connection.execute(
                grants.insert().values(
                    session_hash=key,
                    endpoint=self._endpoint,
                    person_id=person.id,
                    tokens=self._sealer.seal(grant_to_plain(grant)),
                    version=1,
                    granted_at=now,
                )
            )
        return session_id

    def find(self, session_id: str) -> SessionView | None:
        """Return who is signed in under this id, None if nobody is (any more)."""
        key = hash_of(session_id)
        query = sa.select(sessions).where(
            sessions.c.hash == key, sessions.c.endpoint == self._endpoint
        )
        with self._database.read() as connection:
            now = self._database.now(connection)
            row = connection.execute(query).mappings().first()
        if row is None or row["ends_at"] <= now or row["seen_at"] <= now - IDLE:
            return None
        try:
            person = Person(**self._sealer.open(row["person"]))
        except SealBrokenError:  # its key is gone: whoever it was signs in again
            return None
        if row["seen_at"] <= now - SEEN_EVERY:
            self._see(key)
        return SessionView(key, person)

    def end(self, session_id: str) -> Grant | None:
        """End a session; returns what is to be revoked, None if there was no such session."""
        key = hash_of(session_id)
        query = sa.select(grants.c.tokens).where(grants.c.session_hash == key)
        with self._database.write() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
            connection.execute(sessions.delete().where(sessions.c.hash == key))
        try:
            return grant_from_plain(self._sealer.open(sealed)) if sealed else None
        except SealBrokenError:
            return None

    def _see(self, key: str) -> None:
        with self._database.write() as connection:
            seen = {"seen_at": self._database.now(connection)}
            connection.execute(sessions.update().where(sessions.c.hash == key).values(**seen))


def purge_sessions(connection: sa.Connection, now: datetime) -> None:
    """Delete the sessions that are over, with what was granted to them."""
    over = sa.or_(sessions.c.ends_at <= now, sessions.c.seen_at <= now - IDLE)
    connection.execute(sessions.delete().where(over))


def hash_of(secret: str) -> str:
    """Hash a random secret, so that whoever reads the database cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def grant_to_plain(grant: Grant) -> dict[str, Any]:
    """Write a grant as a JSON object, to be sealed."""
    plain = dataclasses.asdict(grant)
    return {**plain, "expires_at": grant.expires_at and grant.expires_at.isoformat()}


def grant_from_plain(plain: Mapping[str, Any]) -> Grant:
    """Read a grant as it was written."""
    end = plain["expires_at"]
    return Grant(**{**plain, "expires_at": datetime.fromisoformat(end) if end else None})
