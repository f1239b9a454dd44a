"""When comments are read next, when the newest was made, and of which a subscription was told."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is due before the next look at a report's status."""
    op.add_column("watch", sa.Column("comments_due", Moment))
    op.add_column("watch", sa.Column("commented_at", Moment))
    op.create_index("ix_watch_comments", "watch", ["endpoint", "comments_due"])
    op.add_column("subscription", sa.Column("told_comment_at", Moment))
