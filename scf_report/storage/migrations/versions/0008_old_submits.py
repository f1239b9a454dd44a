"""Submits that no longer count are found without reading those that do."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_submit_at", "submit", ["at"])
