"""Updates by e-mail, and the city's records that are watched for them and for receipts."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _subscriptions()
    _mails()
    op.create_table(
        "confirmation",
        sa.Column("address_hash", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("at", Moment),
    )
    op.create_index("ix_confirmation_at", "confirmation", ["at"])
    op.create_table(
        "watch",
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("as_of", Moment),
        sa.Column("due", Moment),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("receipt_seen_at", Moment),
    )
    op.create_index("ix_watch_due", "watch", ["endpoint", "due"])


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("reporter", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.Column("told_state", sa.String(16), nullable=False),
        sa.Column("told_attempts", sa.Integer, nullable=False),
        sa.Column("told_status", sa.String(16), nullable=False),
    )
    for column in ("outbox_id", "address_hash", "confirmed_at"):
        op.create_index(f"ix_subscription_{column}", "subscription", [column])


def _mails() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column(
            "subscription_id",
            sa.Integer,
            sa.ForeignKey("subscription.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", Moment),
        sa.Column("first_due", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("settled_at", Moment),
    )
    op.create_index("ix_mail_subscription_id", "mail", ["subscription_id"])
    op.create_index("ix_mail_due", "mail", ["endpoint", "due"])
