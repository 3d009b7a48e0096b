"""Let old events for outside CRMs go: when each was published, and up to where they are gone

Revision: 0032, after 0031

What was published before counts as published now, and stays as long as if it had been.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "crm_events",
        sa.Column("published_at", UTCDateTime(), nullable=False, server_default=sa.func.now()),
    )
    op.alter_column("crm_events", "published_at", server_default=None)
    op.add_column("crm_feed", sa.Column("pruned", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("crm_feed", "pruned", server_default=None)


def downgrade() -> None:
    op.drop_column("crm_feed", "pruned")
    op.drop_column("crm_events", "published_at")
