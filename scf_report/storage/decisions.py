"""What a person has decided about a delivery of which nothing could be proved, and who that was."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import State
from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.outbox import outbox

decisions = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("upstream_id", sa.String(200)),
    sa.Index("ix_decision_outbox_id", "outbox_id"),
)


class Decisions:
    """Decides, and keeps each decision with its row, since one may be undecided several times."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self.endpoint = database, endpoint

    def decide(self, outbox_id: str, upstream_id: str | None, by: str) -> bool:
        """Settle an undecided row as accepted under this number, or queue it again without one.

        False when it is not undecided (any more): nothing is changed or kept then.
        """
        accepted = upstream_id is not None
        with self._database.write() as connection:
            now = self._database.now(connection)
            changed = connection.execute(
                outbox.update()
                .where(outbox.c.id == outbox_id, outbox.c.state == State.UNDECIDED.value)
                .values(
                    state=(State.ACCEPTED if accepted else State.QUEUED).value,
                    due=None if accepted else now,
                    settled_at=now if accepted else None,
                    upstream_id=upstream_id,
                )
            )
            if changed.rowcount != 1:
                return False
            connection.execute(
                decisions.insert().values(
                    endpoint=self.endpoint,
                    outbox_id=outbox_id,
                    at=now,
                    by=by,
                    upstream_id=upstream_id,
                )
            )
        return True

    def of(self, outbox_ids: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return the decisions about these rows by their ids, the oldest first.

        Each has ``at``, ``by``, and ``upstream_id``, None for "not there".
        """
        query = (
            sa.select(decisions)
            .where(decisions.c.outbox_id.in_(outbox_ids))
            .order_by(decisions.c.id)
        )
        found: dict[str, list[Mapping[str, Any]]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query).mappings():
                kept = {name: row[name] for name in ("at", "by", "upstream_id")}
                found.setdefault(row["outbox_id"], []).append(kept)
        return found

    def holder(self, upstream_id: str) -> str | None:
        """Return the reference of the delivery that has this number already, if one has it."""
        query = (
            sa.select(outbox.c.reference)
            .where(outbox.c.endpoint == self.endpoint, outbox.c.upstream_id == upstream_id)
            .limit(1)
        )
        with self._database.read() as connection:
            reference: str | None = connection.execute(query).scalar()
        return reference
