"""Alembic's entry: migrates the database that `store.migrate` names."""

from alembic import context
from sqlmodel import SQLModel

import store.models  # noqa: F401  # fills the metadata
from store.engine import make_engine

engine = make_engine(context.config.attributes["url"], statement_seconds=0)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
