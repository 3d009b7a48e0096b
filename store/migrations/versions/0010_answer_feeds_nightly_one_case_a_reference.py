"""Answer feeds nightly; a feed's reference is one case

Revision: 0010, after 0009
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_states",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("told_through", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index(
        "one_case_a_feed_reference",
        "cases",
        ["channel", "external_reference"],
        unique=True,
        postgresql_where=sa.text("external_reference IS NOT NULL AND channel IN ('cimer', 'behak')"),
    )


def downgrade() -> None:
    op.drop_index("one_case_a_feed_reference", table_name="cases")
    op.drop_table("feed_states")
