"""Keep windows, paces and what providers tell; letters and public invitations leave, too

Revision: 0007, after 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
HEALTH = "state IN ('ok', 'degraded', 'down')"


def upgrade() -> None:
    op.drop_constraint("medium_is_known", "notifications", type_="check")
    op.create_check_constraint(
        "medium_is_known", "notifications", "medium IN ('email', 'sms', 'chat', 'letter', 'public')"
    )
    op.add_column(
        "parked_reports",
        sa.Column("window_closed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("parked_reports", "window_closed", server_default=None)
    op.create_table(
        "chat_windows",
        sa.Column("urn", TEXT(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", TIME(), nullable=False),
        sa.Column("last_inbound_at", TIME(), nullable=False),
        sa.Column("closed_at", TIME(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.PrimaryKeyConstraint("urn", "account_id"),
    )
    op.create_table(
        "sending_pace",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("free_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "account_news",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", TEXT(), nullable=False),
        sa.Column("direction", TEXT(), nullable=False),
        sa.Column("state", TEXT(), nullable=False),
        sa.Column("cause", TEXT(), nullable=False),
        sa.Column("told_at", TIME(), nullable=False),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name="direction_is_known"),
        sa.CheckConstraint(HEALTH, name="state_is_known"),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "subject"),
    )
    op.create_table(
        "address_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("citizen_id", sa.BigInteger(), nullable=True),
        sa.Column("old", TEXT(), nullable=False),
        sa.Column("new", TEXT(), nullable=False),
        sa.Column("moved_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "old", "new", "moved_at", name="one_row_per_move"),
    )
    op.create_index("address_moves_by_old", "address_moves", ["old"], unique=False)


def downgrade() -> None:
    op.drop_table("address_moves")
    op.drop_table("account_news")
    op.drop_table("sending_pace")
    op.drop_table("chat_windows")
    op.drop_column("parked_reports", "window_closed")
    op.drop_constraint("medium_is_known", "notifications", type_="check")
    op.create_check_constraint("medium_is_known", "notifications", "medium IN ('email', 'sms', 'chat')")
