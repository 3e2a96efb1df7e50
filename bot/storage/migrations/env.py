"""Alembic's entry: run the steps on the connection that `bot.storage.migrate` hands over, all or none."""

from alembic import context

from bot.storage.indexes import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
