"""Tell outside CRMs of cases: what was published, who subscribes, what they said

Revision: 0026, after 0025
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
TEXTS = sa.ARRAY(sa.Text())
JSON = postgresql.JSONB(astext_type=sa.Text())
PAUSES = "paused_why IN ('operator', 'gone', 'failing')"


def upgrade() -> None:
    op.create_table(
        "crm_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("holders", TEXTS, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crm_events",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("type", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("event_id"),
    )
    op.create_table(
        "crm_subscribers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("url", TEXT(), nullable=True),
        sa.Column("secrets", TEXT(), nullable=False),
        sa.Column("token_hash", TEXT(), nullable=False),
        sa.Column("types", TEXTS, nullable=False),
        sa.Column("units", TEXTS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME(), nullable=False),
        sa.Column("failing_since", TIME(), nullable=True),
        sa.Column("error", TEXT(), nullable=True),
        sa.Column("delivered_at", TIME(), nullable=True),
        sa.Column("paused_at", TIME(), nullable=True),
        sa.Column("paused_why", TEXT(), nullable=True),
        sa.Column("created_at", TIME(), nullable=False),
        sa.CheckConstraint(PAUSES, name="paused_why_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        "crm_subscribers_due",
        "crm_subscribers",
        ["next_try_at"],
        postgresql_where=sa.text("active AND url IS NOT NULL"),
    )
    _create_what_belongs_to_subscribers()


def _create_what_belongs_to_subscribers() -> None:
    op.create_table(
        "crm_set_aside",
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME(), nullable=True),
        sa.Column("error", TEXT(), nullable=True),
        sa.ForeignKeyConstraint(["subscriber_id"], ["crm_subscribers.id"]),
        sa.PrimaryKeyConstraint("subscriber_id", "position"),
    )
    op.create_index("crm_set_aside_by_case", "crm_set_aside", ["subscriber_id", "case_id", "position"])
    op.create_index(
        "crm_set_aside_due",
        "crm_set_aside",
        ["subscriber_id", "next_try_at"],
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_table(
        "crm_imports",
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["crm_subscribers.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("subscriber_id", "key"),
    )
    op.create_index("crm_imports_by_time", "crm_imports", ["at"])


def downgrade() -> None:
    for table in ("crm_imports", "crm_set_aside", "crm_subscribers", "crm_events", "crm_feed"):
        op.drop_table(table)
