"""What operators need: counts of what happened, their decisions, and deliveries by state."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_table(
        "counter",
        sa.Column("endpoint", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("labels", sa.String(120), primary_key=True),
        sa.Column("total", sa.Double, nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("upstream_id", sa.String(200)),
    )
    op.create_index("ix_decision_outbox_id", "decision", ["outbox_id"])
    op.create_index("ix_outbox_state", "outbox", ["endpoint", "state", "saved_at"])
