"""The entries of a report that was sent, sealed as its draft was, for as long as its personal data."""

from collections.abc import Sequence

import sqlalchemy as sa

from scf_report.storage.database import metadata
from scf_report.storage.drafts import drafts

sent_drafts = sa.Table(
    "sent_draft",
    metadata,
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)

_COPY = sent_drafts.insert().from_select(
    ["outbox_id", "endpoint", "content"],
    sa.select(drafts.c.id, drafts.c.endpoint, drafts.c.content).where(
        drafts.c.id.in_(sa.bindparam("ids", expanding=True))
    ),
)


def keep_entries(connection: sa.Connection, draft_ids: Sequence[str]) -> None:
    """Copy the contents of drafts that are being submitted."""
    connection.execute(_COPY, {"ids": draft_ids})
