"""Run migrations on the connection that ``database.migrate`` hands over (Alembic's entry point)."""

from alembic import context

from kite.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
context.run_migrations()
