"""The entries of what was sent, so that they can be changed, and a log of what was deleted."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sent_draft",
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "deletion",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(9), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
    )
