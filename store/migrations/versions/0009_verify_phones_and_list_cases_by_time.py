"""Verify phones by a code, and list cases and what happened to them by time

Revision: 0009, after 0008
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "phone_verifications",
        sa.Column("id", TEXT(), nullable=False),
        sa.Column("phone", TEXT(), nullable=False),
        sa.Column("client", TEXT(), nullable=False),
        sa.Column("code_hash", TEXT(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME(), nullable=False),
        sa.Column("expires_at", TIME(), nullable=False),
        sa.Column("verified_at", TIME(), nullable=True),
        sa.Column("session_until", TIME(), nullable=True),
        sa.Column("revoked_at", TIME(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("verifications_by_time", "phone_verifications", ["created_at"])
    op.create_index("cases_by_time", "cases", ["opened_at"])
    op.create_index("events_by_time", "case_events", ["at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("events_by_time", table_name="case_events")
    op.drop_index("cases_by_time", table_name="cases")
    op.drop_table("phone_verifications")
