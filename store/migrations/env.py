"""Alembic's entry: migrates the database that `store.migrate` names."""

from alembic import context
from sqlmodel import SQLModel

import store.models  # noqa: F401  # fills the metadata
from store.engine import make_engine

engine = make_engine(context.config.attributes["url"], statement_seconds=0)
with engine.connect() as connection:
    # A transaction a migration: a desk that runs meanwhile waits for one table's locks, not for all of them.
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
