"""Drafts, photos, outbox, budget, seen types and the read cache."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _drafts()
    _outbox()
    _upstream()


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_draft_saved_at", "draft", ["saved_at"])
    op.create_table(
        "draft_photo",
        sa.Column(
            "draft_id",
            sa.String(64),
            sa.ForeignKey("draft.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False, unique=True),
        sa.Column("reference", sa.String(9), nullable=False, unique=True),
        sa.Column("change_key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("change_key", sa.Text, nullable=False),
        sa.Column("service_code", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", Moment),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("look_ups", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", Moment),
        sa.Column("saved_at", Moment, nullable=False),
        sa.Column("last_attempt_at", Moment),
        sa.Column("settled_at", Moment),
        sa.Column("upstream_id", sa.String(200)),
        sa.Column("service_request_token", sa.String(200)),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("forgotten", sa.Boolean, nullable=False),
    )
    op.create_index("ix_outbox_due", "outbox", ["endpoint", "due"])
    op.create_table(
        "outbox_photo",
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "submit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_submit_address_hash", "submit", ["address_hash", "at"])
    op.create_table(
        "ticket",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column(
            "outbox_id",
            sa.String(64),
            sa.ForeignKey("outbox.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("until", Moment, nullable=False),
    )
    op.create_index("ix_ticket_until", "ticket", ["until"])


def _upstream() -> None:
    op.create_table(
        "upstream",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("starts", sa.Text, nullable=False),
        sa.Column("paused_until", Moment),
        sa.Column("answered_at", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("retry_at", Moment),
    )
    op.create_table(
        "seen_type",
        sa.Column("endpoint", sa.String(80), primary_key=True),
        sa.Column("service_code", sa.String(200), primary_key=True),
        sa.Column("seen_at", Moment),
        sa.Column("misses", sa.Integer, nullable=False),
    )
    op.create_table(
        "cache",
        sa.Column("endpoint", sa.String(80), primary_key=True),
        sa.Column("key", sa.String(250), primary_key=True),
        sa.Column("value", sa.Text),
        sa.Column("created", Moment),
        sa.Column("holder", sa.String(32)),
        sa.Column("until", Moment),
    )
