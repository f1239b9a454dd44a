"""Alembic's entry: runs the migrations on the connection that Database.migrate hands over."""

from alembic import context

from scf_report.storage.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # its naming convention holds for the migrations, too
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
