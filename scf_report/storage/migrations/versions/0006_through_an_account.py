"""Through which API a report goes out and as whom; what is seen of types, by API."""

import sqlalchemy as sa
from alembic import op

from scf_report.storage.database import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the seen types get a wider key by a new table."""
    api = sa.Column("api", sa.String(16), nullable=False, server_default="open311")
    op.add_column("outbox", api)
    op.add_column("outbox", sa.Column("person_id", sa.String(200)))
    renewed = sa.Column("renewed", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", renewed)
    op.create_index("ix_outbox_person", "outbox", ["endpoint", "person_id"])
    op.create_table(
        "seen_type_by_api",
        sa.Column("endpoint", sa.String(80), primary_key=True),
        sa.Column("api", sa.String(16), primary_key=True),
        sa.Column("service_code", sa.String(200), primary_key=True),
        sa.Column("seen_at", Moment),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("moderated", sa.Boolean, nullable=False),
    )
    op.execute(
        "INSERT INTO seen_type_by_api (endpoint, api, service_code, seen_at, misses, moderated)"
        " SELECT endpoint, 'open311', service_code, seen_at, misses, false FROM seen_type"
    )
    op.drop_table("seen_type")
    op.rename_table("seen_type_by_api", "seen_type")
