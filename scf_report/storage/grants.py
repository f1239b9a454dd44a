"""What people have granted: their tokens, and who is renewing them just now."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from scf_report.domain.person import Grant
from scf_report.storage.database import Database
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.sessions import grant_from_plain, grant_to_plain, grants, sessions

REFRESH_LEASE = timedelta(seconds=20)
"""Twice as long as the call may take; then whoever renewed is taken for dead."""


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant with its place: the session's hash, and how often it was renewed."""

    key: str
    version: int
    grant: Grant


class StoredGrants:
    """Keeps the grants of one endpoint. Each version of one is renewed by one caller at a time."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def newest(self, person_id: str) -> StoredGrant | None:
        """Return the person's latest grant; what cannot be opened any more counts as none."""
        query = (
            sa.select(grants)
            .where(grants.c.endpoint == self._endpoint, grants.c.person_id == person_id)
            .order_by(grants.c.granted_at.desc(), grants.c.session_hash)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        for row in rows:
            try:
                grant = grant_from_plain(self._sealer.open(row["tokens"]))
            except SealBrokenError:
                continue
            return StoredGrant(row["session_hash"], row["version"], grant)
        return None

    def begin_refresh(self, stored: StoredGrant) -> bool:
        """Claim the renewal of this very version; False while somebody else has it, or has done it."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            free = sa.or_(grants.c.refreshing_until.is_(None), grants.c.refreshing_until <= now)
            return self._change(connection, stored, free, refreshing_until=now + REFRESH_LEASE)

    def replace(self, stored: StoredGrant, fresh: Grant) -> None:
        """Keep what the renewal gave, under the next version."""
        with self._database.write() as connection:
            self._change(
                connection,
                stored,
                sa.true(),
                tokens=self._sealer.seal(grant_to_plain(fresh)),
                version=stored.version + 1,
                refreshing_until=None,
            )

    def give_back(self, stored: StoredGrant) -> None:
        """Let others try the renewal that has failed."""
        with self._database.write() as connection:
            self._change(connection, stored, sa.true(), refreshing_until=None)

    def drop(self, stored: StoredGrant) -> None:
        """End the session whose grant is over, unless it was renewed meanwhile."""
        same = sa.select(grants.c.session_hash).where(
            grants.c.session_hash == stored.key, grants.c.version == stored.version
        )
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.hash.in_(same)))

    def _change(
        self,
        connection: sa.Connection,
        stored: StoredGrant,
        condition: sa.ColumnElement[bool],
        **values: object,
    ) -> bool:
        query = grants.update().where(
            grants.c.session_hash == stored.key,
            grants.c.version == stored.version,
            condition,
        )
        return connection.execute(query.values(**values)).rowcount == 1
