"""Keep web chats line by line

Revision: 0005, after 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "chat_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", TEXT(), nullable=False),
        sa.Column("state", TEXT(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("ended", TEXT(), nullable=True),
        sa.Column("became", TEXT(), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        sa.Column("agent", TEXT(), nullable=True),
        sa.Column("agent_name", TEXT(), nullable=True),
        sa.Column("wanted_agent_at", TIME(), nullable=True),
        sa.Column("opened_at", TIME(), nullable=False),
        sa.Column("spoke_at", TIME(), nullable=False),
        sa.Column("seen_at", TIME(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closing', 'closed')", name="state_is_known"),
        sa.CheckConstraint(
            "ended IN ('confirmed', 'finished', 'danger', 'abandoned', 'agent')", name="ended_is_known"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["channel_accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(
        "chats_going_on",
        "chat_sessions",
        ["account_id", "spoke_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed' OR agent IS NOT NULL"),
    )
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("client_id", TEXT(), nullable=True),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_name", TEXT(), nullable=True),
        sa.Column("text", TEXT(), nullable=False),
        sa.Column("question", TEXT(), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("notice", TEXT(), nullable=True),
        sa.Column("at", TIME(), nullable=False),
        sa.CheckConstraint("author IN ('citizen', 'desk', 'agent')", name="author_is_known"),
        sa.CheckConstraint(
            "question IN ('what', 'topic', 'place', 'contact', 'confirm')", name="question_is_known"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["chat_sessions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "client_id", name="one_line_per_client_id"),
        sa.UniqueConstraint("session_id", "seq", name="one_order_per_chat"),
    )
    op.create_index(
        "chat_notices",
        "chat_messages",
        ["at"],
        unique=False,
        postgresql_where=sa.text("notice IS NOT NULL"),
    )
    op.create_index("chat_sealed", "chat_messages", ["at"], unique=False, postgresql_where=sa.text("sealed"))


def downgrade() -> None:
    op.drop_table("chat_messages")
    op.drop_table("chat_sessions")
