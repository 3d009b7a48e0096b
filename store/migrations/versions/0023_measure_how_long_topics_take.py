"""Measure how long topics take

Revision: 0023, after 0022

The index is built beside the running desk; one that was broken off is built anew.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("cases_by_closing", "cases", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "cases_by_closing",
            "cases",
            ["closed_at"],
            postgresql_where=sa.text("closed_at IS NOT NULL"),
            postgresql_concurrently=True,
        )
    op.create_table(
        "turnarounds",
        sa.Column("topic", TEXT(), nullable=False),
        sa.Column("district", TEXT(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("measured_at", TIME(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "district"),
    )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("cases_by_closing", "cases", if_exists=True, postgresql_concurrently=True)
    op.drop_table("turnarounds")
