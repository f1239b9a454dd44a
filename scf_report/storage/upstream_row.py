"""The row of one upstream host: its calls, its pause, its health. One table for all processes."""

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, Row, metadata

upstreams = sa.Table(
    "upstream",
    metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("starts", sa.Text, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", Moment),
)

_ROW = sa.select(upstreams).where(upstreams.c.host == sa.bindparam("host"))


class UpstreamRow:
    """Reads, locks and changes the row, which is made when it is first locked."""

    def __init__(self, database: Database, host: str, endpoint: str) -> None:
        self.database, self.host, self._endpoint = database, host, endpoint

    def read(self, connection: sa.Connection) -> Row | None:
        """Return the row as it is, None before the first call."""
        return connection.execute(_ROW, {"host": self.host}).mappings().first()

    def lock(self, connection: sa.Connection) -> Row:
        """Return the row, which nobody else changes until this transaction ends."""
        query = sa.select(upstreams).where(upstreams.c.host == self.host).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            new = {
                "host": self.host,
                "endpoint": self._endpoint,
                "starts": "[]",
                "failures": 0,
            }
            self.database.insert_if_absent(connection, upstreams, new)
            row = connection.execute(query).mappings().one()
        return row

    def change(self, connection: sa.Connection, **values: object) -> None:
        """Change the row, which has been locked."""
        connection.execute(
            upstreams.update().where(upstreams.c.host == self.host).values(**values)
        )
