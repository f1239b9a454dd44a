"""People who sign in: sign-ins under way, sessions, and what was granted."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sign_in",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("until", Moment, nullable=False),
    )
    op.create_index("ix_sign_in_until", "sign_in", ["until"])
    op.create_table(
        "session",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
    )
    op.create_index("ix_session_seen_at", "session", ["seen_at"])
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
    op.create_table(
        "oauth_grant",
        sa.Column(
            "session_hash",
            sa.String(64),
            sa.ForeignKey("session.hash", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("refreshing_until", Moment),
        sa.Column("granted_at", Moment, nullable=False),
    )
    op.create_index("ix_oauth_grant_person", "oauth_grant", ["endpoint", "person_id"])
