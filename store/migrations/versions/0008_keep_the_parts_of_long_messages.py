"""Keep the parts of long messages

Revision: 0008, after 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "message_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", TEXT(), nullable=False),
        sa.Column("external_id", TEXT(), nullable=False),
        sa.Column("sender", TEXT(), nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reference_number", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", TEXT(), nullable=False),
        sa.Column("charset", TEXT(), nullable=True),
        sa.Column("received_at", TIME(), nullable=False),
        sa.Column("due_at", TIME(), nullable=False),
        sa.Column("raw_sha256", TEXT(), nullable=False),
        sa.Column("raw_size", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "external_id", name="one_row_per_part"),
    )
    op.create_index("ix_message_parts_message_id", "message_parts", ["message_id"])
    op.create_index(
        "parts_of_one_message", "message_parts", ["account_id", "sender", "reference_number", "total"]
    )
    op.create_index(
        "parts_waiting", "message_parts", ["due_at"], postgresql_where=sa.text("message_id IS NULL")
    )


def downgrade() -> None:
    op.drop_table("message_parts")
