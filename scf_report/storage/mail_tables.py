"""The tables of updates by e-mail: who wants them, what is written, and who was asked when.

Addresses and keys are sealed; what has to be found or counted is kept as a hash.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scf_report.domain.mail import (
    BETWEEN_CONFIRMATIONS,
    CONFIRM_WITHIN,
    MailKind,
    MailState,
)
from scf_report.storage.database import Moment, metadata

subscriptions = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column(
        "outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("address_hash", sa.String(64), nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("reporter", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment, index=True),
    sa.Column("told_state", sa.String(16), nullable=False),
    sa.Column("told_attempts", sa.Integer, nullable=False),
    sa.Column("told_status", sa.String(16), nullable=False),
    sa.Column("told_comment_at", Moment),
)

mails = sa.Table(
    "mail",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column(
        "subscription_id",
        sa.ForeignKey("subscription.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due", Moment),
    sa.Column("first_due", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("settled_at", Moment),
    sa.Index("ix_mail_due", "endpoint", "due"),
)

confirmations = sa.Table(
    "confirmation",
    metadata,
    sa.Column("address_hash", sa.String(64), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("at", Moment, index=True),
)
"""When each address was, or will be, asked last: it outlives the subscriptions themselves."""


def new_mail(
    endpoint: str, subscription_id: int, kind: MailKind, due: datetime, *, status: str = ""
) -> dict[str, Any]:
    """Make the row of a message that is to be sent when it is due."""
    return {
        "endpoint": endpoint,
        "subscription_id": subscription_id,
        "kind": kind.value,
        "status": status,
        "state": MailState.QUEUED.value,
        "due": due,
        "first_due": due,
        "attempts": 0,
    }


def purge_mail(connection: sa.Connection, now: datetime) -> None:
    """Forget addresses that nobody has confirmed in time, and when addresses were asked long ago."""
    connection.execute(
        subscriptions.delete().where(
            subscriptions.c.confirmed_at.is_(None),
            subscriptions.c.created_at < now - CONFIRM_WITHIN,
        )
    )
    asked = confirmations.c.at
    connection.execute(
        confirmations.delete().where(
            sa.or_(asked.is_(None), asked < now - BETWEEN_CONFIRMATIONS)
        )
    )
